/**
 * The β-VAE loss with little noise.
 *
 * @module
 */

import { type Key, normalTensor, tf } from "../../lib/engine/mod.ts";
import { betaVaeLossAt } from "../../lib/objective/mod.ts";
import type { DecidedLoss } from "../../lib/training/mod.ts";

/** ε and −ε, which cancel all odd orders of the reconstruction in ε: `[2, batch, latent]`. */
function antithetic(key: Key, batch: number, latent: number): tf.Tensor {
  const noise = normalTensor(key, [1, batch, latent]);
  return tf.concat([noise, tf.neg(noise)], 0);
}

/** The β-VAE loss as the mean of one pair ±ε to an example. */
export function antitheticLoss(beta: number): DecidedLoss {
  return (model, x, key) =>
    betaVaeLossAt(model, x, antithetic(key, x.shape[0]!, model.description.latent), beta);
}
