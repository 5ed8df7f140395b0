/**
 * Profiled: the Taylor (Jacobian) loss at the family's optimal Σ,
 * −log p(x|h) + ½ tr(G Σ*) + β KL(N(h, Σ*)‖p), Σ* = (I + G/β)⁻¹ in each block of the family.
 *
 * Slide "Gaussian p(z) and q(z|x)".
 *
 * @module
 */

import { detach, type Key, type Scalar, tf } from "../engine/mod.ts";
import { squaredColumnNorms } from "../linalg/mod.ts";
import {
  assertStandardPrior,
  type Family,
  klToPrior,
  type Model,
  optimalCovariance,
  posteriorOfRoot,
} from "../model/mod.ts";
import { assertArguments, type ObjectiveValue, total } from "./objective.ts";

/** What the profiled loss must be told. */
export interface ProfiledOptions {
  /** The family over which Σ is optimal. */
  readonly family: Family;
}

/**
 * The Taylor (Jacobian) loss, minimised over Σ in each block of the family.
 *
 * ```math
 * −log p(x|h) + ½ tr(GΣ*) + β KL(N(h, Σ*) ‖ p)
 * Σ* = (I + G/β)⁻¹
 * ```
 *
 * Σ* enters as a constant: it is a minimiser, so the loss does not change with it to first order (the envelope
 * theorem), and the gradient of the whole is exact. That of a single term is not.
 *
 * @param x `[batch, data]`
 * @param beta β > 0: a number, or a float32 scalar
 * @returns terms `reconstruction`, `curvature` and `kl` (with its β)
 * @throws RangeError for β; TypeError for shapes, or a prior that is not N(0, I)
 */
export function profiledLoss(
  model: Model,
  x: tf.Tensor,
  _key: Key,
  beta: Scalar,
  { family }: ProfiledOptions,
): ObjectiveValue {
  assertArguments("profiledLoss", model, x, beta);
  assertStandardPrior("profiledLoss", model.description);
  const { mean } = model.encode(x);
  const { value: g, tangents } = model.weightedJacobian(mean);
  const q = posteriorOfRoot(mean, optimalCovariance(family, detach(tangents), beta).root);
  const alongColumns = tf.matMul(q.columns(), tangents);
  return total({
    reconstruction: tf.neg(model.likelihood.logDensity(x, g)),
    curvature: tf.mul(0.5, tf.sum(squaredColumnNorms(alongColumns), 1)),
    kl: tf.mul(beta, klToPrior(q)),
  });
}
