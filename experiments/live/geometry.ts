/**
 * Shapes of the live page's drawings.
 *
 * @module
 */

import type { Matrix } from "../../lib/symmetry/mod.ts";

const POINTS = 96;

/**
 * The points one standard deviation from the middle of N(0, Σ): L (cos t, sin t) with L Lᵀ = Σ, t all around.
 *
 * @param covariance Σ of two latents
 * @throws RangeError unless Σ is positive definite
 */
export function ellipse(covariance: Matrix): [number, number][] {
  const [a, , b, c] = covariance.flat() as [number, number, number, number];
  if (!(a > 0 && a * c > b * b)) {
    throw new RangeError(
      `ellipse: the covariance must be positive definite, but it is ${covariance.flat().join(", ")}`,
    );
  }
  const [l11, l21] = [Math.sqrt(a), b / Math.sqrt(a)];
  const l22 = Math.sqrt(c - l21 ** 2);
  return Array.from({ length: POINTS }, (_, i) => {
    const t = 2 * Math.PI * i / POINTS;
    return [l11 * Math.cos(t), l21 * Math.cos(t) + l22 * Math.sin(t)];
  });
}

/**
 * Where an axis from 0 ends that shows numbers up to `largest`: the next of 1, 2 or 5 times a power of ten, so that it stays
 * put while the numbers change a little.
 *
 * @throws RangeError unless `largest` is above 0
 */
export function roundUp(largest: number): number {
  if (!(largest > 0)) throw new RangeError(`roundUp: a number above 0 is required, but it is ${largest}`);
  const exponent = Math.floor(Math.log10(largest));
  // Written as decimals, so that 0.02 is 0.02 and not 2 × 0.01.
  return [1, 2, 5, 10].map((digit) => Number(`${digit}e${exponent}`)).find((end) => end >= largest)!;
}
