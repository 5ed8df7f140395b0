/**
 * Scores of a model on a data set: its own loss, and the same yardsticks for every objective.
 *
 * @module
 */

import { foldIn, type Key, read, tf } from "../../lib/engine/mod.ts";
import { type Dataset, gatherBatch } from "../../lib/data/mod.ts";
import { bindModel, type Model, withOptimalPosterior } from "../../lib/model/mod.ts";
import { betaVaeLoss, graeLoss, graeStarLoss } from "../../lib/objective/mod.ts";
import type { Loss } from "../../lib/training/mod.ts";
import type { Setup } from "./setup.ts";

/** A mean over a data set, in nats per image. */
export interface Score {
  readonly value: number;
  /** The standard error of what was sampled (noise, columns; not of the images); null if nothing was. */
  readonly standardError: number | null;
}

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
const BATCH = 500;

/** Sums over images, gathered batch by batch. */
class Tally {
  #sum = 0;
  #variance = 0;
  #images = 0;

  /** Adds images, given each draw's values of them `[draw][image]`. */
  add(draws: readonly ArrayLike<number>[]): void {
    const count = draws[0]!.length;
    for (let i = 0; i < count; i++) {
      const values = draws.map((d) => d[i]!);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      this.#sum += mean;
      const spread = values.reduce((a, v) => a + (v - mean) ** 2, 0);
      if (values.length > 1) this.#variance += spread / (values.length - 1) / values.length;
    }
    this.#images += count;
  }

  /** The mean over all images. */
  score(sampled: boolean): Score {
    return {
      value: this.#sum / this.#images,
      standardError: sampled ? Math.sqrt(this.#variance) / this.#images : null,
    };
  }
}

/**
 * Scores parameters on a data set.
 *
 * @param beta β of the yardsticks
 * @param key what is drawn; the same key gives the same scores
 */
export async function evaluate(
  setup: Setup,
  parameters: readonly tf.Tensor[],
  dataset: Dataset,
  beta: number,
  key: Key,
): Promise<Scores> {
  const own = new Tally();
  const terms = new Map<string, Tally>();
  const yardsticks = { "beta-vae": new Tally(), grae: new Tally(), "grae-star": new Tally() };
  const losses: Record<keyof typeof yardsticks, [Loss, number]> = {
    "beta-vae": [(model, x, k) => betaVaeLoss(model, x, k, beta), DRAWS],
    grae: [(model, x, k) => graeLoss(model, x, k, beta), 1],
    "grae-star": [(model, x, k) => graeStarLoss(model, x, k, beta), 1],
  };
  for (let start = 0; start < dataset.count; start += BATCH) {
    const indices = Uint32Array.from(
      { length: Math.min(BATCH, dataset.count - start) },
      (_, i) => start + i,
    );
    const scope = tf.openScope();
    try {
      const x = tf.tensor(gatherBatch(dataset, indices), [indices.length, setup.description.encoder.inputs]);
      const model = bindModel(setup.description, parameters);
      const scored = setup.description.family ? model : withOptimalPosterior(model, setup.family, beta);
      const at = foldIn(key, start);
      const draws = await perImage(setup.loss, model, x, at, setup.sampled ? DRAWS : 1);
      own.add(draws.map(totals));
      for (const name of Object.keys(draws[0]!)) {
        if (!terms.has(name)) terms.set(name, new Tally());
        terms.get(name)!.add(draws.map((d) => d[name]!));
      }
      for (const name of Object.keys(losses) as (keyof typeof yardsticks)[]) {
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

/** The terms of every image, for each draw. */
async function perImage(
  loss: Loss,
  model: Model,
  x: tf.Tensor,
  key: Key,
  draws: number,
): Promise<Record<string, Float32Array>[]> {
  const out: Record<string, Float32Array>[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const terms = tf.tidy(() => loss(model, x, foldIn(key, draw)).terms);
    const values: Record<string, Float32Array> = {};
    for (const [name, term] of Object.entries(terms)) values[name] = await read(term);
    out.push(values);
  }
  return out;
}

/** The sum of the terms, image by image. */
function totals(terms: Record<string, Float32Array>): Float64Array {
  const parts = Object.values(terms);
  return Float64Array.from(parts[0]!, (_, i) => parts.reduce((sum, part) => sum + part[i]!, 0));
}
