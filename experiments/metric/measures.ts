/**
 * Measures of a decoder's metric M = mean |JᵀJ| over images, `[latent][latent]`: slide "MNIST".
 *
 * @module
 */

import type { Variance } from "../../properties/laws/trained.ts";
import { median } from "../runner/spread.ts";

type Matrix = readonly (readonly number[])[];

/**
 * Requires a square metric, and blocks that have an inside and an outside.
 *
 * @param doing what it is required for, as in "offBlockRatio"
 * @throws TypeError for a metric that is not square; RangeError for blocks that do not divide the latents, of one latent,
 *   or of all
 */
function assertDivided(doing: string, metric: Matrix, block: number): void {
  const latent = metric.length;
  metric.forEach((row, i) => {
    if (row.length === latent) return;
    throw new TypeError(
      `${doing}: the metric must be square, but row ${i + 1} of ${latent} has ${row.length} entries`,
    );
  });
  if (!Number.isInteger(block) || block < 1 || latent % block !== 0) {
    throw new RangeError(
      `${doing}: the block size must be a whole number from 1 that divides the number of latents, but it is ` +
        `${block} for ${latent} latents`,
    );
  }
  if (block === 1) {
    throw new RangeError(`${doing}: blocks of 1 latent have nothing off the diagonal inside; give 2 or more`);
  }
  if (block === latent) {
    throw new RangeError(
      `${doing}: one block of all ${latent} latents has nothing outside; give a smaller one`,
    );
  }
}

/** Sums and counts of the entries off the diagonal, inside blocks and outside, over pairs of some latents. */
function offDiagonal(
  metric: Matrix,
  block: number,
  counts: (latent: number) => boolean,
): Record<"inside" | "outside", { sum: number; count: number }> {
  const [inside, outside] = [{ sum: 0, count: 0 }, { sum: 0, count: 0 }];
  metric.forEach((row, i) =>
    row.forEach((value, j) => {
      if (i === j || !counts(i) || !counts(j)) return;
      const part = Math.floor(i / block) === Math.floor(j / block) ? inside : outside;
      part.sum += value;
      part.count++;
    })
  );
  return { inside, outside };
}

/**
 * The mean off-block entry of a metric over the mean off-diagonal entry inside blocks:
 * (Σ_{i∤j} M_ij / #{i∤j}) / (Σ_{i∥j, i≠j} M_ij / #{i∥j, i≠j}), where i∥j are latents of one block and i∤j of two.
 *
 * It is 0 for a block-diagonal metric and 1 for one that knows no blocks. The diagonal takes no part: it is larger than
 * the rest before any training too, so that a mean over whole blocks would say little.
 *
 * @param metric M: mean |JᵀJ|, `[latent][latent]`, entries ≥ 0
 * @param block latents to a block, from 2 to d/2, which divides d
 * @throws TypeError for a metric that is not square; RangeError for blocks that do not divide the latents or have no
 *   inside or no outside, or that hold nothing but zeros off the diagonal
 */
export function offBlockRatio(metric: Matrix, block: number): number {
  assertDivided("offBlockRatio", metric, block);
  const { inside, outside } = offDiagonal(metric, block, () => true);
  if (!(inside.sum > 0)) {
    throw new RangeError(
      "offBlockRatio: no latent of a block leans on another, so there is nothing to compare with: the sum of " +
        `|JᵀJ| off the diagonal inside blocks is ${inside.sum}`,
    );
  }
  return (outside.sum / outside.count) / (inside.sum / inside.count);
}

/**
 * M_ij / √(M_ii M_jj): how much two columns of J lean on each other, whatever their lengths.
 *
 * It is in [0, 1] for the mean of |JᵀJ| over images (by Cauchy and Schwarz), and 1 on the diagonal.
 *
 * @param metric M: `[latent][latent]`, M_ii ≥ 0
 * @returns `[latent][latent]`; 0 for a latent of which the decoder knows nothing (M_ii = 0)
 */
export function normalised(metric: Matrix): number[][] {
  return metric.map((row, i) =>
    row.map((value, j) => {
      const scale = Math.sqrt(metric[i]![i]!) * Math.sqrt(metric[j]![j]!);
      return scale > 0 ? value / scale : 0;
    })
  );
}

