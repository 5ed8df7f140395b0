/**
 * Scores of a model on a data set: its own loss, and the same yardsticks for every objective.
 *
 * @module
 */

import { foldIn, type Key, tf } from "../../lib/engine/mod.ts";
import { type Dataset, gatherBatch } from "../../lib/data/mod.ts";
import { bindModel, withOptimalPosterior } from "../../lib/model/mod.ts";
import { betaVaeLoss, graeLoss, graeStarLoss } from "../../lib/objective/mod.ts";
import { type DecidedLoss, lossAt } from "../../lib/training/mod.ts";
import { turn } from "../command/interruption.ts";
import { perImage, type Score, Tally, totals } from "./per_image.ts";
import type { Setup } from "./setup.ts";

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
/** Images per batch: large, so that JᵀJ is made without J, which is cheaper. */
export const SCORED_AT_ONCE = 500;

/**
 * Scores parameters on a data set.
 *
 * @param beta β of its own loss and of the yardsticks
 * @param key what is drawn; the same key gives the same scores
 * @param signal stops it
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function evaluate(
  setup: Setup,
  parameters: readonly tf.Tensor[],
  dataset: Dataset,
  beta: number,
  key: Key,
  signal?: AbortSignal,
): Promise<Scores> {
  const own = new Tally();
  const terms = new Map<string, Tally>();
  const yardsticks = { "beta-vae": new Tally(), grae: new Tally(), "grae-star": new Tally() };
  const losses: Record<keyof typeof yardsticks, [DecidedLoss, number]> = {
    "beta-vae": [(model, x, k) => betaVaeLoss(model, x, k, beta), DRAWS],
    grae: [(model, x, k) => graeLoss(model, x, k, beta), 1],
    "grae-star": [(model, x, k) => graeStarLoss(model, x, k, beta), 1],
  };
  for (let start = 0; start < dataset.count; start += SCORED_AT_ONCE) {
    const indices = Uint32Array.from(
      { length: Math.min(SCORED_AT_ONCE, dataset.count - start) },
      (_, i) => start + i,
    );
    await turn(signal);
    const scope = tf.openScope();
    try {
      const x = tf.tensor(gatherBatch(dataset, indices), [indices.length, setup.description.encoder.inputs]);
      const model = bindModel(setup.description, parameters);
      const scored = setup.description.family ? model : withOptimalPosterior(model, setup.family, beta);
      const at = foldIn(key, start);
      const draws = await perImage(lossAt(setup.loss, { beta }), model, x, at, setup.sampled ? DRAWS : 1);
      own.add(draws.map(totals));
      for (const name of Object.keys(draws[0]!)) {
        if (!terms.has(name)) terms.set(name, new Tally());
        terms.get(name)!.add(draws.map((d) => d[name]!));
      }
      for (const name of Object.keys(losses) as (keyof typeof yardsticks)[]) {
        await turn(signal);
        const [loss, count] = losses[name];
        yardsticks[name].add((await perImage(loss, scored, x, at, count)).map(totals));
      }
    } finally {
      scope.close();
    }
  }
  return {
    images: dataset.count,
    loss: own.score(setup.sampled),
    terms: Object.fromEntries([...terms].map(([name, tally]) => [name, tally.score(false).value])),
    yardsticks: {
      "beta-vae": yardsticks["beta-vae"].score(true),
      grae: yardsticks.grae.score(false),
      "grae-star": yardsticks["grae-star"].score(false),
    },
  };
}
