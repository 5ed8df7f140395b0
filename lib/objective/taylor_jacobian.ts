/**
 * Taylor (Jacobian, Gauss–Newton): −log p(x|h) + ½ tr(G Σ) + β KL, G = −Jᵀ H_p J.
 *
 * Slide "We can further reduce the approximation".
 *
 * @module
 */

import { type Key, tf } from "../engine/mod.ts";
import { klToPrior, type Model, weightTangents } from "../model/mod.ts";
import { assertArguments, type ObjectiveValue, squaredNorm, total } from "./objective.ts";

/**
 * The Taylor approximation of the β-VAE loss with the Gauss–Newton curvature.
 *
 * tr(G Σ) = Σ_i ‖√w ∘ J l_i‖² over the columns l_i of L, w = −diag H_p.
 *
 * @param x `[batch, data]`
 * @param beta β > 0
 * @returns terms `reconstruction`, `curvature` and `kl` (with its β)
 * @throws RangeError for β; TypeError for shapes, or if the model has no learned posterior
 */
export function taylorJacobianLoss(model: Model, x: tf.Tensor, _key: Key, beta: number): ObjectiveValue {
  assertArguments("taylorJacobianLoss", model, x, beta);
  const { likelihood, decoder } = model;
  const q = model.posterior(x);
  const { value: g, tangents } = decoder.pushforward(q.mean, q.columns());
  const weighted = weightTangents(likelihood, g, tangents);
  return total({
    reconstruction: tf.neg(likelihood.logDensity(x, g)),
    curvature: tf.mul(0.5, squaredNorm(tf.reshape(weighted, [x.shape[0]!, -1]))),
    kl: tf.mul(beta, klToPrior(q)),
  });
}
