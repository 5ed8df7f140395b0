/**
 * What every function of symmetric matrices requires of their numbers.
 *
 * @module
 */

/**
 * Entries across the diagonal may differ by so many √(a_ii a_jj): 2¹⁰ ε, more than rounding leaves of a product over a thousand
 * numbers. Below that the lower triangle is read.
 */
const ROUNDING = 2 ** -14;

/** The place of the first entry that is not finite; −1 if there is none. */
export function firstNonFinite(a: Float32Array | Float64Array): number {
  return a.findIndex((entry) => !Number.isFinite(entry));
}

/**
 * Requires that an n × n matrix is symmetric, up to rounding.
 *
 * @param which how a message speaks of the matrix
 * @throws RangeError with the entries that differ
 */
export function assertSymmetric(
  doing: string,
  which: string,
  a: Float32Array | Float64Array,
  n: number,
): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const lower = a[i * n + j]!, upper = a[j * n + i]!;
      if (
        lower === upper || !(Math.abs(lower - upper) > ROUNDING * Math.sqrt(a[i * n + i]! * a[j * n + j]!))
      ) {
        continue;
      }
      throw new RangeError(
        `${doing}: every matrix must be symmetric, but ${which} has ${lower} at [${i}, ${j}] and ${upper} at ` +
          `[${j}, ${i}]; take (A + Aᵀ)/2 if that is rounding`,
      );
    }
  }
}

/**
 * Requires that all entries of an n × n matrix are finite.
 *
 * @throws RangeError with the first that is not
 */
export function assertFinite(doing: string, which: string, a: Float32Array | Float64Array, n: number): void {
  const at = firstNonFinite(a);
  if (at < 0) return;
  throw new RangeError(
    `${doing}: every number must be finite, but ${which} has ${a[at]} at [${Math.floor(at / n)}, ${at % n}]`,
  );
}
