/**
 * Rotation in the plane of two latents: the axis i turns towards the axis k.
 *
 * R_ii = R_kk = cos θ, R_ki = sin θ = −R_ik, and R is the identity elsewhere.
 *
 * ```ts
 * import { planeRotation } from "./plane_rotation.ts";
 * const [[, sine]] = planeRotation(2, 0, 1, Math.PI / 2) as [[number, number]];
 * console.assert(sine === -1);
 * ```
 *
 * @param latent size d of the matrix
 * @param i, k two different latents, from 0
 * @param angle in radians
 * @returns `[latent, latent]`
 * @throws RangeError unless i and k are two different latents
 */
export function planeRotation(latent: number, i: number, k: number, angle: number): number[][] {
  const isLatent = (index: number): boolean => Number.isInteger(index) && index >= 0 && index < latent;
  if (!(isLatent(i) && isLatent(k) && i !== k)) {
    throw new RangeError(
      `planeRotation: two different latents from 0 to ${
        latent - 1
      } are required, but ${i} and ${k} were given`,
    );
  }
  const r = Array.from({ length: latent }, (_, row) => new Array<number>(latent).fill(0).with(row, 1));
  r[i]![i] = r[k]![k] = Math.cos(angle);
  r[i]![k] = -Math.sin(angle);
  r[k]![i] = Math.sin(angle);
  return r;
}
