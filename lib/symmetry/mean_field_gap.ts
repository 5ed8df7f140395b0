import type { Axes } from "../engine/mod.ts";
import { choleskyInPlace, logDeterminantOfFactor } from "../linalg/dense_float64.ts";
import { NotPositiveDefiniteError } from "../linalg/mod.ts";
import { assertMatrix, assertOrthogonal, type Matrix, product, transpose } from "./matrix.ts";

/**
 * What a mean-field posterior loses when a linear-Gaussian decoder W is replaced by W R:
 *
 * ```math
 * (β/2) [∑ᵢ log (RᵀPR)_{ii} − log|P|] ≥ 0
 * P = I + WᵀW/(βσ²)
 * ```
 *
 * P is the precision of the best posterior of all.
 *
 * It is 0 iff RᵀPR is diagonal: among all decoders with the same p(x) the mean-field family prefers those whose columns are
 * orthogonal.
 *
 * ```ts
 * import { planeRotation } from "./plane_rotation.ts";
 * import { meanFieldGap } from "./mean_field_gap.ts";
 * const lost = meanFieldGap([[1, 0], [0, 4]], planeRotation(2, 0, 1, Math.PI / 4), 2);
 * console.assert(Math.abs(lost - Math.log(25 / 16)) < 1e-15);
 * ```
 *
 * Source: slide "Choice of Q can lead to uniqueness".
 *
 * @param precision P, symmetric positive definite: `[latent, latent]`
 * @param rotation R, orthogonal: `[latent, latent]`
 * @param beta β > 0
 * @returns nats
 * @throws NotPositiveDefiniteError for P; RangeError unless R is orthogonal and β > 0; TypeError for a wrong shape
 */
export function meanFieldGap(precision: Matrix, rotation: Matrix, beta: number): number {
  const axes: Axes = new Map();
  assertOrthogonal("meanFieldGap", rotation, axes);
  assertMatrix("meanFieldGap", "precision", precision, "latent latent", axes);
  if (!(beta > 0)) throw new RangeError(`meanFieldGap: β must be a number above 0, but it is ${beta}`);
  const n = precision.length;
  const factor = Float64Array.from(precision.flat());
  const failed = choleskyInPlace(factor, n);
  if (failed >= 0) {
    throw new NotPositiveDefiniteError("meanFieldGap", 0, 1, failed, factor[failed * n + failed]!);
  }
  const rotated = product(product(transpose(rotation), precision), rotation);
  const logs = rotated.reduce((sum, row, i) => sum + Math.log(row[i]!), 0);
  return beta / 2 * (logs - logDeterminantOfFactor(factor, n));
}
