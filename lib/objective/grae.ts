/**
 * GRAE: ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) log|I + JᵀJ/β|.
 *
 * Slide "Gaussian p(z), q(z|x), p(x|z)".
 *
 * @module
 */

import { type Key, type Scalar, scaled, squaredNorm, tf } from "../engine/mod.ts";
import { identityPlusGram } from "../linalg/mod.ts";
import { assertStandardPrior, type Model } from "../model/mod.ts";
import { assertArguments, type ObjectiveValue, total } from "./objective.ts";

/**
 * The GRAE loss.
 *
 * ```math
 * ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) log|I + JᵀJ/β|
 * ```
 *
 * For another likelihood than N(g, I): −log p less its constant for the first term, √w J for J, w = −diag H_p.
 *
 * Source: slide "Gaussian p(z), q(z|x), p(x|z)".
 *
 * @param x `[batch, data]`
 * @param beta β > 0: a number, or a float32 scalar
 * @returns terms `reconstruction`, `prior` and `volume`
 * @throws RangeError for β; TypeError for shapes, or a prior that is not N(0, I)
 */
export function graeLoss(model: Model, x: tf.Tensor, _key: Key, beta: Scalar): ObjectiveValue {
  assertArguments("graeLoss", model, x, beta);
  assertStandardPrior("graeLoss", model.description);
  const { mean: h } = model.encode(x);
  const { value: g, tangents, last } = model.weightedTangents(h);
  const { logDeterminant } = identityPlusGram(tangents, beta, model.description.latent, last);
  return total({
    reconstruction: model.likelihood.energy(x, g),
    prior: tf.mul(scaled(beta, 1 / 2), squaredNorm(h)),
    volume: tf.mul(scaled(beta, 1 / 2), logDeterminant),
  });
}
