/**
 * The scores of a run after an epoch: its own loss, and the same yardsticks for every objective.
 *
 * @module
 */

import type { Key } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { type Model, withOptimalPosterior } from "../../lib/model/mod.ts";
import { betaVaeLoss, graeLoss, graeStarLoss } from "../../lib/objective/mod.ts";
import { lossAt } from "../../lib/training/mod.ts";
import { evaluate, type LossScore, type Score } from "../digits/evaluate.ts";
import type { Fitted } from "../digits/fit.ts";

/** The scores of one data set. */
export interface Scores {
  readonly images: number;
  /** The run's own objective. */
  readonly loss: Score;
  /** Its terms, which add up to it. */
  readonly terms: Readonly<Record<string, number>>;
  /**
   * The Monte Carlo β-VAE loss (constants kept), GRAE and GRAE* (which have none). Models trained without a
   * posterior are given the optimal Σ of their family.
   */
  readonly yardsticks: { readonly "beta-vae": Score; readonly grae: Score; readonly "grae-star": Score };
}

/** Draws per image where a loss is sampled; enough for a standard error. */
const DRAWS = 4;

/**
 * Scores parameters on a data set.
 *
 * @param beta β of its own loss and of the yardsticks
 * @param key what is drawn; the same key gives the same scores
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function scoresOf(
  fitted: Fitted,
  dataset: Dataset,
  beta: number,
  key: Key,
  signal?: AbortSignal,
): Promise<Scores> {
  const { setup } = fitted;
  const of = (model: Model): Model =>
    setup.description.family ? model : withOptimalPosterior(model, setup.family, beta);
  const found = await evaluate(
    fitted,
    dataset,
    {
      own: { loss: lossAt(setup.loss, { beta }), draws: setup.sampled ? DRAWS : null },
      "beta-vae": { loss: (model, x, k) => betaVaeLoss(model, x, k, beta), draws: DRAWS, of },
      grae: { loss: (model, x, k) => graeLoss(model, x, k, beta), draws: null },
      "grae-star": { loss: (model, x, k) => graeStarLoss(model, x, k, beta), draws: null },
    },
    key,
    signal,
  );
  const score = ({ value, standardError }: LossScore): Score => ({ value, standardError });
  return {
    images: dataset.count,
    loss: score(found.own),
    terms: found.own.terms,
    yardsticks: {
      "beta-vae": score(found["beta-vae"]),
      grae: score(found.grae),
      "grae-star": score(found["grae-star"]),
    },
  };
}
