/**
 * Tables of codes and of factors, as rows.
 *
 * @module
 */

/** A table as an array of rows, each of any kind of array. */
export type Rows = readonly ArrayLike<number>[];

/**
 * The columns of a table `[n, column]`, in double precision.
 *
 * @throws TypeError for rows of different lengths or none; RangeError for a number that is not finite
 */
export function columnsOf(doing: string, argument: string, rows: Rows): Float64Array[] {
  const width = rows[0]?.length ?? 0;
  if (width === 0) throw new TypeError(`${doing}: ${argument} must have a row and a column, but has none`);
  const columns = Array.from({ length: width }, () => new Float64Array(rows.length));
  rows.forEach((row, n) => {
    if (row.length !== width) {
      throw new TypeError(
        `${doing}: the rows of ${argument} must have one length, but row 0 has ${width} entries and row ${n} has ${row.length}`,
      );
    }
    for (let i = 0; i < width; i++) {
      const entry = row[i]!;
      if (!Number.isFinite(entry)) {
        throw new RangeError(
          `${doing}: ${argument} must be finite, but row ${n} has ${entry} in column ${i}; a model that diverged has no score`,
        );
      }
      columns[i]![n] = entry;
    }
  });
  return columns;
}

/** Columns of codes and of factors of the same examples. */
export function pairedColumns(
  doing: string,
  codes: Rows,
  factors: Rows,
): readonly [Float64Array[], Float64Array[]] {
  if (codes.length !== factors.length) {
    throw new TypeError(
      `${doing}: codes and factors must have as many rows, but there are ${codes.length} and ${factors.length}`,
    );
  }
  return [columnsOf(doing, "codes", codes), columnsOf(doing, "factors", factors)];
}

/** Requires that factors, or the numbers of them, are classes: whole numbers from 0. */
export function assertClasses(doing: string, argument: string, classes: ArrayLike<number>): void {
  for (let n = 0; n < classes.length; n++) {
    if (Number.isInteger(classes[n]!) && classes[n]! >= 0) continue;
    throw new RangeError(
      `${doing}: ${argument} must be whole numbers from 0, but number ${n} is ${
        classes[n]
      }; give the index of its value`,
    );
  }
}

/** The arithmetic mean, about the first number: of equal numbers it is that number, to the last bit. */
export function meanOf(v: Float64Array): number {
  const first = Number.isFinite(v[0]) ? v[0]! : 0;
  return first + v.reduce((sum, entry) => sum + (entry - first), 0) / v.length;
}

/** The variance over n, about the mean. */
export function varianceOf(v: Float64Array): number {
  const centre = meanOf(v);
  return v.reduce((sum, entry) => sum + (entry - centre) ** 2, 0) / v.length;
}

/** The mean over factors of the greatest less the second greatest of what latents say of them; the second of one is 0. */
export function meanGap(factors: number, says: (factor: number) => readonly number[]): number {
  let sum = 0;
  for (let f = 0; f < factors; f++) {
    const [first, second = 0] = says(f).toSorted((a, b) => b - a) as [number, number?];
    sum += first - second;
  }
  return sum / factors;
}
