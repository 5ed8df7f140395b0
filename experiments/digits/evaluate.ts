/**
 * A model over a data set: means of its losses, and of its decoder's metric.
 *
 * @module
 */

import { cloneKey, foldIn, type Key, key, read, tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { gramOf } from "../../lib/linalg/mod.ts";
import { bindModel, type Model, type ModelDescription, posteriorOfRoot } from "../../lib/model/mod.ts";
import type { DecidedLoss } from "../../lib/training/mod.ts";
import { turn } from "../runner/interruption.ts";
import type { Fitted } from "./fit.ts";
import { imagesOf } from "./images.ts";
import type { Setup } from "./setup.ts";

/** A mean over a data set, in nats per image. */
export interface Score {
  readonly value: number;
  /** The standard error of the sampled noise or columns, not of the images; null if nothing was sampled. */
  readonly standardError: number | null;
}

/** The score of a loss, and the means of its terms, which add up to it. */
export interface LossScore extends Score {
  readonly terms: Readonly<Record<string, number>>;
}

/** A loss that is evaluated. */
export interface Evaluated {
  readonly loss: DecidedLoss;
  /** Draws per image, of a loss that is sampled: from 1, and from 2 for a standard error. Null for one that is not. */
  readonly draws: number | null;
  /** The model that the loss is taken of, made of the one with the parameters for each batch; that itself if left out. */
  readonly of?: (model: Model, x: tf.Tensor, signal?: AbortSignal) => Model | Promise<Model>;
}

/** Images to a batch: many, so that JᵀJ is made without J, which is cheaper; memory does not grow with the data. */
const SCORED_AT_ONCE = 500;

/** (n/2) log 2π for n pixels: −log N(x; g, I) has it and GRAE has not; without it all losses compare. */
export const gaussianConstant = (data: number): number => data / 2 * Math.log(2 * Math.PI);

/** Sums over images, gathered batch by batch. */
export class Tally {
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
  get mean(): number {
    return this.#sum / this.#images;
  }

  /** The mean, with the standard error of the draws where there are any. */
  score(sampled: boolean): Score {
    return {
      value: this.mean,
      standardError: sampled ? Math.sqrt(this.#variance) / this.#images : null,
    };
  }
}

/**
 * So many tangents, images times latents, take a second at most on two cores. Engines multiply few rows by another kernel:
 * on wasm, and with oneDNN 2.6.3, so many images at least have the bits that they have among 500. OpenBLAS 0.3.21 does not
 * promise that: with its Haswell kernels an image's terms differ by up to 6e-7 of them.
 */
const [TANGENTS, LEAST] = [4000, 50];
/**
 * Numbers of the tangents behind one layer, 64 MiB. Dense layers reach it where their width is in the thousands; those of conv64
 * have 33,000 numbers, and the patches of a convolution are several times as many again.
 */
const NUMBERS = 2 ** 24;

/** How many of so many images have their derivatives taken at once: those of a batch are cut into stretches of nearly equal length. */
export function stretchOf(
  images: number,
  { latent, decoder }: Pick<ModelDescription, "latent" | "decoder">,
): number {
  const count = Math.min(images, SCORED_AT_ONCE), tangents = count * latent;
  const widest = Math.max(1, ...decoder.layers.slice(0, -1).map(({ outputs }) => outputs));
  const some = Math.max(
    1,
    Math.min(Math.ceil(tangents / TANGENTS), Math.floor(count / LEAST)),
    Math.ceil(tangents * widest / NUMBERS),
  );
  return Math.ceil(count / some);
}

/** The stretches of a batch: a signal is heard between the derivatives of two. */
function stretches(x: tf.Tensor, description: ModelDescription): tf.Tensor[] {
  const [count] = x.shape as [number];
  const length = stretchOf(count, description);
  return Array.from({ length: Math.ceil(count / length) }, (_, i) => {
    const start = i * length;
    return tf.slice(x, [start, 0], [Math.min(length, count - start), -1]);
  });
}

/** The terms of every image, for each draw: draw i draws from `foldIn(key, i)`. A loss that is not sampled goes by stretches. */
async function termsOf(
  { loss, draws }: Evaluated,
  model: Model,
  x: tf.Tensor,
  key: Key,
  signal?: AbortSignal,
): Promise<Record<string, Float32Array>[]> {
  const out: Record<string, Float32Array>[] = [];
  for (let draw = 0; draw < (draws ?? 1); draw++) {
    const values: Record<string, Float32Array> = {};
    let start = 0;
    for (const some of draws === null ? stretches(x, model.description) : [x]) {
      await turn(signal);
      const terms = tf.tidy(() => loss(model, some, foldIn(key, draw)).terms);
      for (const [name, term] of Object.entries(terms)) {
        (values[name] ??= new Float32Array(x.shape[0]!)).set(await read(term), start);
      }
      start += some.shape[0]!;
    }
    out.push(values);
  }
  return out;
}

/**
 * A model with its posterior of full covariances at images, taken once for all draws, and by stretches.
 *
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function settled(model: Model, x: tf.Tensor, signal?: AbortSignal): Promise<Model> {
  const means: tf.Tensor[] = [], roots: tf.Tensor[] = [];
  for (const some of stretches(x, model.description)) {
    await turn(signal);
    const [mean, root] = tf.tidy(() => {
      const q = model.posterior(some);
      return [q.mean, q.columns()];
    });
    means.push(mean!);
    roots.push(root!);
  }
  const q = posteriorOfRoot(tf.concat(means, 0), tf.concat(roots, 0));
  return { ...model, posterior: () => q };
}

/** The sum of the terms, image by image. */
function totals(terms: Record<string, Float32Array>): Float64Array {
  const parts = Object.values(terms);
  return Float64Array.from(parts[0]!, (_, i) => parts.reduce((sum, part) => sum + part[i]!, 0));
}

/**
 * The means of losses over a data set, all of one model.
 *
 * A signal is heard between two calls of a loss.
 *
 * @param losses by name
 * @param key of the draws: the batch from image i on draws from `foldIn(key, i)`, the same for all losses and parameters
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function evaluate<Name extends string>(
  { setup: { description }, parameters }: Fitted,
  dataset: Dataset,
  losses: Readonly<Record<Name, Evaluated>>,
  key: Key,
  signal?: AbortSignal,
): Promise<Record<Name, LossScore>> {
  const entries = Object.entries<Evaluated>(losses)
    .map(([name, loss]) => ({
      ...{ name, loss, own: cloneKey(key), total: new Tally() },
      terms: {} as Record<string, Tally>,
    }));
  for (let start = 0; start < dataset.count; start += SCORED_AT_ONCE) {
    const scope = tf.openScope();
    try {
      const x = imagesOf(dataset, start, start + SCORED_AT_ONCE);
      const model = bindModel(description, parameters);
      for (const { loss, own, total, terms } of entries) {
        const scored = await loss.of?.(model, x, signal) ?? model;
        const draws = await termsOf(loss, scored, x, foldIn(own, start), signal);
        total.add(draws.map(totals));
        for (const name of Object.keys(draws[0]!)) {
          (terms[name] ??= new Tally()).add(draws.map((d) => d[name]!));
        }
      }
    } finally {
      scope.close();
    }
  }
  return Object.fromEntries(entries.map(({ name, loss, total, terms }) => [name, {
    ...total.score(loss.draws !== null),
    terms: Object.fromEntries(Object.entries(terms).map(([term, tally]) => [term, tally.mean])),
  }])) as Record<Name, LossScore>;
}

/**
 * The mean of a loss that is not sampled over a data set, in nats per image.
 *
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function meanLoss(
  fitted: Fitted,
  dataset: Dataset,
  loss: DecidedLoss,
  signal?: AbortSignal,
): Promise<number> {
  return (await evaluate(fitted, dataset, { loss: { loss, draws: null } }, key(0), signal)).loss.value;
}

/**
 * Mean |G| over images, G = Jᵀ diag(w) J at their encodings: `[latent][latent]`.
 *
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function meanMetric(
  { description }: Setup,
  parameters: readonly tf.Tensor[],
  dataset: Dataset,
  signal?: AbortSignal,
): Promise<number[][]> {
  const { latent } = description;
  const mean = new Float64Array(latent * latent);
  for (let start = 0; start < dataset.count; start += SCORED_AT_ONCE) {
    const scope = tf.openScope();
    try {
      const model = bindModel(description, parameters);
      const grams: tf.Tensor[] = [];
      for (const some of stretches(imagesOf(dataset, start, start + SCORED_AT_ONCE), description)) {
        await turn(signal);
        grams.push(tf.tidy(() => {
          const { tangents, last } = model.weightedTangents(model.encode(some).mean);
          return tf.abs(gramOf(tangents, last));
        }));
      }
      // Summed all at once, so that the order of the sum does not depend on where stretches end.
      const sum = await read(tf.sum(tf.concat(grams, 0), 0));
      sum.forEach((value, i) => mean[i]! += value / dataset.count);
    } finally {
      scope.close();
    }
  }
  return Array.from({ length: latent }, (_, i) => [...mean.subarray(i * latent, (i + 1) * latent)]);
}
