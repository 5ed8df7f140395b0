/**
 * Decoders g_k(z) = softplus(w_kᵀz + b_k), on which every coefficient of the error of a Taylor loss has one sign, so that an
 * order can be fitted to it: softplus is convex, and for pre-activations u in [−1.5, 0] the fourth derivative of
 * ½(g − g(u))² is positive.
 *
 * @module
 */

import fc from "fast-check";
import { softplus } from "../../oracle/smooth.ts";
import { dot, multiply, sum, transpose } from "../reference/algebra.ts";
import { unitGaussian } from "./likelihood.ts";
import { matrix } from "./matrix.ts";
import { between, listOf } from "./number.ts";
import { factorOf, pointWith, scaledFactor, type TaylorPoint } from "./taylor_point.ts";

/**
 * A point of such a decoder, d from 1 to 2, with residuals g_k − x_k of `residual` times a number from ½ to 2. The posterior is
 * scaled so that the largest variance of a pre-activation is 1.
 */
export function contractingRidges(residual: number): fc.Arbitrary<TaylorPoint> {
  return fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 })).chain(([latent, data]) => {
    const weight = matrix(latent, data).map((rows) =>
      // Moved away from zero, so that every pre-activation moves with z.
      rows.map((row) => row.map((entry) => entry + (entry < 0 ? -0.5 : 0.5)))
    );
    const parts = fc.record({
      weight,
      targets: listOf(data, between(-1.5, 0)),
      residuals: listOf(data, between(0.5, 2)),
    });
    return fc.tuple(pointWith(fc.constant([]), latent, data, fc.constant(unitGaussian)), parts)
      .map(([bare, { weight, targets, residuals }]) => {
        const directions = transpose(weight);
        const bias = targets.map((target, k) => target - dot(directions[k]!, bare.mean));
        const point: TaylorPoint = {
          ...bare,
          decoder: [{ weight, bias, activation: "softplus" }],
          x: targets.map((target, k) => softplus(target, 0) - residual * residuals[k]!),
        };
        const spreads = multiply(directions, factorOf(point)).map((row) =>
          sum(row.map((entry) => entry ** 2))
        );
        return scaledFactor(point, 1 / Math.sqrt(Math.max(...spreads)));
      });
  });
}
