/**
 * The mean-field gap for two latents with the precisions P = diag(p) and a rotation by θ:
 *
 * ```math
 * (β/2) log[1 + (p₁ − p₂)² sin² 2θ/(4 p₁p₂)]
 * ```
 *
 * Of period π/2, largest at π/4, and 0 at every angle iff the precisions are equal: then nothing tells the rotations apart.
 *
 * ```ts
 * import { planeMeanFieldGap } from "./plane_mean_field_gap.ts";
 * console.assert(planeMeanFieldGap([3, 3], 0.7, 1) === 0);
 * ```
 *
 * Source: slide "Choice of Q can lead to uniqueness".
 *
 * @param p precisions p₁, p₂ > 0
 * @param angle θ in radians
 * @param beta β > 0
 * @returns nats
 * @throws RangeError unless both precisions and β are positive
 */
export function planeMeanFieldGap(p: readonly number[], angle: number, beta: number): number {
  const [first, second] = p;
  if (!(p.length === 2 && first! > 0 && second! > 0)) {
    throw new RangeError(
      `planeMeanFieldGap: two precisions > 0 are required, but ${p.join(", ")} were given`,
    );
  }
  if (!(beta > 0)) throw new RangeError(`planeMeanFieldGap: β must be a number above 0, but it is ${beta}`);
  const sine = Math.sin(2 * angle);
  return beta / 2 * Math.log1p((first! - second!) ** 2 * sine ** 2 / (4 * first! * second!));
}
