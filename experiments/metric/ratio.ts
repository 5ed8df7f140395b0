/**
 * How much a decoder's metric lies outside blocks of latents: slide "MNIST".
 *
 * @module
 */

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
  assertDivided(metric, block);
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

function assertDivided(metric: readonly (readonly number[])[], block: number): void {
  const latent = metric.length;
  metric.forEach((row, i) => {
    if (row.length === latent) return;
    throw new TypeError(
      `offBlockRatio: the metric must be square, but row ${i + 1} of ${latent} has ${row.length} entries`,
    );
  });
  if (!Number.isInteger(block) || block < 1 || latent % block !== 0) {
    throw new RangeError(
      "offBlockRatio: the block size must be a whole number from 1 that divides the number of latents, but it is " +
        `${block} for ${latent} latents`,
    );
  }
  if (block === 1) {
    throw new RangeError(
      "offBlockRatio: blocks of 1 latent have nothing off the diagonal inside; give 2 or more",
    );
  }
  if (block === latent) {
    throw new RangeError(
      `offBlockRatio: one block of all ${latent} latents has nothing outside; give a smaller one`,
    );
  }
}
