/**
 * What a metric would be if columns differed in nothing but their lengths.
 *
 * @module
 */

/**
 * √(M_ii M_jj): the metric of collinear columns that have the lengths of J's.
 *
 * Its off-block ratio is what lengths alone make of it: with k of B blocks left, and columns of equal lengths in them,
 * (k − 1)/(B − 1), though no column is orthogonal to another.
 *
 * @param metric M: `[latent][latent]`, M_ii ≥ 0
 * @returns `[latent][latent]`
 */
export function lengthsAlone(metric: readonly (readonly number[])[]): number[][] {
  const lengths = metric.map((row, k) => Math.sqrt(row[k]!));
  return lengths.map((a) => lengths.map((b) => a * b));
}
