import type { Axes } from "../engine/mod.ts";
import { assertMatrix, type Matrix, type Vector } from "./matrix.ts";

/**
 * The cross-cumulants of y = R u, for independent u with the fourth cumulants κ:
 *
 * ```math
 * cum(yᵢ, yᵢ, yⱼ, yⱼ) = ∑ₖ R_{ik}² R_{jk}² κₖ
 * ```
 *
 * Equal variances keep y uncorrelated; where R mixes latents whose κ have one sign, these numbers show that y is dependent all the
 * same. They may vanish for a dependent y: κ of both signs cancel, and κ = 0 does not make a law Gaussian. See
 * {@link factorisationGap}.
 *
 * ```ts
 * import { crossCumulants } from "./cross_cumulants.ts";
 * import { planeRotation } from "./plane_rotation.ts";
 * const [[, cross]] = crossCumulants(planeRotation(2, 0, 1, Math.PI / 4), [3, 3]) as [[number, number]];
 * console.assert(Math.abs(cross - 1.5) < 1e-15);
 * ```
 *
 * Source: slide "Choice of Q can lead to uniqueness".
 *
 * @param rotation R, or any matrix: `[output, latent]`
 * @param cumulants κ: `[latent]`
 * @returns `[output, output]`
 * @throws TypeError for a wrong shape
 */
export function crossCumulants(rotation: Matrix, cumulants: Vector): number[][] {
  const axes: Axes = new Map();
  assertMatrix("crossCumulants", "rotation", rotation, "output latent", axes);
  assertMatrix("crossCumulants", "cumulants", [cumulants], "1 latent", axes);
  return rotation.map((p) =>
    rotation.map((q) => cumulants.reduce((sum, kappa, k) => sum + (p[k]! * q[k]!) ** 2 * kappa, 0))
  );
}
