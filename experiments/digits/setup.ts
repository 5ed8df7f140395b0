/**
 * The models that studies train on digits, with their losses and posteriors.
 *
 * @module
 */

import {
  bernoulli,
  continuousBernoulli,
  type Family,
  family,
  gaussian,
  type Likelihood,
  type Model,
  type ModelDescription,
  rawSize,
  withOptimalPosterior,
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
import { type DecidedLoss, type Loss, lossAt } from "../../lib/training/mod.ts";
import { UsageError } from "../runner/options.ts";
import type { Architecture } from "./architecture.ts";
import {
  type ActivationName,
  type LikelihoodName,
  type ObjectiveName,
  OPTIMISED_OUT,
  type PosteriorName,
} from "./names.ts";
import { type ImageSizes, networksOf } from "./networks.ts";

/** A model on digits, and the objective that trains it. */
export interface DigitsModel {
  readonly objective: ObjectiveName;
  /** The family of q(z|x), mean-field if left out; of no meaning to the GRAE objectives, which optimise Σ out. */
  readonly posterior?: PosteriorName | null;
  /** p(x|z); gaussian if left out. */
  readonly likelihood?: LikelihoodName;
  readonly beta: number;
  /** d ≥ 1, the number of latents. */
  readonly latent: number;
  /** b, latents to a block, which divides d; of no meaning but to block posteriors and GRAE-block. */
  readonly block?: number | null;
  /** The layers of both networks; `dense` if left out. */
  readonly architecture?: Architecture;
  /** The widths of the encoder's hidden layers, those of the decoder being the reverse; null where the architecture is not dense. */
  readonly hidden: readonly number[] | null;
  /** Of the hidden layers. */
  readonly activation: ActivationName;
}

/** The likelihoods by name; images of n numbers have so many σ. @throws UsageError for one σ a channel of one channel */
function likelihoodOf(name: LikelihoodName, { height, width, channels = 1 }: ImageSizes): Likelihood {
  switch (name) {
    case "gaussian":
      return gaussian();
    case "gaussian-learned":
      return gaussian({ count: 1 });
    case "gaussian-per-channel":
      if (channels > 1) return gaussian({ count: channels });
      throw new UsageError(
        "--likelihood gaussian-per-channel must have images in colour, but these have one channel: take gaussian-learned",
      );
    case "gaussian-per-pixel":
      return gaussian({ count: height * width * channels });
    case "bernoulli":
      return bernoulli();
    case "continuous-bernoulli":
      return continuousBernoulli();
  }
}

/** A run, ready to train: its `loss` takes β from its step. */
export type Setup = ReturnType<typeof setUp>;

/** The losses by name; `over` is the posterior's family. */
const LOSSES: Readonly<Record<ObjectiveName, (over: Family) => Loss>> = {
  "beta-vae": () => (model, x, key, { beta }) => betaVaeLoss(model, x, key, beta),
  "taylor-hessian": () => (model, x, key, { beta }) => taylorHessianLoss(model, x, key, beta),
  "taylor-jacobian": () => (model, x, key, { beta }) => taylorJacobianLoss(model, x, key, beta),
  "profiled": (over) => (model, x, key, { beta }) => profiledLoss(model, x, key, beta, { family: over }),
  "grae": () => (model, x, key, { beta }) => graeLoss(model, x, key, beta),
  "grae-block": ({ block }) => (model, x, key, { beta }) => graeBlockLoss(model, x, key, beta, { block }),
  "grae-star": () => (model, x, key, { beta }) => graeStarLoss(model, x, key, beta),
  "grae-star-stochastic": () => (model, x, key, { beta }) => graeStarStochasticLoss(model, x, key, beta),
};

/**
 * The model, its loss and its posterior's family, for images of such sizes.
 *
 * @throws UsageError if the architecture or the likelihood does not fit the images
 */
export function setUp(options: DigitsModel, images: ImageSizes) {
  const { objective, posterior, likelihood = "gaussian", latent, block } = options;
  const name = OPTIMISED_OUT[objective] ?? posterior ?? "mean-field";
  const scoring = name === "block" ? family(name, latent, block!) : family(name, latent);
  const learned = !(objective in OPTIMISED_OUT) && objective !== "profiled";
  const description: ModelDescription = {
    ...networksOf({ ...options, encoded: latent + (learned ? rawSize(scoring, latent) : 0) }, images),
    latent,
    likelihood: likelihoodOf(likelihood, images),
    family: learned ? scoring : null,
  };
  return {
    description,
    loss: LOSSES[objective](scoring),
    /** Whether the loss draws from its key. */
    sampled: objective === "beta-vae" || objective === "grae-star-stochastic",
    /** The family whose posterior scores the model: the learned one, or the one that the objective optimises out. */
    family: scoring,
  };
}

/** An objective at a β; of those that leave the family of q open, that of the setup. */
export const lossOf = (
  objective: ObjectiveName,
  beta: number,
  { family }: Pick<Setup, "family">,
): DecidedLoss => lossAt(LOSSES[objective](family), { beta });

/** The model with the posterior that scores it: the learned one, or else the optimal one of its objective's family. */
export const scoredModel = ({ description, family }: Setup, model: Model, beta: number): Model =>
  description.family ? model : withOptimalPosterior(model, family, beta);
