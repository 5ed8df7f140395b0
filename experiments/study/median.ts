/**
 * The middle of numbers.
 *
 * @throws RangeError for none
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("median: at least one number is needed, but there is none");
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
}
