/**
 * T2: how the error of each Taylor loss falls as the posterior contracts.
 *
 * @module
 */

import fc from "fast-check";
import { softplus } from "../../oracle/smooth.ts";
import { dot, multiply, sum, transpose } from "../reference/algebra.ts";
import { unitGaussian } from "../arbitrary/likelihood.ts";
import { between, halvings, listOf, matrix, upTo } from "../arbitrary/number.ts";
import {
  asCase,
  exactReconstruction,
  factorOf,
  pointWith,
  scaledFactor,
  type TaylorPoint,
  taylorPoint,
} from "../arbitrary/taylor_point.ts";
import { decoderOf, logDensityOf } from "../../oracle/expectation.ts";
import { oracle } from "../../oracle/mod.ts";
import { gaussHermite } from "../../oracle/quadrature.ts";
import { smoothActivations } from "../arbitrary/network.ts";
import { added, type Clause, clause, law, tex } from "../../contract/mod.ts";
import { frobenius, steepness } from "../reference/network_bound.ts";
import { expanded, only, termTolerances } from "./term_tolerance.ts";
import { type Difference, richardson } from "../implementation/difference.ts";

/**
 * A point of a decoder g_k(z) = softplus(w_kᵀz + b_k), on which every coefficient of the error of a Taylor loss has one sign, so that
 * an order can be fitted to it: softplus is convex, and for pre-activations u in [−1.5, 0] the fourth derivative of ½(g − g(u))² is
 * positive. d is from 1 to 2, with residuals g_k − x_k of `residual` times a number from ½ to 2. The posterior is
 * scaled so that the largest variance of a pre-activation is 1.
 */
function contractingRidges(residual: number): fc.Arbitrary<TaylorPoint> {
  return fc.tuple(upTo(2), upTo(3)).chain(([latent, data]) => {
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

const rule = gaussHermite(10);

/** E −log p(x|z) for z ~ N(mean, t L Lᵀ). */
function exact(point: TaylorPoint, t: number): number {
  return exactReconstruction(scaledFactor(point, Math.sqrt(t)), point.mean.map(() => rule));
}

/**
 * The slope at t = 0 of t ↦ E −log p(x|z), from quotients at t, t/2, t/4 … by Richardson extrapolation. The expectation is
 * smooth in t (it solves the heat equation), so that each pass removes a power of t.
 */
function slopeAtZero(point: TaylorPoint): Difference {
  const { decoder, likelihood, x, mean } = point;
  const base = -logDensityOf(likelihood, x, decoderOf(decoder)(mean));
  const spread = (frobenius(factorOf(point)) * steepness(decoder)) ** 2;
  const times = halvings(4, 6).map((t) => t / (1 + spread));
  const { value, error } = richardson(times.map((t) => (exact(point, t) - base) / t), 2);
  // The roundings of a quotient, magnified by at most Π 2ᵏ/(2ᵏ − 1) · 2 < 8 in the extrapolation.
  const rounding = 8 * 64 * 2 ** -53 * (1 + Math.abs(base)) / times.at(-1)!;
  return { value, error: error + rounding };
}

/** ½ Σ_k (∂ −log p/∂g_k) tr(∇²g_k Σ): what Gauss–Newton leaves out, per unit of t. */
function neglected(point: TaylorPoint): number {
  const { decoder, likelihood, x, mean } = point;
  const [g] = oracle.apply(decoder, [mean]);
  const [slope] = oracle.logDensityGradient(likelihood, [x], [g!]);
  const [second] = oracle.secondDirectional(decoder, [mean], [factorOf(point)]);
  return -sum(second!.map((row, k) => slope![k]! * sum(row))) / 2;
}

const smoothPoint = taylorPoint({
  maxLatent: 2,
  decoder: { activations: smoothActivations, hidden: 1, narrow: true },
});

type Name = "taylor-hessian" | "taylor-jacobian";

/** A Taylor loss has the term in t of the exact loss, but for `rest`. */
function slope(name: Name, rest: (point: TaylorPoint) => number, says: string): Clause {
  return clause({
    says,
    needs: [`objectives.${name}`],
    given: smoothPoint,
    examine: async ({ objectives }, point, expect) => {
      const { terms } = await objectives[name](asCase(point));
      const { value, error } = slopeAtZero(point);
      const extrapolation = expect.rounding("extrapolation to t = 0", { c: 0, floor: error });
      const slack = added(extrapolation, termTolerances(point, expect.epsilon).hessian);
      const left = value - only(terms.curvature);
      expect.close("slope of the exact loss at t = 0, less the curvature term", left, rest(point), slack);
    },
  });
}

/** The error of a Taylor loss over t = ¼, ⅛ …; float32 resolves the first three of them. */
function fitted(name: Name, residual: number, order: number, says: string): Clause {
  return clause({
    says,
    needs: [`objectives.${name}`],
    given: contractingRidges(residual),
    // A case asks for a loss at each of several t.
    atMost: 40,
    examine: async ({ objectives }, point, expect) => {
      const points = await Array.fromAsync(halvings(2, expect.epsilon < 2 ** -30 ? 7 : 3), async (t) => {
        const contracted = scaledFactor(point, Math.sqrt(t));
        const { terms } = await objectives[name](asCase(contracted));
        const { reconstruction, hessian } = termTolerances(contracted, expect.epsilon);
        const { value, resolved } = added(reconstruction, hessian);
        const error = Math.abs(exact(point, t) - expanded(terms));
        return { t, error, rounding: resolved ? value : Infinity };
      });
      // The next term of the error moves the slope over t ≤ ¼ by up to 0.06 on these decoders (400 cases, float64).
      expect.order("order of the error in t", points, order, 0.15);
    },
  });
}

export const T2 = law({
  id: "T2",
  title: "The order of the approximation",
  statement:
    "for a posterior with covariance tΣ the full-Hessian loss errs by O(t²); the Gauss–Newton loss by O(t), but by O(t²) where the residual is zero",
  tex:
    tex`\mathcal L_{\beta}-\mathcal L_{H_f}=O(t^2),\qquad \mathcal L_{\beta}-\mathcal L_{G}=-\tfrac t2\sum_k\frac{\partial\log p}{\partial g_k}\operatorname{tr}(\nabla^2g_k\,\Sigma)+O(t^2)`,
  source: "Taylor approximation around μ",
  kind: "order",
  assumptions: ["g is smooth", "q = N(h, tΣ)"],
  expected: "holds under stated assumptions",
  clauses: [
    slope(
      "taylor-hessian",
      () => 0,
      "the term in t of the exact loss is −½ tr(H_f Σ), so that the error of the full Hessian is O(t²), for any smooth decoder",
    ),
    slope(
      "taylor-jacobian",
      neglected,
      "Gauss–Newton leaves ½ Σ_k (∂ −log p/∂g_k) tr(∇²g_k Σ) out of the term in t, for any smooth decoder",
    ),
    fitted("taylor-hessian", 0, 2, "the error of the full-Hessian loss falls like t²"),
    fitted(
      "taylor-jacobian",
      1,
      1,
      "the error of the Gauss–Newton loss falls like t where there is a residual",
    ),
    fitted("taylor-jacobian", 0, 2, "the error of the Gauss–Newton loss falls like t² where there is none"),
  ],
});
