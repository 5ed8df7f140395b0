/**
 * The constant of the Gaussian likelihood.
 *
 * @module
 */

/**
 * (n/2) log 2π, which −log N(x; g, I) has and GRAE has not; without it all objectives compare.
 *
 * @param data n, the number of pixels
 */
export function gaussianConstant(data: number): number {
  return data / 2 * Math.log(2 * Math.PI);
}
