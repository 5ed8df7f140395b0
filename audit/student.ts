/**
 * How far an estimate may be from the truth: quantiles of Student's t.
 *
 * Source: M. Abramowitz, I. Stegun, *Handbook of Mathematical Functions*, 26.7.3, 26.7.4 and 26.7.5.
 *
 * @module
 */

/** How often an interval misses the truth, where the noise is normal. */
const MISSES = 1e-6;
/** The normal quantile of that, both tails together. */
const NORMAL = 4.891638475699;
/** With at least this many degrees of freedom ν, three terms of a series in 1/ν miss the truth once in a million to 1.2e-4 of that. */
const MANY = 300;

/** P(|t| > q) for whole degrees of freedom. */
function tails(q: number, freedom: number): number {
  const angle = Math.atan(q / Math.sqrt(freedom)), cosine = Math.cos(angle), square = cosine * cosine;
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1, sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= square * (k - 1) / k;
    sum += term;
  }
  return isOdd ? 1 - 2 / Math.PI * (angle + Math.sin(angle) * sum) : 1 - Math.sin(angle) * sum;
}

/**
 * How many standard errors an interval has on each side, so that it misses the truth once in a million.
 *
 * @param freedom degrees of freedom, a whole number; Infinity below 1
 */
export function standardErrors(freedom: number): number {
  if (freedom < 1) return Infinity;
  if (freedom >= MANY) {
    const z = NORMAL;
    return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
  }
  let [low, high] = [NORMAL, 1e7];
  for (let i = 0; i < 80; i++) {
    const middle = Math.sqrt(low * high);
    if (tails(middle, freedom) > MISSES) low = middle;
    else high = middle;
  }
  return high;
}
