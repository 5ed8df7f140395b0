/**
 * How numbers over seeds spread.
 *
 * @module
 */

/** The spread of numbers. */
export interface Spread {
  readonly mean: number;
  /** √(Σ (x − mean)²/(n − 1)); null for a single number. */
  readonly deviation: number | null;
  readonly least: number;
  readonly most: number;
}

/**
 * The spread of at least one number.
 *
 * @throws RangeError for none
 */
export function spreadOf(values: readonly number[]): Spread {
  const count = values.length;
  if (count === 0) throw new RangeError("spreadOf: at least one number is needed, but there is none");
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : null,
    least: Math.min(...values),
    most: Math.max(...values),
  };
}
