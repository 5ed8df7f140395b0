/**
 * β-VAE, Monte Carlo: −(1/S) Σ_s log p(x|z_s) + β KL(q‖p), z_s = h + L ε_s.
 *
 * @module
 */

import { assertShape, type Axes, type Key, normalTensor, type Scalar, tf } from "../engine/mod.ts";
import { klOf, type Model, type ModelDescription } from "../model/mod.ts";
import type { Network } from "../network/mod.ts";
import { assertArguments, type ObjectiveValue, total } from "./objective.ts";

/** The parts of a model that a loss by samples takes: every {@linkcode Model} has them. */
export interface SampledModel extends Pick<Model, "likelihood" | "posterior"> {
  /** How many latents there are, and data, and the prior. */
  readonly description: Pick<ModelDescription, "latent" | "prior"> & {
    readonly encoder: { readonly inputs: number };
  };
  /** z ↦ g(z); its derivatives in z are not needed. */
  readonly decoder: Network;
}

/** What the β-VAE loss may be told. */
export interface BetaVaeOptions {
  /** S, the number of samples per example; 1 by default. */
  readonly samples?: number;
}

/**
 * The Monte Carlo β-VAE loss.
 *
 * ```math
 * −(1/S) ∑ₛ log p(x|zₛ) + β KL(q ‖ p)
 * zₛ = h + Lεₛ
 * ```
 *
 * @param x `[batch, data]`
 * @param key draws ε
 * @param beta β > 0: a number, or a float32 scalar
 * @returns terms `reconstruction` and `kl` (with its β)
 * @throws RangeError for β or samples; TypeError for shapes, or if the model has no learned posterior
 */
export function betaVaeLoss(
  model: Model,
  x: tf.Tensor,
  key: Key,
  beta: Scalar,
  { samples = 1 }: BetaVaeOptions = {},
): ObjectiveValue {
  if (!Number.isInteger(samples) || samples < 1) {
    throw new RangeError(`betaVaeLoss: samples must be a whole number from 1, but it is ${samples}`);
  }
  assertArguments("betaVaeLoss", model, x, beta);
  return along(model, x, normalTensor(key, [samples, x.shape[0]!, model.description.latent]), beta);
}

/**
 * The β-VAE loss at given noise.
 *
 * @param x `[batch, data]`
 * @param noise ε: `[sample, batch, latent]`
 * @param beta β > 0
 * @throws RangeError for β; TypeError for shapes, or if the model has no learned posterior
 */
export function betaVaeLossAt(
  model: SampledModel,
  x: tf.Tensor,
  noise: tf.Tensor,
  beta: Scalar,
): ObjectiveValue {
  assertArguments("betaVaeLossAt", model, x, beta);
  const axes: Axes = new Map([["batch", x.shape[0]!], ["latent", model.description.latent]]);
  assertShape("betaVaeLossAt", "noise", noise, "sample batch latent", axes);
  return along(model, x, noise, beta);
}

/** The loss with this noise. */
function along(model: SampledModel, x: tf.Tensor, noise: tf.Tensor, beta: Scalar): ObjectiveValue {
  const q = model.posterior(x);
  const energies = tf.unstack(noise).map((epsilon) =>
    tf.neg(model.likelihood.logDensity(x, model.decoder.apply(q.sample(epsilon))))
  );
  return total({
    reconstruction: tf.mul(1 / energies.length, energies.reduce((sum, energy) => tf.add(sum, energy))),
    kl: tf.mul(beta, klOf(model.description, q)),
  });
}
