/**
 * Comparisons of two numbers, in one place. A comparison gives the error in units of the tolerance: at most 1 is
 * accepted. It is never NaN, so that no way of asking "is it greater?" or "is it not smaller?" can let a NaN pass.
 *
 * @module
 */

/** The error of `actual` against `expected` in units of `tolerance`; Infinity where a number is not finite. */
export type Comparison = (actual: number, expected: number, tolerance: number) => number;

/** |actual − expected| / tolerance. */
export const equality: Comparison = (actual, expected, tolerance) =>
  ratio(actual, expected, Math.abs(actual - expected), tolerance);

/** (actual − bound)₊ / tolerance: how far `actual` lies above what it must not exceed. */
export const upperBound: Comparison = (actual, bound, tolerance) =>
  ratio(actual, bound, Math.max(0, actual - bound), tolerance);

/** (bound − actual)₊ / tolerance: how far `actual` lies below what it must reach. */
export const lowerBound: Comparison = (actual, bound, tolerance) =>
  ratio(actual, bound, Math.max(0, bound - actual), tolerance);

function ratio(actual: number, expected: number, error: number, tolerance: number): number {
  if (!Number.isFinite(actual) || !Number.isFinite(expected) || !(tolerance >= 0)) return Infinity;
  return error === 0 ? 0 : error / tolerance;
}
