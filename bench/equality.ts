/**
 * Whether two implementations compute the same.
 *
 * @module
 */

/** How far losses may be apart, as a share of the larger. */
const TOLERANCE = 1e-4;

/** The steps whose losses are compared: before any update, and after three. */
const COMPARED = [0, 3] as const;

/**
 * How losses differ from those that they must equal, in words; null if they are equal.
 *
 * @param losses of four steps at given noise
 */
export function difference(losses: readonly number[], expected: readonly number[]): string | null {
  for (const step of COMPARED) {
    const [found, must] = [losses[step] ?? NaN, expected[step] ?? NaN];
    const apart = Math.abs(found - must) / Math.max(Math.abs(found), Math.abs(must));
    // So written that NaN differs.
    if (!(apart <= TOLERANCE)) {
      const when = step === 0 ? "before the first update" : `after ${step} updates`;
      return `${when} its loss is ${found}, but must be ${must} to ${TOLERANCE} of it`;
    }
  }
  return null;
}
