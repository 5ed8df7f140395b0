/**
 * How much a decoder's metric lies outside blocks, whatever the lengths of its columns and however many have died.
 *
 * @module
 */

import { assertDivided } from "./assert_divided.ts";
import { normalised } from "./normalised.ts";

/**
 * The mean off-block entry of M_ij / √(M_ii M_jj) over the mean off-diagonal one inside blocks, both over pairs of
 * latents that live.
 *
 * The off-block ratio of M falls when blocks die as wholes too; this one falls only if columns in different blocks come
 * closer to orthogonal than those in one.
 *
 * @param metric M: mean |JᵀJ|, `[latent][latent]`, entries ≥ 0
 * @param block latents to a block, from 2 to d/2, which divides d
 * @param live whether each latent lives, `[latent]`
 * @returns null where no two latents of one block live, or none of two, or those of one do not lean on each other
 * @throws TypeError for a metric that is not square; RangeError for blocks that do not divide the latents or have no
 *   inside or no outside, or where `live` is of another number of latents
 */
export function liveRatio(
  metric: readonly (readonly number[])[],
  block: number,
  live: readonly boolean[],
): number | null {
  assertDivided("liveRatio", metric, block);
  if (live.length !== metric.length) {
    throw new RangeError(
      `liveRatio: it must be said of each of ${metric.length} latents whether it lives, but it is of ${live.length}`,
    );
  }
  const [inside, outside] = [{ sum: 0, count: 0 }, { sum: 0, count: 0 }];
  normalised(metric).forEach((row, i) =>
    row.forEach((value, j) => {
      if (i === j || !live[i] || !live[j]) return;
      const part = Math.floor(i / block) === Math.floor(j / block) ? inside : outside;
      part.sum += value;
      part.count++;
    })
  );
  if (!(inside.sum > 0) || outside.count === 0) return null;
  return (outside.sum / outside.count) / (inside.sum / inside.count);
}
