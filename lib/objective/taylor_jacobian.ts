/**
 * Taylor (Jacobian, Gauss–Newton): −log p(x|h) + ½ tr(G Σ) + β KL, G = −Jᵀ H_p J.
 *
 * Slide "We can further reduce the approximation".
 *
 * @module
 */

import { type Key, type Scalar, tf } from "../engine/mod.ts";
import { squaredColumnNorms } from "../linalg/mod.ts";
import { klOf, type Model } from "../model/mod.ts";
import { assertArguments, type ObjectiveValue, total } from "./objective.ts";

/**
 * The Taylor approximation of the β-VAE loss with the Gauss–Newton curvature G = −JᵀH_pJ.
 *
 * ```math
 * −log p(x|h) + ½ tr(GΣ) + β KL(q ‖ p)
 * tr(GΣ) = ∑ᵢ ‖√w ∘ J lᵢ‖²
 * ```
 *
 * over the columns lᵢ of L, w = −diag H_p. Source: slide "We can further reduce the approximation".
 *
 * @param x `[batch, data]`
 * @param beta β > 0: a number, or a float32 scalar
 * @returns terms `reconstruction`, `curvature` and `kl` (with its β)
 * @throws RangeError for β; TypeError for shapes, or if the model has no learned posterior
 */
export function taylorJacobianLoss(model: Model, x: tf.Tensor, _key: Key, beta: Scalar): ObjectiveValue {
  assertArguments("taylorJacobianLoss", model, x, beta);
  const q = model.posterior(x);
  const { value: g, tangents, last } = model.weightedTangents(q.mean, q.columns());
  const trace = tf.sum(squaredColumnNorms(tangents, last, beta), 1);
  return total({
    reconstruction: tf.neg(model.likelihood.logDensity(x, g)),
    curvature: tf.mul(0.5, trace),
    kl: tf.mul(beta, klOf(model.description, q)),
  });
}
