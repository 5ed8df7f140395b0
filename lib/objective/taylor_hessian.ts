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
 * The second-order Taylor approximation of the β-VAE loss, with the decoder's own curvature.
 *
 * tr(H_f Σ) = Σ_i l_iᵀ H_f l_i over the columns l_i of L, second derivatives along d directions, pushed forward:
 * −Σ_i ‖√w ∘ J l_i‖² + (∂log p/∂g)ᵀ Σ_i d²g[l_i, l_i], w = −diag H_p.
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
