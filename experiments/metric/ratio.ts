/**
 * How much a decoder's metric lies outside blocks of latents.
 *
 * @module
 */

/** To come. */
export function offBlockRatio(_metric: readonly (readonly number[])[], _block: number): number {
  return NaN;
}
