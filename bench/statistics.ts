/**
 * Statistics of many measured times.
 *
 * @module
 */

/** The middle of some numbers, and where the middle half of them lies. */
export interface Spread {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
  /** How many there are. */
  readonly count: number;
}

/** The value that a share q of sorted numbers is below, linear between neighbours. */
function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

/**
 * Median and quartiles.
 *
 * @throws RangeError for no numbers
 */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) {
    throw new RangeError("spreadOf: at least one number is required, but there is none");
  }
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    lower: quantile(sorted, 0.25),
    upper: quantile(sorted, 0.75),
    count: values.length,
  };
}
