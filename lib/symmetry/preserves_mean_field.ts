import { type Matrix, ROUNDING, type Vector } from "./matrix.ts";
import { mixedComponents } from "./mixed_components.ts";

/**
 * Whether R z is mean-field for z ~ N(μ, diag v), the criterion of Darmois and Skitovitch: it is iff the variances are equal
 * on every connected component of latents that R mixes.
 *
 * The slide asks that all variances be equal, which is too much: a signed permutation mixes nothing, and keeps every mean-field
 * posterior mean-field.
 *
 * ```ts
 * import { planeRotation } from "./plane_rotation.ts";
 * import { preservesMeanField } from "./preserves_mean_field.ts";
 * const r = planeRotation(3, 0, 1, 0.5);
 * console.assert(preservesMeanField(r, [2, 2, 7]) && !preservesMeanField(r, [2, 7, 7]));
 * ```
 *
 * Source: slide "Choice of Q can lead to uniqueness", corrected.
 *
 * @param rotation R, orthogonal: `[latent, latent]`
 * @param variances v > 0: `[latent]`; relative differences up to 1e-12 are rounding
 * @throws RangeError unless R is orthogonal and the variances are positive; TypeError for a wrong shape
 */
export function preservesMeanField(rotation: Matrix, variances: Vector): boolean {
  if (variances.length !== rotation.length) {
    throw new TypeError(
      `preservesMeanField: a variance for each of ${rotation.length} latents is required, but ${variances.length} were given`,
    );
  }
  if (variances.some((variance) => !(variance > 0 && variance < Infinity))) {
    throw new RangeError(
      `preservesMeanField: variances must be numbers > 0, but are ${variances.join(", ")}`,
    );
  }
  return mixedComponents(rotation).every((component) => {
    const mixed = component.map((latent) => variances[latent]!);
    const most = Math.max(...mixed);
    return most - Math.min(...mixed) <= ROUNDING * most;
  });
}
