import { assertRates, pairs, turn } from "./turn.ts";
import type { Matrix, Vector } from "./matrix.ts";

/**
 * z ↦ R(‖z‖) z with a rotation that depends on the norm: the planes of the pairs (0, 1), (0, 2), …, (1, 2), … turn one after
 * the other, by the angles rate · ‖z‖².
 *
 * It keeps ‖z‖ and has a Jacobian of determinant 1, so it preserves N(0, I) without being linear: the symmetries of a model
 * are more than rotations. Where all rates differ from 0 it mixes every pair of latents.
 *
 * ```ts
 * import { swirl } from "./swirl.ts";
 * const [[x, y]] = swirl([Math.PI / 8], [[2, 0]]) as [[number, number]];
 * console.assert(Math.abs(x) < 1e-15 && y === 2);
 * ```
 *
 * Source: slide "Latent variable models and Uniqueness".
 *
 * @param rates radians per unit of ‖z‖², one for each pair of latents: `[latent (latent − 1) / 2]`
 * @param z `[batch, latent]`
 * @returns `[batch, latent]`
 * @throws RangeError unless there is a rate for each pair
 */
export function swirl(rates: Vector, z: Matrix): number[][] {
  return z.map((row) => {
    assertRates("swirl", rates, row.length);
    return turn(pairs(rates, row.length), row);
  });
}
