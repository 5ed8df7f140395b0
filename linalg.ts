/**
 * Batched linear algebra on small symmetric positive definite matrices, differentiable.
 *
 * ```ts
 * import { startEngine, tf } from "./engine.ts";
 * import { logDeterminant } from "./linalg.ts";
 *
 * await startEngine("wasm");
 * const logarithms = logDeterminant(tf.tensor([2, 0, 0, 3, 5, 0, 0, 1], [2, 2, 2]));
 * console.assert(Math.abs(logarithms.dataSync()[0]! - Math.log(6)) < 1e-6);
 * ```
 *
 * @module
 */

export {
  blockMask,
  cholesky,
  gramOf,
  type IdentityPlusGram,
  identityPlusGram,
  logDeterminant,
  NotPositiveDefiniteError,
  orthogonalMatrix,
  requirePositiveDefinite,
  smallestEigenvalue,
  spdInverse,
  spdSolve,
  squaredColumnNorms,
} from "./lib/linalg/mod.ts";
export type { Key, Scalar, Tensor } from "./lib/engine/mod.ts";
