/**
 * Engines: where tensors live and products are made.
 *
 * @module
 */

export { BLAS_PATHS } from "./blas/blas.ts";
export { splitColumns } from "./kernels/columns.ts";
export { copyNumbers } from "./kernels/elementwise.ts";
export { EngineError } from "./engine_error.ts";
export {
  detach,
  NestedGradientError,
  type Save,
  type ValueAndGradients,
  valueAndGradients,
  withGradient,
} from "./backend/gradient.ts";
export type { Blas, Unusable } from "./blas/blas.ts";
export { type Heap, type HeapBlas, makeAll } from "./backend/heap.ts";
export type { BoundSgemm, Sgemm } from "./blas/sgemm.ts";
export { defineKernel, type Few, type Kernel, type KernelDefinition, noGradient } from "./backend/kernel.ts";
export { cloneKey, foldIn, integers, type Key, key, normal, permutation, split, uniform } from "./key.ts";
export { checkKeys } from "./key_use.ts";
export { checkPatches, overlap, patches, type PatchSizes } from "./kernels/patches.ts";
export { libraryOf, multiply, multiplySymmetric, type Product } from "./kernels/product.ts";
export { overwrite } from "./backend/overwrite.ts";
export { drawn, normalTensor } from "./random.ts";
export { read, readNow } from "./read.ts";
export { type KernelCall, watchKernels } from "./backend/watch.ts";
export { memoryLimit } from "./backend/wasm.ts";
export type { Recordable } from "./program/trace.ts";
export { type Replayable, replayable } from "./program/replayable.ts";
export { ReplayError } from "./program/replay_error.ts";
export { type Arguments, CONSTANTS, type KernelName } from "./kernels/interface.ts";
export { type Job, type JobOf, type Jobs, type Program, Team } from "./kernels/team.ts";
export { rowDots, scaleRows, squaredDistance, squaredNorm } from "./kernels/rows.ts";
export { assertPositive, assertScalar, reciprocal, type Scalar, scalarTensor, scaled } from "./scalar.ts";
export { assertFloat32, assertShape, type Axes } from "./shape.ts";
export { isRecording } from "./program/tracer.ts";
export { type Engine, ENGINE_NAMES, type EngineName, type EngineOptions, startEngine } from "./start.ts";
export * as tf from "./ops.ts";
export type { Tensor } from "./ops.ts";
