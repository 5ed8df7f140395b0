/**
 * Kernels of our own: a function over float32 arrays in host memory, on the engines that keep tensors there
 * (wasm, native, cpu), and a composition of ordinary operations elsewhere (webgpu).
 *
 * Why: a batched 8 × 8 Cholesky factorisation of tensor operations takes some forty kernel calls, and each of them takes
 * longer than the whole factorisation as a loop.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { cpuNumbers, cpuTensor } from "./cpu.ts";
import { type Heap, makeAll } from "./heap.ts";
import { type Fill, registerHeapKernel } from "./heap_kernel.ts";
import { assertFloat32 } from "../shape.ts";
import { wasmHeap } from "./wasm.ts";

/** A list whose first four items are taken to be there: a kernel knows how many inputs it has. */
export type Few<T> = readonly [T, T, T, T, ...T[]];

/** A kernel's definition. Inputs and outputs are float32; `settings` are plain values. */
export interface KernelDefinition<Settings extends object> {
  /** Unique; appears in profiles. */
  readonly name: string;
  /** Output shapes from input shapes. */
  readonly shapes: (inputs: readonly (readonly number[])[], settings: Settings) => readonly number[][];
  /** Fills `outputs` (unset memory) from `inputs`; where it is absent, `compose` is used on every engine but wasm. */
  readonly compute?: (
    inputs: readonly Float32Array[],
    outputs: readonly Float32Array[],
    settings: Settings,
    shapes: readonly (readonly number[])[],
  ) => void;
  /**
   * The same on the wasm engine, from byte offsets into its heap; `compute` is used where it is absent. It sees numbers by
   * `heap.view` alone, and keeps no view. A kernel that takes no view is called once, and a replay does its jobs again.
   */
  readonly onHeap?: (
    heap: Heap,
    inputs: Few<number>,
    outputs: Few<number>,
    settings: Settings,
    shapes: Few<Few<number>>,
  ) => void;
  /** The same by ordinary operations, for engines whose memory is elsewhere. */
  readonly compose: (inputs: readonly tf.Tensor[], settings: Settings) => tf.Tensor[];
  /**
   * Gradients in the inputs from those in the outputs; absent for kernels outside of any loss. It also gets the outputs that
   * `saved` marks, as constants: nothing flows back through them.
   */
  readonly gradient?: (
    cotangents: readonly tf.Tensor[],
    inputs: readonly tf.Tensor[],
    settings: Settings,
    outputs: readonly tf.Tensor[],
  ) => (() => tf.Tensor)[];
  /** Which outputs the gradient needs; none by default. */
  readonly saved?: readonly boolean[];
}

/** Stands for the gradient in an input that is always a constant, so that nothing asks for it. */
export const noGradient = (): tf.Tensor => tf.zeros([]);

/** A kernel as a function of tensors. */
export type Kernel<Settings extends object> = (
  inputs: readonly tf.Tensor[],
  settings: Settings,
) => tf.Tensor[];

/**
 * Registers a kernel on every engine.
 *
 * The kernel throws a TypeError for an input that is not float32. A replay does not check again: its inputs are of the kinds
 * that were recorded.
 */
export function defineKernel<Settings extends object>(
  definition: KernelDefinition<Settings>,
): Kernel<Settings> {
  const { name, shapes, compute, onHeap, compose, gradient, saved: outputsToSave = [] } = definition;

  const fill: Fill = (heap, inputs, outputs, attrs, inputShapes) => {
    const settings = attrs as unknown as Settings;
    const few = <T>(all: readonly T[]): Few<T> => all as Few<T>;
    if (onHeap) return onHeap(heap, few(inputs), few(outputs), settings, few(inputShapes.map(few)));
    const view = (at: number, shape: readonly number[]): Float32Array =>
      heap.view(at, tf.util.sizeFromShape([...shape]));
    const outShapes = shapes(inputShapes, settings);
    compute!(
      inputs.map((at, i) => view(at, inputShapes[i]!)),
      outputs.map((at, i) => view(at, outShapes[i]!)),
      settings,
      inputShapes,
    );
  };
  registerHeapKernel(name, { fill });
  const register = (backendName: string, kernelFunc: tf.KernelFunc): void =>
    tf.registerKernel({
      kernelName: name,
      backendName,
      kernelFunc: (params) => {
        for (const [i, input] of Object.entries(params.inputs)) assertFloat32(name, `input ${i}`, input!);
        return kernelFunc(params);
      },
    });
  register("wasm", ({ inputs, attrs }) => {
    const heap = wasmHeap();
    const given = inputs as unknown as tf.TensorInfo[];
    const inputShapes = given.map((t) => t.shape);
    return makeAll(heap, shapes(inputShapes, attrs as unknown as Settings), (made) => {
      fill(heap, given.map(heap.offset), made.map(heap.offset), attrs as tf.NamedAttrMap, inputShapes);
    });
  });
  const composed = ({ inputs, attrs }: Parameters<tf.KernelFunc>[0]): tf.TensorInfo[] =>
    tf.tidy(() => compose(inputs as unknown as tf.Tensor[], attrs as unknown as Settings));
  register(
    "cpu",
    !compute ? composed : ({ inputs, backend, attrs }) => {
      const given = inputs as unknown as tf.TensorInfo[];
      const settings = attrs as unknown as Settings;
      const inputShapes = given.map((t) => t.shape);
      const outShapes = shapes(inputShapes, settings);
      const values = outShapes.map((shape) => new Float32Array(tf.util.sizeFromShape(shape)));
      compute(given.map((t) => cpuNumbers(backend, t)), values, settings, inputShapes);
      return values.map((v, i) => cpuTensor(backend, outShapes[i]!, v));
    },
  );
  register("webgpu", composed);
  if (gradient) {
    tf.registerGradient({
      kernelName: name,
      saveAllInputs: true,
      outputsToSave: [...outputsToSave],
      gradFunc: (dy, saved, attrs) => {
        const cotangents = Array.isArray(dy) ? dy : [dy];
        const inputs = saved.slice(0, saved.length - outputsToSave.filter(Boolean).length);
        const outputs = saved.slice(inputs.length);
        const thunks = gradient(cotangents, inputs, attrs as unknown as Settings, outputs);
        return thunks as unknown as Record<number, () => tf.Tensor>;
      },
    });
  }
  return (inputs, settings) => {
    // tfjs takes an array for a map from index to tensor, and only then saves all inputs.
    const result: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(
      name,
      [...inputs] as unknown as tf.NamedTensorMap,
      settings as unknown as tf.NamedAttrMap,
    );
    return Array.isArray(result) ? result : [result];
  };
}
