/**
 * Engines, random keys, gradients and replayed functions, for an objective or a training of one's own.
 *
 * ```ts
 * import { key, normalTensor, startEngine, tf, valueAndGradients } from "./engine.ts";
 *
 * await startEngine("wasm");
 * const x = normalTensor(key(0), [3]);
 * const { gradients } = valueAndGradients(([at]) => ({ value: tf.sum(tf.square(at!)), info: {} }), [x]);
 * console.assert(gradients[0]!.dataSync()[1] === 2 * x.dataSync()[1]!);
 * ```
 *
 * @module
 */

export {
  assertPositive,
  assertScalar,
  assertShape,
  type Axes,
  type Blas,
  BLAS_PATHS,
  type BoundSgemm,
  checkKeys,
  cloneKey,
  detach,
  drawn,
  type Engine,
  ENGINE_NAMES,
  EngineError,
  type EngineName,
  type EngineOptions,
  foldIn,
  integers,
  type Key,
  key,
  NestedGradientError,
  normal,
  normalTensor,
  overwrite,
  permutation,
  read,
  readNow,
  reciprocal,
  type Recordable,
  type Replayable,
  replayable,
  ReplayError,
  rowDots,
  type Save,
  type Scalar,
  scalarTensor,
  scaled,
  scaleRows,
  type Sgemm,
  split,
  splitColumns,
  squaredDistance,
  squaredNorm,
  startEngine,
  type Tensor,
  tf,
  uniform,
  type Unusable,
  type ValueAndGradients,
  valueAndGradients,
  withGradient,
} from "./lib/engine/mod.ts";
