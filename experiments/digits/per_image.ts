/**
 * What a loss gives image by image, and means of it over a data set.
 *
 * @module
 */

import { foldIn, type Key, read, tf } from "../../lib/engine/mod.ts";
import type { Model } from "../../lib/model/mod.ts";
import type { DecidedLoss } from "../../lib/training/mod.ts";

/** A mean over a data set, in nats per image. */
export interface Score {
  readonly value: number;
  /** The standard error of what was sampled (noise, columns; not of the images); null if nothing was. */
  readonly standardError: number | null;
}

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
  score(sampled: boolean): Score {
    return {
      value: this.#sum / this.#images,
      standardError: sampled ? Math.sqrt(this.#variance) / this.#images : null,
    };
  }
}

/** The terms of every image, for each draw. */
export async function perImage(
  loss: DecidedLoss,
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
export function totals(terms: Record<string, Float32Array>): Float64Array {
  const parts = Object.values(terms);
  return Float64Array.from(parts[0]!, (_, i) => parts.reduce((sum, part) => sum + part[i]!, 0));
}
