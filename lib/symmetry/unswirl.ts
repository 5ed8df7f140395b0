import { assertRates, pairs, turn } from "./turn.ts";
import type { Matrix, Vector } from "./matrix.ts";

/**
 * The inverse of {@link swirl}: the same planes, the last one first, by the opposite angles. A norm that is kept is known on both
 * sides.
 *
 * ```ts
 * import { swirl } from "./swirl.ts";
 * import { unswirl } from "./unswirl.ts";
 * const rates = [0.3, -0.2, 0.5];
 * const [back] = unswirl(rates, swirl(rates, [[1, 2, 3]]));
 * console.assert(Math.abs(back![2]! - 3) < 1e-12);
 * ```
 *
 * @param rates as for {@link swirl}
 * @param z `[batch, latent]`
 * @returns `[batch, latent]`
 * @throws RangeError unless there is a rate for each pair
 */
export function unswirl(rates: Vector, z: Matrix): number[][] {
  return z.map((row) => {
    assertRates("unswirl", rates, row.length);
    return turn(pairs(rates.map((rate) => -rate), row.length).reverse(), row);
  });
}
