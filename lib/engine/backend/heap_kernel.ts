/**
 * Kernels on the wasm heap by their names, as what they do to memory: a recording runs them where it wants their results.
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

/** A kernel as what it does to memory. All that it takes and makes is float32. */
export interface HeapKernel {
  readonly fill: Fill;
  /** The names of what it takes, in the order of `fill`'s inputs; absent if they are a list. */
  readonly names?: readonly string[];
  /** Whether it can do with such inputs; it can with all where this is absent. */
  readonly accepts?: (inputs: readonly tf.TensorInfo[], attrs: tf.NamedAttrMap) => boolean;
}

const kernels = new Map<string, HeapKernel>();

/** Makes a kernel known by what it does to memory. */
export const registerHeapKernel = (name: string, kernel: HeapKernel): void => void kernels.set(name, kernel);

/** What a kernel takes, in order, and how it fills memory from it; null if it can only be called. */
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

/** What stands in for a kernel of tfjs. */
export interface Replacement extends Required<HeapKernel> {
  /** The shape of what it makes, or the shapes of a list. */
  readonly shapes: (
    inputs: readonly (readonly number[])[],
    attrs: tf.NamedAttrMap,
  ) => { readonly one: number[] } | { readonly list: readonly number[][] };
}

/** Replaces a kernel of the wasm engine where the replacement accepts what is given. */
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
