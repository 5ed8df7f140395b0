import { assertShape, type Axes, type Key, normalTensor, read, tf } from "../engine/mod.ts";
import { klOf } from "../model/mod.ts";
import type { SampledModel } from "../objective/mod.ts";
import { meanOf } from "./rows.ts";

/** Both in nats per example, without β. */
export interface RateDistortion {
  /** KL(q‖p), the mean over the batch. */
  readonly rate: number;
  /** −E_q log p(x|z) with its constants, the mean over the batch. */
  readonly distortion: number;
}

/**
 * Rate and distortion of a model on a batch:
 *
 * ```math
 * R = KL(q ‖ p), D = −E_q log p(x|z)
 * ```
 *
 * The β-VAE loss is D + βR, the ELBO −D − R. A distortion of a density may be below 0.
 *
 * Source: Alemi et al., *Fixing a Broken ELBO*, 2018.
 *
 * @param x `[batch, data]`
 * @param samples of the posterior for each example, from 1; 1 by default
 * @throws (rejects) TypeError for a shape or a model without a posterior; RangeError for the number of samples
 */
export async function rateDistortion(
  model: SampledModel,
  x: tf.Tensor,
  key: Key,
  { samples = 1 } = {},
): Promise<RateDistortion> {
  if (!Number.isInteger(samples) || samples < 1) {
    throw new RangeError(`rateDistortion: samples must be a whole number from 1, but it is ${samples}`);
  }
  const noise = normalTensor(key, [samples, x.shape[0]!, model.description.latent]);
  try {
    return await rateDistortionAt(model, x, noise);
  } finally {
    noise.dispose();
  }
}

/**
 * The same at given noise `[sample, batch, latent]`.
 *
 * @throws (rejects) TypeError for a shape or a model without a posterior
 */
export async function rateDistortionAt(
  model: SampledModel,
  x: tf.Tensor,
  noise: tf.Tensor,
): Promise<RateDistortion> {
  const { description, likelihood, decoder } = model;
  const axes: Axes = new Map([["data", description.encoder.inputs], ["latent", description.latent]]);
  assertShape("rateDistortion", "x", x, "batch data", axes);
  assertShape("rateDistortion", "noise", noise, "sample batch latent", axes);
  const both = tf.tidy(() => {
    const q = model.posterior(x);
    const logs = tf.unstack(noise).map((epsilon) =>
      likelihood.logDensity(x, decoder.apply(q.sample(epsilon)))
    );
    const sum = logs.reduce((all, log) => tf.add(all, log));
    return tf.concat([klOf(description, q), tf.mul(-1 / logs.length, sum)]);
  });
  const numbers = Float64Array.from(await read(both)), batch = x.shape[0]!;
  both.dispose();
  return { rate: meanOf(numbers.subarray(0, batch)), distortion: meanOf(numbers.subarray(batch)) };
}
