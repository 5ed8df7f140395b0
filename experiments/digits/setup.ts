/**
 * From what a run on digits trains to a model, a loss, and what they need to be scored.
 *
 * @module
 */

import {
  bernoulli,
  describeModel,
  type Family,
  family,
  gaussian,
  type ModelDescription,
} from "../../lib/model/mod.ts";
import {
  betaVaeLoss,
  graeBlockLoss,
  graeLoss,
  graeStarLoss,
  graeStarStochasticLoss,
  profiledLoss,
  taylorHessianLoss,
  taylorJacobianLoss,
} from "../../lib/objective/mod.ts";
import type { Loss } from "../../lib/training/mod.ts";
import {
  type ActivationName,
  type LikelihoodName,
  type ObjectiveName,
  OPTIMISED_OUT,
  type PosteriorName,
} from "./names.ts";

/** What a run on digits trains. */
export interface DigitsModel {
  /** What is minimised. */
  readonly objective: ObjectiveName;
  /** The family of q(z|x); null for the GRAE objectives, which have no learned posterior. */
  readonly posterior: PosteriorName | null;
  /** p(x|z). */
  readonly likelihood: LikelihoodName;
  /** β > 0. */
  readonly beta: number;
  /** d ≥ 1, the number of latents. */
  readonly latent: number;
  /** b, the number of latents to a block, which divides d; null where nothing is by block. */
  readonly block: number | null;
  /** The widths of the encoder's hidden layers; those of the decoder are the reverse. */
  readonly hidden: readonly number[];
  /** The activation of hidden layers. */
  readonly activation: ActivationName;
}

/** A run, ready to train. */
export interface Setup {
  readonly description: ModelDescription;
  /** It takes β from its step. */
  readonly loss: Loss;
  /** Whether the loss draws from its key. */
  readonly sampled: boolean;
  /** The family whose posterior scores the model: the learned one, or the one that the objective optimises out. */
  readonly family: Family;
  /** Sizes of the latent blocks to outline in pictures. */
  readonly blocks: readonly number[];
}

/** The loss of an objective, at the β of its step. */
function lossOf({ objective, block }: DigitsModel, of: Family): Loss {
  switch (objective) {
    case "beta-vae":
      return (model, x, key, { beta }) => betaVaeLoss(model, x, key, beta);
    case "taylor-hessian":
      return (model, x, key, { beta }) => taylorHessianLoss(model, x, key, beta);
    case "taylor-jacobian":
      return (model, x, key, { beta }) => taylorJacobianLoss(model, x, key, beta);
    case "profiled":
      return (model, x, key, { beta }) => profiledLoss(model, x, key, beta, { family: of });
    case "grae":
      return (model, x, key, { beta }) => graeLoss(model, x, key, beta);
    case "grae-block":
      return (model, x, key, { beta }) => graeBlockLoss(model, x, key, beta, { block: block! });
    case "grae-star":
      return (model, x, key, { beta }) => graeStarLoss(model, x, key, beta);
    case "grae-star-stochastic":
      return (model, x, key, { beta }) => graeStarStochasticLoss(model, x, key, beta);
  }
}

/**
 * What a run trains.
 *
 * @param data n, the number of pixels
 */
export function setUp(options: DigitsModel, data: number): Setup {
  const { objective, posterior, latent, block } = options;
  const name = posterior ?? OPTIMISED_OUT[objective]!;
  const scoring = name === "block" ? family(name, latent, block!) : family(name, latent);
  const learned = posterior !== null && objective !== "profiled";
  return {
    description: describeModel({
      data,
      latent,
      hidden: options.hidden,
      activation: options.activation,
      likelihood: options.likelihood === "gaussian" ? gaussian() : bernoulli(),
      family: learned ? scoring : null,
    }),
    loss: lossOf(options, scoring),
    sampled: objective === "beta-vae" || objective === "grae-star-stochastic",
    family: scoring,
    blocks: Array.from({ length: latent / scoring.block }, () => scoring.block),
  };
}
