/**
 * The library's losses by objective: as a training draws for them, and at given noise and columns.
 *
 * @module
 */

import { tf } from "../lib/engine/mod.ts";
import { identityPlusGram } from "../lib/linalg/mod.ts";
import type { Model } from "../lib/model/mod.ts";
import {
  betaVaeLoss,
  betaVaeLossAt,
  graeLoss,
  graeStarLoss,
  graeStarStochasticLoss,
  graeStarStochasticLossAt,
  type ObjectiveValue,
  taylorHessianLoss,
  taylorJacobianLoss,
} from "../lib/objective/mod.ts";
import type { Loss } from "../lib/training/mod.ts";
import type { Objective } from "./workload.ts";

/**
 * GRAE with J formed, instead of JᵀJ = T (W Wᵀ) Tᵀ as the library does it: what the detour by W Wᵀ is worth shows
 * beside it.
 */
function graeFormedLoss(model: Model, x: tf.Tensor, beta: number): ObjectiveValue {
  const { mean: h } = model.encode(x);
  const { value: g, tangents } = model.weightedJacobian(h);
  const terms = {
    reconstruction: model.likelihood.energy(x, g),
    prior: tf.mul(beta / 2, tf.sum(tf.square(h), 1)),
    volume: tf.mul(beta / 2, identityPlusGram(tangents, beta, model.description.latent).logDeterminant),
  };
  return { loss: tf.mean(tf.add(tf.add(terms.reconstruction, terms.prior), terms.volume)), terms };
}

/** The loss of an objective, which draws what it needs from its key. */
export function drawingLoss(objective: Objective, beta: number): Loss {
  const losses: Readonly<Record<Objective, Loss>> = {
    "beta-vae": (model, x, key) => betaVaeLoss(model, x, key, beta),
    "taylor-jacobian": (model, x, key) => taylorJacobianLoss(model, x, key, beta),
    "taylor-hessian": (model, x, key) => taylorHessianLoss(model, x, key, beta),
    "grae": (model, x, key) => graeLoss(model, x, key, beta),
    "grae-star": (model, x, key) => graeStarLoss(model, x, key, beta),
    "grae-star-stochastic": (model, x, key) => graeStarStochasticLoss(model, x, key, beta),
    "grae-formed": (model, x) => graeFormedLoss(model, x, beta),
  };
  return losses[objective];
}

/**
 * The loss of an objective at given noise and columns, whatever its key.
 *
 * @param noise `[1, batch, latent]`
 * @param columns one index per example
 */
export function givenLoss(
  objective: Objective,
  beta: number,
  noise: tf.Tensor,
  columns: ArrayLike<number>,
): Loss {
  if (objective === "beta-vae") return (model, x) => betaVaeLossAt(model, x, noise, beta);
  if (objective === "grae-star-stochastic") {
    return (model, x) => graeStarStochasticLossAt(model, x, columns, beta);
  }
  return drawingLoss(objective, beta);
}
