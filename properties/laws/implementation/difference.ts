/**
 * Derivatives of a subject's own values by central differences with Richardson extrapolation, with a bound on their
 * error: the route by which a subject is held to itself, so that a law is not void on the very reference it uses.
 *
 * Source: W. Press et al., Numerical Recipes, 3rd edition, 2007, section 5.7 (Ridders' method).
 *
 * @module
 */

/** A numerical derivative and what it may be off by. */
export interface Difference {
  readonly value: number;
  readonly error: number;
}

/** Steps, as fractions of the reach. */
const steps = [2 ** -3, 2 ** -4, 2 ** -5, 2 ** -6];

/** f'(0) of a function whose values are off by at most `rounding`; f is smooth on [−reach, reach]. */
export async function firstDifference(
  f: (t: number) => number | Promise<number>,
  rounding: number,
  reach = 1,
): Promise<Difference> {
  const quotients: number[] = [];
  for (const h of steps.map((step) => step * reach)) quotients.push((await f(h) - await f(-h)) / (2 * h));
  return extrapolate(quotients, rounding / (steps.at(-1)! * reach));
}

/** f''(0), likewise. */
export async function secondDifference(
  f: (t: number) => number | Promise<number>,
  rounding: number,
  reach = 1,
): Promise<Difference> {
  const middle = await f(0), quotients: number[] = [];
  for (const h of steps.map((step) => step * reach)) {
    quotients.push((await f(h) - 2 * middle + await f(-h)) / (h * h));
  }
  return extrapolate(quotients, 4 * rounding / (steps.at(-1)! * reach) ** 2);
}

/**
 * Removes the terms in h², h⁴, h⁶. Each correction is smaller than the one before where the steps are small enough, so four of
 * the last one bound what is left; rounding is magnified by less than 2.
 */
function extrapolate(quotients: readonly number[], rounding: number): Difference {
  let column = [...quotients], previous = column;
  for (let power = 4; column.length > 1; power *= 4) {
    previous = column;
    column = previous.slice(1).map((fine, i) => fine + (fine - previous[i]!) / (power - 1));
  }
  return { value: column[0]!, error: 4 * Math.abs(column[0]! - previous[1]!) + 2 * rounding };
}
