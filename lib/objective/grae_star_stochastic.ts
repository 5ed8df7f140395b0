/**
 * GRAE*, stochastic: ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) d log(1 + ‖J_{:i}‖²/β), i uniform on the d latents, one
 * column per example and step.
 *
 * Slide "Gaussian p(z), q(z|x), p(x|z)".
 *
 * @module
 */

import { type Key, reciprocal, type Scalar, scaled, squaredNorm, tf } from "../engine/mod.ts";
import { squaredColumnNorms } from "../linalg/mod.ts";
import { assertStandardPrior, type Model, weightTangents } from "../model/mod.ts";
import { drawnUnitRows, unitRows } from "../network/mod.ts";
import { assertArguments, type ObjectiveValue, total } from "./objective.ts";

/**
 * The stochastic GRAE* loss: GRAE* on average, at the cost of one tangent.
 *
 * ```math
 * ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) d log(1 + ‖J_{:i}‖²/β)
 * ```
 *
 * i is uniform on the d latents, one per example and step. For another likelihood than N(g, I) as in {@link graeLoss}.
 *
 * Source: slide "Gaussian p(z), q(z|x), p(x|z)".
 *
 * @param x `[batch, data]`
 * @param key draws the columns
 * @param beta β > 0: a number, or a float32 scalar
 * @returns terms `reconstruction`, `prior` and `volume`
 * @throws RangeError for β; TypeError for shapes, or a prior that is not N(0, I)
 */
export function graeStarStochasticLoss(model: Model, x: tf.Tensor, key: Key, beta: Scalar): ObjectiveValue {
  assertArguments("graeStarStochasticLoss", model, x, beta);
  assertStandardPrior("graeStarStochasticLoss", model.description);
  return along(model, x, drawnUnitRows(key, x.shape[0]!, model.description.latent), beta);
}

/**
 * The stochastic GRAE* loss at given columns.
 *
 * @param columns one index per example
 */
export function graeStarStochasticLossAt(
  model: Model,
  x: tf.Tensor,
  columns: ArrayLike<number>,
  beta: Scalar,
): ObjectiveValue {
  assertArguments("graeStarStochasticLossAt", model, x, beta);
  assertStandardPrior("graeStarStochasticLossAt", model.description);
  return along(model, x, unitRows(columns, model.description.latent), beta);
}

/** The loss with the column that each unit vector of `[batch, 1, latent]` picks. */
function along(model: Model, x: tf.Tensor, units: tf.Tensor, beta: Scalar): ObjectiveValue {
  const { likelihood, decoder, description: { latent } } = model;
  const { mean: h } = model.encode(x);
  const { value: g, tangents } = decoder.pushforward(h, units);
  const norm = tf.reshape(squaredColumnNorms(weightTangents(likelihood, g, tangents)), [-1]);
  return total({
    reconstruction: likelihood.energy(x, g),
    prior: tf.mul(scaled(beta, 1 / 2), squaredNorm(h)),
    volume: tf.mul(scaled(beta, latent / 2), tf.log1p(tf.mul(reciprocal(beta), norm))),
  });
}
