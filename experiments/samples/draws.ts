/**
 * Digits drawn from a model: latents from the prior or from the aggregate posterior, and what the decoder makes of them.
 *
 * @module
 */

import { tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { type Model, withOptimalPosterior } from "../../lib/model/mod.ts";
import { imagesOf } from "../digits/images.ts";
import type { Setup } from "../digits/setup.ts";

/**
 * z ~ N(0, I), draws `start` to before `end`: `[end − start, latent]`.
 *
 * @param noise N(0, 1): `[draws · latent]`
 */
export function priorLatents(noise: Float32Array, latent: number, start: number, end: number): tf.Tensor {
  return tf.tensor(noise.subarray(start * latent, end * latent), [end - start, latent]);
}

/**
 * z = h(x) + L(x) ε, one for each of the digits `start` to before `end`: draws from the aggregate posterior
 * (1/N) Σ_x q(z|x), stratified over the digits. A model without a learned posterior has the optimal Σ of its family.
 *
 * @param beta β > 0, that of the optimal Σ
 * @param noise ε, N(0, 1): `[digits · latent]`
 */
export function aggregateLatents(
  { family }: Setup,
  model: Model,
  digits: Dataset,
  beta: number,
  noise: Float32Array,
  start: number,
  end: number,
): tf.Tensor {
  const { description } = model;
  const scored = description.family ? model : withOptimalPosterior(model, family, beta);
  return scored.posterior(imagesOf(digits, start, end))
    .sample(priorLatents(noise, description.latent, start, end));
}

/**
 * E[x] at z `[batch, latent]`, cut off at 0 and 1, where pixels end and a Gaussian mean need not: `[batch, pixels]`.
 * A mean that is NaN or infinite gives NaN.
 */
export function decoded(model: Model, z: tf.Tensor): tf.Tensor {
  const mean = model.likelihood.mean(model.decoder.apply(z));
  // The engine's minimum of 1 and NaN is 1, a white pixel; 0 · NaN and 0 · ∞ are NaN.
  return tf.add(tf.minimum(1, tf.relu(mean)), tf.mul(0, mean));
}
