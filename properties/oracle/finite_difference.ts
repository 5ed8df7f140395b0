/**
 * Derivatives by central differences with Richardson extrapolation, with a bound on their own error: the independent
 * route to which the exact derivatives of this oracle are held.
 *
 * Source: W. Press et al., Numerical Recipes, 3rd edition, 2007, section 5.7 (Ridders' method).
 *
 * @module
 */

/** A numerical derivative and what it may be off by. */
export interface Estimate {
  /** The derivative. */
  readonly value: number;
  /** A bound on its error. */
  readonly error: number;
}

/** Steps 2⁻⁵ … 2⁻⁸, so that h and z ± h are exact for moderate z. */
const steps = [2 ** -5, 2 ** -6, 2 ** -7, 2 ** -8];

/** f'(0); f is taken to be correct to `roundings` units of 2⁻⁵³ relative to its largest value. */
export function derivative(f: (t: number) => number, roundings = 64): Estimate {
  const at = remembered(f);
  return extrapolate((h) => (at(h) - at(-h)) / (2 * h), rounding(at, roundings) / steps.at(-1)!);
}

/** f''(0) */
export function secondDerivative(f: (t: number) => number, roundings = 64): Estimate {
  const at = remembered(f);
  return extrapolate(
    (h) => (at(h) - 2 * at(0) + at(-h)) / (h * h),
    4 * rounding(at, roundings) / steps.at(-1)! ** 2,
  );
}

function remembered(f: (t: number) => number): (t: number) => number {
  const values = new Map<number, number>();
  return (t) => {
    const value = values.get(t) ?? f(t);
    values.set(t, value);
    return value;
  };
}

function rounding(f: (t: number) => number, roundings: number): number {
  return roundings * 2 ** -53 * Math.max(...steps.flatMap((h) => [h, -h]).map((t) => Math.abs(f(t))));
}

/**
 * Removes the terms in h², h⁴, h⁶. The last correction bounds what is left, since each is smaller than the one
 * before; extrapolation amplifies the rounding error by less than 2.
 */
function extrapolate(difference: (h: number) => number, rounding: number): Estimate {
  let column = steps.map(difference);
  let previous = column;
  for (let power = 4; column.length > 1; power *= 4) {
    previous = column;
    column = previous.slice(1).map((fine, i) => fine + (fine - previous[i]!) / (power - 1));
  }
  return { value: column[0]!, error: Math.abs(column[0]! - previous[1]!) + 2 * rounding };
}
