/**
 * What can be looked at in blocks.
 *
 * @module
 */

/**
 * Requires a square metric, and blocks that have an inside and an outside.
 *
 * @param doing what it is required for, as in "offBlockRatio"
 * @throws TypeError for a metric that is not square; RangeError for blocks that do not divide the latents, of one latent,
 *   or of all
 */
export function assertDivided(
  doing: string,
  metric: readonly (readonly number[])[],
  block: number,
): void {
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
