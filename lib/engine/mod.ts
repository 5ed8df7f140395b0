/**
 * Engines: where tensors live and products are made.
 *
 * @module
 */

export { bernoulliEnergy } from "./bernoulli.ts";
export { BLAS_PATHS } from "./blas.ts";
export { splitColumns } from "./columns.ts";
export { type Congruences, type CongruenceSizes, makeCongruences } from "./congruence.ts";
export { copyNumbers } from "./elementwise.ts";
export { EngineError } from "./engine_error.ts";
export {
  detach,
  NestedGradientError,
  type Save,
  type ValueAndGradients,
  valueAndGradients,
  withGradient,
} from "./gradient.ts";
export type { Blas, Unusable } from "./blas.ts";
export { type Heap, type HeapBlas, makeAll } from "./heap.ts";
export type { BoundSgemm, Sgemm } from "./sgemm.ts";
export { defineKernel, type Few, type Kernel, type KernelDefinition, noGradient } from "./kernel.ts";
export { foldIn, integers, type Key, key, normal, permutation, split, uniform } from "./key.ts";
export { multiply, multiplySymmetric, type Product } from "./product.ts";
export { overwrite } from "./overwrite.ts";
export { drawn, normalTensor } from "./random.ts";
export { read, readNow } from "./read.ts";
export { memoryLimit } from "./wasm.ts";
export type { Recordable } from "./recorder.ts";
export { type Replayable, replayable } from "./replay.ts";
export { ReplayError } from "./replay_error.ts";
export { KERNEL } from "./simd/simd.ts";
export { double, float, type Job, type Jobs, type Program, Team } from "./team.ts";
export {
  finishRows,
  rowDots,
  scaleRows,
  slopeRows,
  squaredDistance,
  squaredNorm,
  sumSlopedRows,
} from "./rows.ts";
export { assertPositive, assertScalar, reciprocal, type Scalar, scalarTensor, scaled } from "./scalar.ts";
export { assertFloat32, assertShape, type Axes } from "./shape.ts";
export { isRecording } from "./trace.ts";
export {
  addUnitGradients,
  pushUnitTangents,
  type UnitGradients,
  type UnitLayers,
  type UnitSizes,
} from "./units.ts";
export { type Engine, ENGINE_NAMES, type EngineName, type EngineOptions, startEngine } from "./start.ts";
export * as tf from "./ops.ts";
