/**
 * Which latents the posterior can tell from the prior.
 *
 * @module
 */

/**
 * Whether each latent lives: M_kk ≥ β/10.
 *
 * M_kk is the mean of ‖J_{:k}‖². At the bound the optimal mean-field variance, β/(β + ‖J_{:k}‖²), is 1/1.1: the latent
 * says next to nothing, and what its row of M holds is noise.
 *
 * @param metric M: mean |JᵀJ|, `[latent][latent]`
 * @param beta β > 0
 * @returns `[latent]`
 */
export function liveLatents(metric: readonly (readonly number[])[], beta: number): boolean[] {
  return metric.map((row, k) => row[k]! >= beta / 10);
}
