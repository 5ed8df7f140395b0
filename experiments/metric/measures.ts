/**
 * Measures of a decoder's metric M = mean |JᵀJ| over images, `[latent][latent]`: slide "MNIST".
 *
 * @module
 */

import type { Variance } from "../../properties/contract/trained.ts";
import { median } from "../runner/spread.ts";
import { PartError } from "../runner/study.ts";

type Matrix = readonly (readonly number[])[];

/** The mean entry outside blocks over that inside them off the diagonal, of some latents; NaN or infinite if it is undefined. */
function ratioOf(metric: Matrix, block: number, counts: (latent: number) => boolean): number {
  const entries = metric.flatMap((row, i) =>
    row.map((value, j) => ({ value, i, j })).filter(({ j }) => i !== j && counts(i) && counts(j))
  );
  const mean = (inside: boolean): number => {
    const own = entries.filter(({ i, j }) => (Math.floor(i / block) === Math.floor(j / block)) === inside);
    return own.reduce((sum, { value }) => sum + value, 0) / own.length;
  };
  return mean(false) / mean(true);
}

/**
 * The mean off-block entry of a metric over the mean off-diagonal entry inside blocks:
 * (Σ_{i∤j} M_ij / #{i∤j}) / (Σ_{i∥j, i≠j} M_ij / #{i∥j, i≠j}), where i∥j are latents of one block and i∤j of two.
 *
 * It is 0 for a block-diagonal metric and 1 for one without blocks. The diagonal is left out: it is larger than the rest
 * even before training, so that a mean over whole blocks would say little.
 *
 * @param metric M: mean |JᵀJ|, `[latent][latent]`, entries ≥ 0
 * @param block latents to a block, from 2 to d/2, which divides d
 * @throws PartError where all entries inside blocks off the diagonal are 0
 */
export function offBlockRatio(metric: Matrix, block: number): number {
  const ratio = ratioOf(metric, block, () => true);
  if (Number.isFinite(ratio)) return ratio;
  throw new PartError(
    "the off-block ratio needs |JᵀJ| above 0 inside blocks off the diagonal, but all is 0 there",
  );
}

/**
 * M_ij / √(M_ii M_jj): the alignment of two columns of J, without their lengths.
 *
 * It is in [0, 1] for the mean of |JᵀJ| over images (by Cauchy and Schwarz), and 1 on the diagonal.
 *
 * @param metric M: `[latent][latent]`, M_ii ≥ 0
 * @returns `[latent][latent]`; 0 for a latent that the decoder ignores (M_ii = 0)
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
 * Whether each latent is active rather than collapsed: M_kk ≥ β/10.
 *
 * M_kk is the mean of ‖J_{:k}‖². At the bound the optimal mean-field variance, β/(β + ‖J_{:k}‖²), is 1/1.1: the latent
 * carries almost no information, and its row of M holds noise.
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
 * @returns null where no two active latents share a block, or no two are of different blocks, or those of one block are orthogonal
 */
export function activeRatio(metric: Matrix, block: number, active: readonly boolean[]): number | null {
  const ratio = ratioOf(normalised(metric), block, (latent) => active[latent]!);
  return Number.isFinite(ratio) ? ratio : null;
}

/**
 * The agreement of at least 2 variances, found and predicted, all above 0: exp(median |log(found/predicted)|), which is 1.1
 * where they are typically 10% apart, either way; and Pearson's correlation of their logarithms.
 */
export function agreement(pairs: readonly Variance[]): { factor: number; correlation: number } {
  const centred = (name: keyof Variance): number[] => {
    const logarithms = pairs.map((pair) => Math.log(pair[name]));
    const mean = logarithms.reduce((sum, v) => sum + v, 0) / pairs.length;
    return logarithms.map((v) => v - mean);
  };
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  const [found, predicted] = [centred("found"), centred("predicted")];
  return {
    factor: Math.exp(median(pairs.map(({ found, predicted }) => Math.abs(Math.log(found / predicted))))),
    correlation: dot(found, predicted) / Math.sqrt(dot(found, found) * dot(predicted, predicted)),
  };
}
