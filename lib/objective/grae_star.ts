/**
 * GRAE*: ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) Σ_i log(1 + ‖J_{:i}‖²/β).
 *
 * Slide "Gaussian p(z), q(z|x), p(x|z)": the upper bound on GRAE that needs no determinant.
 *
 * @module
 */

import { type Key, reciprocal, type Scalar, scaled, squaredNorm, tf } from "../engine/mod.ts";
import { squaredColumnNorms } from "../linalg/mod.ts";
import { assertStandardPrior, type Model } from "../model/mod.ts";
import { assertArguments, type ObjectiveValue, total } from "./objective.ts";

/**
 * The GRAE* loss, an upper bound on GRAE that needs no determinant.
 *
 * ```math
 * ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) ∑ᵢ log(1 + ‖J_{:i}‖²/β)
 * ```
 *
 * For another likelihood than N(g, I) as in {@link graeLoss}.
 *
 * Source: slide "Gaussian p(z), q(z|x), p(x|z)".
 *
 * @param x `[batch, data]`
 * @param beta β > 0: a number, or a float32 scalar
 * @returns terms `reconstruction`, `prior` and `volume`
 * @throws RangeError for β; TypeError for shapes, or a prior that is not N(0, I)
 */
export function graeStarLoss(model: Model, x: tf.Tensor, _key: Key, beta: Scalar): ObjectiveValue {
  assertArguments("graeStarLoss", model, x, beta);
  assertStandardPrior("graeStarLoss", model.description);
  const { mean: h } = model.encode(x);
  const { value: g, tangents, last } = model.weightedTangents(h);
  const norms = squaredColumnNorms(tangents, last, beta);
  return total({
    reconstruction: model.likelihood.energy(x, g),
    prior: tf.mul(scaled(beta, 1 / 2), squaredNorm(h)),
    volume: tf.mul(scaled(beta, 1 / 2), tf.sum(tf.log1p(tf.mul(reciprocal(beta), norms)), 1)),
  });
}
