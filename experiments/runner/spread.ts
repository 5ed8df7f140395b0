/**
 * How numbers over seeds lie.
 *
 * @module
 */

/** The spread of numbers. */
interface Spread {
  readonly mean: number;
  /** The number in the middle, or the mean of the two there. */
  readonly median: number;
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
  if (count === 0) throw new RangeError("spreadOf: at least one number is required, but there is none");
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sorted = values.toSorted((a, b) => a - b);
  const half = (count - 1) / 2;
  return {
    mean,
    median: (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2,
    deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : null,
    least: sorted[0]!,
    most: sorted.at(-1)!,
  };
}

/**
 * The number in the middle, or the mean of the two there.
 *
 * @throws RangeError for none
 */
export const median = (values: readonly number[]): number => spreadOf(values).median;

/** "0.22 (0.17–0.26)": the mean, the least and the most. */
export function spreadText(
  { mean, least, most }: Pick<Spread, "mean" | "least" | "most">,
  digits = 2,
): string {
  return `${mean.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
