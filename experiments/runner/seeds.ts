/**
 * Requires that seed, seed + 1, …, seed + seeds − 1 are different numbers: from 2⁵³ on, float64 skips every other one.
 *
 * @param doing what they are for, as in "metric"
 * @param seed the first
 * @param seeds how many
 * @throws RangeError unless both are whole, seed ≥ 0, seeds ≥ 1 and seed + seeds − 1 ≤ 2⁵³ − 1
 */
export function assertSeeds(doing: string, seed: number, seeds: number): void {
  if (!(Number.isInteger(seeds) && seeds >= 1)) {
    throw new RangeError(`${doing}: seeds must be a whole number from 1, but it is ${seeds}`);
  }
  const last = Number.MAX_SAFE_INTEGER;
  // The difference is exact, where the sum might be rounded.
  if (Number.isSafeInteger(seed) && seed >= 0 && seeds - 1 <= last - seed) return;
  throw new RangeError(
    `${doing}: all seeds must be whole numbers from 0 to ${last}, but there are ${seeds} from ${seed}`,
  );
}

/** The seeds from a first one on: seed, seed + 1, …; see {@link assertSeeds}. */
export function seedsFrom(doing: string, seed: number, seeds: number): number[] {
  assertSeeds(doing, seed, seeds);
  return Array.from({ length: seeds }, (_, i) => seed + i);
}
