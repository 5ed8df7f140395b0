/**
 * How much a decoder's metric lies outside blocks of latents: slide "MNIST".
 *
 * @module
 */

import { assertDivided } from "./assert_divided.ts";

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
export function offBlockRatio(metric: readonly (readonly number[])[], block: number): number {
  const latent = metric.length;
  assertDivided("offBlockRatio", metric, block);
  let [inside, outside] = [0, 0];
  metric.forEach((row, i) =>
    row.forEach((value, j) => {
      if (Math.floor(i / block) !== Math.floor(j / block)) outside += value;
      else if (i !== j) inside += value;
    })
  );
  if (!(inside > 0)) {
    throw new RangeError(
      "offBlockRatio: no latent of a block leans on another, so there is nothing to compare with: the sum of " +
        `|JᵀJ| off the diagonal inside blocks is ${inside}`,
    );
  }
  return (outside / (latent * (latent - block))) / (inside / (latent * (block - 1)));
}
