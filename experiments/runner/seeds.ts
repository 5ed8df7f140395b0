/**
 * Numbers over seeds: the seeds themselves, and how what they gave is spread.
 *
 * @module
 */

/**
 * The seeds from a first one on: seed, seed + 1, …; from 2⁵³ on float64 skips every other number.
 *
 * @param doing what they are for, as in "metric"
 * @throws RangeError unless both are whole, seed ≥ 0, seeds ≥ 1 and seed + seeds − 1 ≤ 2⁵³ − 1
 */
export function seedsFrom(doing: string, seed: number, seeds: number): number[] {
  if (!(Number.isInteger(seeds) && seeds >= 1)) {
    throw new RangeError(`${doing}: seeds must be a whole number from 1, but it is ${seeds}`);
  }
  const last = Number.MAX_SAFE_INTEGER;
  // The difference is exact, where the sum might be rounded.
  if (!(Number.isSafeInteger(seed) && seed >= 0 && seeds - 1 <= last - seed)) {
    throw new RangeError(
      `${doing}: all seeds must be whole numbers from 0 to ${last}, but there are ${seeds} from ${seed}`,
    );
  }
  return Array.from({ length: seeds }, (_, i) => seed + i);
}

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

/** "0.22 (0.17–0.26)": the mean, the least and the most. */
export function spreadText({ mean, least, most }: Spread, digits = 2): string {
  return `${mean.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}

/**
 * The number in the middle, or the mean of the two there.
 *
 * @throws RangeError for none
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("median: at least one number is needed, but there is none");
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
}
