import type { Axes } from "../engine/mod.ts";
import { characteristicFunction } from "./characteristic_function.ts";
import type { Factor } from "./factor.ts";
import { assertMatrix, image, type Matrix, transpose, type Vector } from "./matrix.ts";

/**
 * How far y = R u is from independent components, at one s. It is 0 at all s iff y is factorised.
 *
 * ```math
 * φ_y(s) − ∏ᵢ φ_{y_i}(sᵢ)
 * φ_y(s) = ∏ₖ φₖ((Rᵀs)ₖ)
 * φ_{y_i}(sᵢ) = ∏ₖ φₖ(R_{ik} sᵢ)
 * ```
 *
 * ```ts
 * import { factorisationGap } from "./factorisation_gap.ts";
 * import { planeRotation } from "./plane_rotation.ts";
 * const r = planeRotation(2, 0, 1, Math.PI / 4);
 * const at = (kind: "gaussian" | "mixture") =>
 *   factorisationGap(r, [{ kind, variance: 1 }, { kind, variance: 1 }], [2, 2]);
 * console.assert(Math.abs(at("gaussian")) < 1e-15 && Math.abs(at("mixture")) > 0.05);
 * ```
 *
 * Source: slide "Choice of Q can lead to uniqueness".
 *
 * @param rotation R: `[output, latent]`
 * @param factors the laws of u: `[latent]`
 * @param s `[output]`
 * @throws RangeError for a law without a fourth moment; TypeError for a wrong shape
 */
export function factorisationGap(rotation: Matrix, factors: readonly Factor[], s: Vector): number {
  const axes: Axes = new Map();
  assertMatrix("factorisationGap", "rotation", rotation, "output latent", axes);
  assertMatrix("factorisationGap", "factors", [factors.map(({ variance }) => variance)], "1 latent", axes);
  assertMatrix("factorisationGap", "s", [s], "1 output", axes);
  const phi = (at: Vector): number =>
    factors.reduce((value, factor, k) => value * characteristicFunction(factor, at[k]!), 1);
  const joint = phi(image(transpose(rotation), s));
  return joint - rotation.reduce((value, row, i) => value * phi(row.map((entry) => entry * s[i]!)), 1);
}
