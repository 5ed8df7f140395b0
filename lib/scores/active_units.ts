import { columnsOf, type Rows, varianceOf } from "./rows.ts";

/**
 * How many units are active: latents whose posterior mean varies over the data.
 *
 * ```math
 * AU = ∑ᵢ 1[var E[zᵢ|x] > 0.01]
 * ```
 *
 * The variance is over N. It is of means, not of draws: those of a collapsed latent vary by 1.
 *
 * Source: Burda, Grosse, Salakhutdinov, *Importance Weighted Autoencoders*, 2016.
 *
 * @param means E_q[z|x]: `[n, latent]`
 * @param threshold 0.01 by default
 * @throws RangeError for a mean that is not finite; TypeError for a shape
 */
export function activeUnits(means: Rows, threshold = 0.01): number {
  return columnsOf("activeUnits", "means", means).filter((column) => varianceOf(column) > threshold).length;
}
