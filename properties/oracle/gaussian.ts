/**
 * Multivariate normal densities and the divergence between two of them.
 *
 * @module
 */

import type { Matrix, Vector } from "../contract/subject.ts";
import { logDeterminant, product, solve, trace, transpose } from "./dense.ts";

/** log N(x; mean, Σ), constants kept: `x` and `mean` `[n]`, Σ `[n][n]` positive definite. */
export function logGaussian(x: Vector, mean: Vector, covariance: Matrix): number {
  return -(squaredDistance(x, mean, covariance) + logDeterminant(covariance) +
    x.length * Math.log(2 * Math.PI)) / 2;
}

/**
 * KL(N(m, Σ) ‖ N(m', Σ')) = ½[tr(Σ'⁻¹Σ) + (m − m')ᵀΣ'⁻¹(m − m') − log|Σ| + log|Σ'| − n] in nats, for positive
 * definite Σ and Σ'; the second is the standard normal when absent.
 *
 * ```ts
 * import { gaussianDivergence } from "./gaussian.ts";
 * console.assert(gaussianDivergence({ mean: [1, 0], covariance: [[1, 0], [0, 1]] }) === 0.5);
 * ```
 */
export function gaussianDivergence(from: Gaussian, to: Gaussian = standardNormal(from.mean.length)): number {
  const { mean, covariance } = from;
  return (trace(solve(to.covariance, covariance)) + squaredDistance(mean, to.mean, to.covariance) -
    logDeterminant(covariance) + logDeterminant(to.covariance) - mean.length) / 2;
}

/** A normal law. */
export interface Gaussian {
  /** `[n]` */
  readonly mean: Vector;
  /** `[n][n]`, positive definite */
  readonly covariance: Matrix;
}

/** N(0, I) in n dimensions. */
export function standardNormal(n: number): Gaussian {
  const zeros = new Array<number>(n).fill(0);
  return { mean: zeros, covariance: zeros.map((_, i) => zeros.map((_, j) => (i === j ? 1 : 0))) };
}

/** (x − m)ᵀ Σ⁻¹ (x − m) */
function squaredDistance(x: Vector, mean: Vector, covariance: Matrix): number {
  const residual = x.map((value, k) => [value - mean[k]!]);
  return product(transpose(residual), solve(covariance, residual))[0]![0]!;
}
