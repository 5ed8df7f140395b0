/**
 * Kernels on the wasm heap by name, as functions from memory to memory: a replay runs them where it wants their results.
 *
 * @module
 */

import type * as tf from "@tensorflow/tfjs-core";
import { type Heap, makeAll } from "./heap.ts";
import { replaceKernel } from "./replace_kernel.ts";

/** Fills outputs, from byte offsets into the heap. */
export type Fill = (
  heap: Heap,
  inputs: readonly number[],
  outputs: readonly number[],
  attrs: tf.NamedAttrMap,
  shapes: readonly (readonly number[])[],
) => void;

/** A kernel as a function from memory to memory. Inputs and outputs are float32. */
export interface HeapKernel {
  readonly fill: Fill;
  /** The names of its inputs, in the order of `fill`'s; absent if they are a list. */
  readonly names?: readonly string[];
  /** Whether it can compute with such inputs; with all of them where this is absent. */
  readonly accepts?: (inputs: readonly tf.TensorInfo[], attrs: tf.NamedAttrMap) => boolean;
}

const kernels = new Map<string, HeapKernel>();

/** Registers a kernel as a function from memory to memory. */
export const registerHeapKernel = (name: string, kernel: HeapKernel): void => void kernels.set(name, kernel);

/** The inputs of a kernel in order, and how it fills memory from them; null if it can only be called. */
export function heapKernel(
  name: string,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap,
): { readonly given: readonly tf.TensorInfo[]; readonly fill: Fill } | null {
  const kernel = kernels.get(name);
  if (!kernel) return null;
  const { names = Object.keys(inputs), accepts, fill } = kernel;
  const given = names.map((key) => inputs[key]!);
  return accepts?.(given, attrs) ?? true ? { given, fill } : null;
}

/** Replaces a kernel of tfjs. */
export interface Replacement extends Required<HeapKernel> {
  /** The shape of its output, or the shapes of a list of outputs. */
  readonly shapes: (
    inputs: readonly (readonly number[])[],
    attrs: tf.NamedAttrMap,
  ) => { readonly one: number[] } | { readonly list: readonly number[][] };
}

/** Replaces a kernel of the wasm engine for the inputs that the replacement accepts. */
export function installHeapKernel(heap: Heap, name: string, replacement: Replacement): void {
  const { shapes, fill } = replacement;
  registerHeapKernel(name, replacement);
  replaceKernel(name, (original) => (params) => {
    const attrs = params.attrs as tf.NamedAttrMap;
    const accepted = heapKernel(name, params.inputs, attrs);
    if (!accepted) return original(params);
    const given = accepted.given.map(({ shape }) => shape);
    const wanted = shapes(given, attrs);
    const made = makeAll(heap, "one" in wanted ? [wanted.one] : wanted.list, (made) => {
      fill(heap, accepted.given.map(heap.offset), made.map(heap.offset), attrs, given);
    });
    return "one" in wanted ? made[0]! : made;
  });
}

/** Whether all of these are float32. */
export const areFloats = (tensors: readonly tf.TensorInfo[]): boolean =>
  tensors.every(({ dtype }) => dtype === "float32");
