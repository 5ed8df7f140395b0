/**
 * GRAE-block(b): ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) Σ_blocks log|I + J_BᵀJ_B/β|.
 *
 * Slide "Gaussian p(z), q(z|x), p(x|z)", restricted to a block-diagonal family.
 *
 * @module
 */

import { type Key, type Scalar, scaled, squaredNorm, tf } from "../engine/mod.ts";
import { identityPlusGram } from "../linalg/mod.ts";
import { assertStandardPrior, type Model } from "../model/mod.ts";
import { assertArguments, type ObjectiveValue, total } from "./objective.ts";

/** What the GRAE-block loss must be told. */
export interface GraeBlockOptions {
  /** b, latents per block; it divides d. */
  readonly block: number;
}

/**
 * GRAE over consecutive blocks B of latents.
 *
 * ```math
 * ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) ∑_B log|I + J_BᵀJ_B/β|
 * ```
 *
 * For another likelihood than N(g, I) as in {@link graeLoss}.
 *
 * Source: slide "Gaussian p(z), q(z|x), p(x|z)", restricted to a block-diagonal family.
 *
 * @param x `[batch, data]`
 * @param beta β > 0: a number, or a float32 scalar
 * @returns terms `reconstruction`, `prior` and `volume`
 * @throws RangeError for β or block; TypeError for shapes, or a prior that is not N(0, I)
 */
export function graeBlockLoss(
  model: Model,
  x: tf.Tensor,
  _key: Key,
  beta: Scalar,
  { block }: GraeBlockOptions,
): ObjectiveValue {
  assertArguments("graeBlockLoss", model, x, beta);
  assertStandardPrior("graeBlockLoss", model.description);
  const { mean: h } = model.encode(x);
  const { value: g, tangents, last } = model.weightedTangents(h);
  const { logDeterminant: overBlocks } = identityPlusGram(tangents, beta, block, last);
  return total({
    reconstruction: model.likelihood.energy(x, g),
    prior: tf.mul(scaled(beta, 1 / 2), squaredNorm(h)),
    volume: tf.mul(scaled(beta, 1 / 2), overBlocks),
  });
}
