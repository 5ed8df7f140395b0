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

/** Removes the terms in h², h⁴, h⁶; rounding is magnified by less than 2. */
function extrapolate(quotients: readonly number[], rounding: number): Difference {
  const { value, error } = richardson(quotients, 4);
  return { value, error: error + 2 * rounding };
}

/**
 * The limit of quotients at steps halved again and again, whose errors are powers of `ratio`, its square and so on of the step. Where
 * the steps are small enough each correction is several times smaller than the one before; the last two bound what is left, since one
 * alone may vanish by accident.
 */
export function richardson(quotients: readonly number[], ratio: number): Difference {
  let column = [...quotients];
  const corrections: number[] = [];
  for (let power = ratio; column.length > 1; power *= ratio) {
    const previous = column;
    column = previous.slice(1).map((fine, i) => fine + (fine - previous[i]!) / (power - 1));
    corrections.push(Math.abs(column.at(-1)! - previous.at(-1)!));
  }
  const [before, last] = corrections.slice(-2) as [number, number];
  return { value: column[0]!, error: 2 * (before + last) };
}