/**
 * √(M_ii M_jj): the metric of collinear columns that have the lengths of J's.
 *
 * Its off-block ratio is what lengths alone make of it: with k of B blocks left, and columns of equal lengths in them,
 * (k − 1)/(B − 1), though no column is orthogonal to another.
 *
 * @param metric M: `[latent][latent]`, M_ii ≥ 0
 * @returns `[latent][latent]`
 */
export function lengthsAlone(metric: Matrix): number[][] {
  const lengths = metric.map((row, k) => Math.sqrt(row[k]!));
  return lengths.map((a) => lengths.map((b) => a * b));
}

/**
 * Whether each latent is active rather than collapsed: M_kk ≥ β/10.
 *
 * M_kk is the mean of ‖J_{:k}‖². At the bound the optimal mean-field variance, β/(β + ‖J_{:k}‖²), is 1/1.1: the latent
 * says next to nothing, and what its row of M holds is noise.
 *
 * @param metric M: mean |JᵀJ|, `[latent][latent]`
 * @param beta β > 0
 * @returns `[latent]`
 */
export function activeLatents(metric: Matrix, beta: number): boolean[] {
  return metric.map((row, k) => row[k]! >= beta / 10);
}

/**
 * The off-block ratio of the {@link normalised} metric over pairs of active latents.
 *
 * The ratio of M falls when blocks collapse as wholes too; this one falls only if columns in different blocks come
 * closer to orthogonal than those in one.
 *
 * @param metric M: mean |JᵀJ|, `[latent][latent]`, entries ≥ 0
 * @param block latents to a block, from 2 to d/2, which divides d
 * @param active whether each latent is active, `[latent]`
 * @returns null where no two latents of one block are active, or none of two, or those of one do not lean on each other
 * @throws TypeError for a metric that is not square; RangeError for blocks that do not divide the latents or have no
 *   inside or no outside, or where `active` is of another number of latents
 */
export function activeRatio(metric: Matrix, block: number, active: readonly boolean[]): number | null {
  assertDivided("activeRatio", metric, block);
  if (active.length !== metric.length) {
    throw new RangeError(
      `activeRatio: it must be said of each of ${metric.length} latents whether it is active, but it is of ` +
        `${active.length}`,
    );
  }
  const { inside, outside } = offDiagonal(normalised(metric), block, (latent) => active[latent]!);
  if (!(inside.sum > 0) || outside.count === 0) return null;
  return (outside.sum / outside.count) / (inside.sum / inside.count);
}

/** What {@linkcode agreement} returns. */
export interface Agreement {
  /** exp(median |log(found/predicted)|) ≥ 1: 1.1 where they are typically 10% apart, either way. */
  readonly factor: number;
  /** Pearson's correlation of log found and log predicted. */
  readonly correlation: number;
}

/**
 * The agreement of variances, found and predicted.
 *
 * @param pairs at least 2, all above 0
 * @throws RangeError for fewer, or where all found or all predicted are equal and have no correlation
 */
export function agreement(pairs: readonly Variance[]): Agreement {
  const refuse = (why: string): never => {
    throw new RangeError(`agreement: at least 2 pairs that differ are needed, but ${why}`);
  };
  if (pairs.length < 2) refuse(pairs.length === 1 ? "there is 1" : "there are none");
  for (const name of ["found", "predicted"] as const) {
    const first = pairs[0]![name];
    if (pairs.every((pair) => pair[name] === first)) refuse(`all ${name} are ${first}`);
  }
  const found = centred(pairs.map((pair) => Math.log(pair.found)));
  const predicted = centred(pairs.map((pair) => Math.log(pair.predicted)));
  const apart = pairs.map((pair) => Math.abs(Math.log(pair.found / pair.predicted)));
  return {
    factor: Math.exp(median(apart)),
    correlation: dot(found, predicted) / Math.sqrt(dot(found, found) * dot(predicted, predicted)),
  };
}

/** Values less their mean. */
function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return values.map((v) => v - mean);
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, i) => sum + v * b[i]!, 0);
