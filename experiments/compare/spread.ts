/**
 * What seeds make of a number.
 *
 * @module
 */

/** A number over seeds. */
export interface Spread {
  readonly mean: number;
  /** The unbiased standard deviation; 0 of a single number. */
  readonly sd: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/**
 * Mean, deviation and ends of one or more numbers.
 *
 * @throws RangeError for none
 */
export function spreadOf(values: readonly number[]): Spread {
  const count = values.length;
  if (count === 0) throw new RangeError("spreadOf: at least one number is required, but there are none");
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    sd: count > 1 ? Math.sqrt(squares / (count - 1)) : 0,
    low: Math.min(...values),
    high: Math.max(...values),
    count,
  };
}
