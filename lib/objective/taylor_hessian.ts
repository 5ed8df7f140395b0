/**
 * Taylor (Hessian): −log p(x|h) − ½ tr(H_f Σ) + β KL, H_f = ∇²_z log p(x|z) at h.
 *
 * Slide "Taylor approximation around μ".
 *
 * @module
 */

import { type Key, type Scalar, tf } from "../engine/mod.ts";
import { squaredColumnNorms } from "../linalg/mod.ts";
import { klOf, type Model } from "../model/mod.ts";
import { assertArguments, type ObjectiveValue, total } from "./objective.ts";

/**
 * The second-order Taylor approximation of the β-VAE loss, with the decoder's own curvature, H_f = ∇²_z log p(x|z) at h.
 *
 * ```math
 * −log p(x|h) − ½ tr(H_f Σ) + β KL(q ‖ p)
 * tr(H_f Σ) = ∑ᵢ lᵢᵀ H_f lᵢ = −∑ᵢ ‖√w ∘ J lᵢ‖² + (∂log p/∂g)ᵀ ∑ᵢ d²g[lᵢ, lᵢ]
 * ```
 *
 * over the columns lᵢ of L, w = −diag H_p: second derivatives along d directions, pushed forward. Source: slide "Taylor
 * approximation around μ".
 *
 * @param x `[batch, data]`
 * @param beta β > 0: a number, or a float32 scalar
 * @returns terms `reconstruction`, `curvature` and `kl` (with its β)
 * @throws RangeError for β; TypeError for shapes, or if the model has no learned posterior
 */
export function taylorHessianLoss(model: Model, x: tf.Tensor, _key: Key, beta: Scalar): ObjectiveValue {
  assertArguments("taylorHessianLoss", model, x, beta);
  const { likelihood } = model;
  const q = model.posterior(x);
  const { value: g, tangents, last, bend } = model.bentTangents(q.mean, q.columns());
  const gaussNewton = tf.neg(tf.sum(squaredColumnNorms(tangents, last, beta), 1));
  const trace = bend ? tf.add(gaussNewton, tf.sum(tf.mul(likelihood.gradient(x, g), bend), 1)) : gaussNewton;
  return total({
    reconstruction: tf.neg(likelihood.logDensity(x, g)),
    curvature: tf.mul(-0.5, trace),
    kl: tf.mul(beta, klOf(model.description, q)),
  });
}
