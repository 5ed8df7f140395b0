/**
 * A metric without the scale of its latents.
 *
 * @module
 */

/**
 * M_ij / √(M_ii M_jj): how much two columns of J lean on each other, whatever their lengths.
 *
 * It is in [0, 1] for the mean of |JᵀJ| over digits (by Cauchy and Schwarz), and 1 on the diagonal.
 *
 * @param metric M: `[latent][latent]`, M_ii ≥ 0
 * @returns `[latent][latent]`; 0 for a latent of which the decoder knows nothing (M_ii = 0)
 */
export function normalised(metric: readonly (readonly number[])[]): number[][] {
  return metric.map((row, i) =>
    row.map((value, j) => {
      const scale = Math.sqrt(metric[i]![i]!) * Math.sqrt(metric[j]![j]!);
      return scale > 0 ? value / scale : 0;
    })
  );
}
