import type { Axes } from "../engine/mod.ts";
import { assertMatrix, assertOrthogonal, type Matrix, product } from "./matrix.ts";

/**
 * The first weight matrix of g∘r⁻¹ for r: z ↦ R z: rows z are multiplied from the right, so (Rᵀz)ᵀ W = zᵀ (R W).
 *
 * With a prior N(0, I) the decoder g∘Rᵀ has the same marginal p(x) as g, which is why a decoder alone is not unique.
 *
 * ```ts
 * import { signedPermutation } from "./signed_permutation.ts";
 * import { transformFirstLayer } from "./transform_first_layer.ts";
 * const exchanged = transformFirstLayer(signedPermutation([1, 0]), [[1, 2, 3], [4, 5, 6]]);
 * console.assert(JSON.stringify(exchanged) === "[[4,5,6],[1,2,3]]");
 * ```
 *
 * Source: slide "Latent variable models and Uniqueness".
 *
 * @param rotation R, orthogonal: `[latent, latent]`
 * @param weight W of the decoder's first layer: `[latent, width]`
 * @returns R W: `[latent, width]`; the biases and the other layers stay
 * @throws RangeError unless R is orthogonal; TypeError for a wrong shape
 */
export function transformFirstLayer(rotation: Matrix, weight: Matrix): number[][] {
  const axes: Axes = new Map();
  assertOrthogonal("transformFirstLayer", rotation, axes);
  assertMatrix("transformFirstLayer", "weight", weight, "latent width", axes);
  return product(rotation, weight);
}
