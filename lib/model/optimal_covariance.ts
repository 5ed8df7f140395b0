/**
 * The covariance that minimises ½ tr(GΣ) + (β/2)(tr Σ − log|Σ| − d) over a family: slide "Gaussian p(z) and q(z|x)".
 *
 * @module
 */

import {
  assertPositive,
  assertShape,
  detach,
  read,
  reciprocal,
  type Scalar,
  scaled,
  tf,
} from "../engine/mod.ts";
import {
  blockMask,
  identityPlusGram,
  logDeterminant,
  NotPositiveDefiniteError,
  requirePositiveDefinite,
  smallestEigenvalue,
  spdInverse,
  squaredColumnNorms,
} from "../linalg/mod.ts";
import { assertFamily, type Family } from "./family.ts";

/** Σ* and what its Kullback–Leibler divergence needs. */
export interface OptimalCovariance {
  /** Σ*: `[batch, latent, latent]`. */
  readonly covariance: tf.Tensor;
  /** log|Σ*|: `[batch]`. */
  readonly logDeterminant: tf.Tensor;
}

/** Σ* from a Jacobian, with a root of it. */
export interface FactoredOptimalCovariance extends OptimalCovariance {
  /** R with RᵀR = Σ*, lower triangular: `[batch, latent, latent]`. A constant to a reverse pass. */
  readonly root: tf.Tensor;
}

/** The scalar case: σ² = 1/(1 + tr G/(βd)). */
function isotropic(traceOfGram: tf.Tensor, beta: Scalar, latent: number): OptimalCovariance {
  const variance = tf.div(1, tf.add(1, tf.div(traceOfGram, scaled(beta, latent))));
  return {
    covariance: tf.mul(tf.reshape(variance, [-1, 1, 1]), tf.eye(latent)),
    logDeterminant: tf.mul(latent, tf.log(variance)),
  };
}

/**
 * Σ* from the Jacobian, in each block B of the family; isotropic 1/(1 + tr G/(βd)).
 *
 * ```math
 * Σ*_B = (I + G_B/β)⁻¹, G = JᵀJ
 * ```
 *
 * @param tangents √w Jᵀ: `[batch, latent, data]`
 * @param beta β > 0
 * @throws RangeError for β; TypeError for a wrong shape or kind
 */
export function optimalCovariance(
  family: Family,
  tangents: tf.Tensor,
  beta: Scalar,
): FactoredOptimalCovariance {
  assertShape("optimalCovariance", "tangents", tangents, "batch latent data");
  assertBeta("optimalCovariance", beta);
  assertFamily("optimalCovariance", family);
  const latent = tangents.shape[1]!;
  if (family.name === "isotropic") {
    const scalar = isotropic(tf.sum(squaredColumnNorms(tangents), 1), beta, latent);
    return { ...scalar, root: detach(tf.sqrt(scalar.covariance)) };
  }
  const { logDeterminant, inverse, root } = identityPlusGram(tangents, beta, family.block);
  return { covariance: inverse, logDeterminant: tf.neg(logDeterminant), root };
}

/**
 * Σ* from G itself; less accurate than {@link optimalCovariance} where float32 cannot hold I beside G/β.
 *
 * @param gram G: `[batch, latent, latent]`, positive semi-definite
 * @param beta β > 0
 * @throws RangeError for β; NotPositiveDefiniteError if I + G/β is not
 */
export function optimalCovarianceOfGram(family: Family, gram: tf.Tensor, beta: Scalar): OptimalCovariance {
  assertShape("optimalCovarianceOfGram", "gram", gram, "batch latent latent");
  assertBeta("optimalCovarianceOfGram", beta);
  assertFamily("optimalCovarianceOfGram", family);
  const latent = gram.shape[1]!;
  if (family.name === "isotropic") {
    return isotropic(tf.sum(tf.mul(gram, tf.eye(latent)), [1, 2]), beta, latent);
  }
  const precision = tf.add(
    tf.eye(latent),
    tf.mul(tf.mul(gram, blockMask(latent, family.block)), reciprocal(beta)),
  );
  return { covariance: spdInverse(precision, 1), logDeterminant: tf.neg(logDeterminant(precision, 1)) };
}

/**
 * Σ* from the full Hessian.
 *
 * ```math
 * Σ* = (I − H_f/β)⁻¹, H_f = ∇²_z log p(x|z)
 * ```
 *
 * It exists iff βI − H_f ≻ 0; otherwise the loss falls without bound along some Σ.
 *
 * @param hessian H_f: `[batch, latent, latent]`, symmetric
 * @param beta β > 0
 * @returns `[batch, latent, latent]`
 * @throws (rejects) RangeError with the offending eigenvalue if βI − H_f is not positive definite, or for β
 */
export async function optimalCovarianceOfHessian(hessian: tf.Tensor, beta: number): Promise<tf.Tensor> {
  assertShape("optimalCovarianceOfHessian", "hessian", hessian, "batch latent latent");
  assertBeta("optimalCovarianceOfHessian", beta);
  const latent = hessian.shape[1]!;
  const precision = tf.tidy(() => tf.sub(tf.eye(latent), tf.mul(hessian, 1 / beta)));
  try {
    await requirePositiveDefinite("optimalCovarianceOfHessian", precision);
    return spdInverse(precision);
  } catch (error) {
    if (!(error instanceof NotPositiveDefiniteError)) throw error;
    const values = (await read(precision)).subarray(
      error.batchIndex * latent * latent,
      (error.batchIndex + 1) * latent * latent,
    );
    const eigenvalue = beta * await smallestEigenvalue(values, latent);
    throw new RangeError(
      `optimalCovarianceOfHessian: βI − H_f must be positive definite, but for example ${error.batchIndex} it has ` +
        `the eigenvalue ${eigenvalue} with β = ${beta}: the loss has no minimiser in Σ, it is unbounded below; ` +
        `raise β above ${beta - eigenvalue}, or use the Gauss–Newton curvature`,
    );
  } finally {
    precision.dispose();
  }
}

/** Requires β > 0: a number, or a float32 scalar. */
export const assertBeta = (doing: string, beta: Scalar): void => assertPositive(doing, "β", beta);
