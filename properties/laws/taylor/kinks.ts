/**
 * T4: piecewise linear decoders, inside one linear region and across a kink.
 *
 * @module
 */

import fc from "fast-check";
import { decoderOf, expectedReconstruction } from "../../oracle/expectation.ts";
import { gaussLegendre, type Rule } from "../../oracle/quadrature.ts";
import { activations } from "../../oracle/smooth.ts";
import {
  asCase,
  exactReconstruction,
  factorOf,
  pointWith,
  scaledFactor,
  type TaylorPoint,
} from "../arbitrary/taylor_point.ts";
import { between, logUniform, signed, upTo, vector } from "../arbitrary/number.ts";
import { corners } from "../arbitrary/cloud.ts";
import { gaussian, likelihood, unitGaussian } from "../arbitrary/likelihood.ts";
import { kinkedNetwork, piecewiseLinearActivations } from "../arbitrary/network.ts";
import { marginNetwork } from "../arbitrary/margin_network.ts";
import { added, clause, exact, law, tex } from "../../contract/mod.ts";
import type { LikelihoodSpec, Matrix } from "../../contract/subject.ts";
import { dot, sum, transpose } from "../reference/algebra.ts";
import { uniformRule } from "./linear.ts";
import { expanded, only, termTolerances } from "./term_tolerance.ts";

/** Points at least ¼ from every kink, in every pre-activation. */
function offKinks(likelihoods: fc.Arbitrary<LikelihoodSpec>, maxLatent: number): fc.Arbitrary<TaylorPoint> {
  return fc.tuple(upTo(maxLatent), upTo(4)).chain(([d, n]) =>
    fc.tuple(pointWith(fc.constant([]), d, n, likelihoods), vector(d, 2)).chain(([bare, mean]) =>
      marginNetwork(mean, n, { activations: piecewiseLinearActivations })
        .map((decoder) => ({ ...bare, mean, decoder }))
    )
  );
}

/** Points whose pre-activations are often 0 exactly: there every derivative is that of the left side. */
const onKinks = fc.tuple(upTo(4), upTo(4)).chain(([d, n]) =>
  pointWith(kinkedNetwork(d, n), d, n, likelihood)
    .map((point) => ({ ...point, mean: point.mean.map((entry) => Math.round(entry) + 0) }))
);

const gaussNewton = clause({
  says: "H_f = JᵀH_pJ: the decoder has no second derivatives, and the two Taylor losses are the same",
  needs: ["objectives.taylor-hessian", "objectives.taylor-jacobian", "secondDirectional"],
  given: fc.oneof(offKinks(likelihood, 4), onKinks),
  examine: async ({ objectives, secondDirectional }, point, expect) => {
    const { decoder, mean } = point;
    const [second] = await secondDirectional(decoder, [mean], [factorOf(point)]);
    second!.flat().forEach((entry) => expect.close("second derivative", entry, 0, exact("sums of zeros")));
    const given = asCase(point);
    const hessian = await objectives["taylor-hessian"](given);
    const jacobian = await objectives["taylor-jacobian"](given);
    const { reconstruction, gaussNewton, kl } = termTolerances(point, expect.epsilon);
    const [ofHessian, ofJacobian] = [only(hessian.terms.curvature), only(jacobian.terms.curvature)];
    expect.close("curvature", ofHessian, ofJacobian, gaussNewton);
    expect.close("loss", hessian.loss, jacobian.loss, added(reconstruction, gaussNewton, kl));
  },
});

/** The point with its factor scaled so that z = h + √3 L u, |u_i| ≤ 1, stays within 0.9 of the way to the nearest kink. */
function insideRegion(point: TaylorPoint): TaylorPoint {
  let value = point.mean, columns = transpose(factorOf(point)), ratio = 0;
  for (const { weight, bias, activation } of point.decoder) {
    const rows = transpose(weight);
    const u = rows.map((row, k) => dot(row, value) + bias[k]!);
    const moves = columns.map((column) => rows.map((row) => dot(row, column)));
    u.forEach((entry, k) => {
      if (activation === "identity") return;
      ratio = Math.max(ratio, Math.sqrt(3) * sum(moves.map((move) => Math.abs(move[k]!))) / Math.abs(entry));
    });
    const f = activations[activation];
    value = u.map((entry) => f(entry, 0));
    columns = moves.map((move) => move.map((entry, k) => f(u[k]!, 1) * entry));
  }
  return ratio > 0.9 ? scaledFactor(point, 0.9 / ratio) : point;
}

const region = clause({
  says:
    "inside one linear region the Taylor loss of a bounded uniform posterior is its exact loss, and its sampled one",
  needs: ["objectives.taylor-hessian", "objectives.taylor-jacobian", "objectives.beta-vae"],
  given: offKinks(fc.oneof(fc.constant(unitGaussian), gaussian), 3).map(insideRegion),
  examine: async ({ objectives }, point, expect) => {
    const expected = exactReconstruction(point, point.mean.map(() => uniformRule(4)));
    const rounding = termTolerances(point, expect.epsilon);
    const slack = added(rounding.reconstruction, rounding.gaussNewton);
    const given = asCase(point);
    for (const name of ["taylor-hessian", "taylor-jacobian"] as const) {
      const { terms } = await objectives[name](given);
      expect.close(name, expanded(terms), expected, slack);
    }
    // The corners of the cube are the two-point rules of its components: on a quadratic their mean is the integral.
    const noise = corners(point.mean.length).map((corner): Matrix => [corner]);
    const { terms } = await objectives["beta-vae"]({ ...given, noise });
    const samples = expect.rounding("rounding of each sample's loss", {
      c: 8 * noise.length,
      scale: Math.abs(expected),
      floor: 4 * slack.value,
    });
    expect.close("β-VAE at the corners", only(terms.reconstruction), expected, samples);
  },
});

/** One unit g = φ(w z + b) at distance `off` from its kink, and a uniform posterior that reaches beyond it by `beyond`. */
const crossing = fc.record({
  leaky: fc.boolean(),
  side: fc.constantFrom(1, -1),
  weight: signed(0.25, 2),
  mean: between(-2, 2),
  off: between(0.05, 1),
  beyond: logUniform(-1, 0.5),
  x: between(0, 2),
  beta: logUniform(-4, 4),
});

const across = clause({
  says:
    "across a kink it is not: the exact loss differs by (1/4ρ)∫[(x − φ(u))² − (x − φ'(u₀)u)²] du over what lies beyond",
  needs: ["objectives.taylor-hessian", "objectives.taylor-jacobian"],
  given: crossing,
  examine: async ({ objectives }, { leaky, side, weight, mean, off, beyond, x: size, beta }, expect) => {
    const u0 = side * off, rho = off + beyond, alpha = leaky ? 0.2 : 0;
    // On the active side x > 0, on the other x < 0: there the two parts of the error have the same sign.
    const x = side * size;
    const deviation = rho / (Math.sqrt(3) * Math.abs(weight));
    const point: TaylorPoint = {
      decoder: [{
        weight: [[weight]],
        bias: [u0 - weight * mean],
        activation: leaky ? "leaky-relu" : "relu",
      }],
      likelihood: unitGaussian,
      x: [x],
      mean: [mean],
      family: { kind: "isotropic" },
      raw: [Math.log(deviation)],
      beta,
    };
    // Uniform on [−√3, √3], with a panel on either side of the kink, where the integrand is a quadratic.
    const kink = -Math.sqrt(3) * u0 / rho * Math.sign(weight);
    const q = { mean: [mean], factor: [[deviation]], rules: [panels([-Math.sqrt(3), kink, Math.sqrt(3)])] };
    const measured = expectedReconstruction(decoderOf(point.decoder), unitGaussian, [x], q);
    const part = (1 - alpha) * size * beyond ** 2 + (1 - alpha ** 2) * beyond ** 3 / 3;
    const predicted = -side * part / (4 * rho);
    const least = (1 - alpha ** 2) * beyond ** 3 / (12 * rho);
    const { reconstruction, gaussNewton, hessian } = termTolerances(point, expect.epsilon);
    const slack = added(reconstruction, gaussNewton, hessian);
    for (const name of ["taylor-hessian", "taylor-jacobian"] as const) {
      const { terms } = await objectives[name](asCase(point));
      const error = measured - only(terms.reconstruction) - only(terms.curvature);
      expect.close(`exact loss less the ${name} loss`, error, predicted, slack);
      expect.atLeast("size of that error", Math.abs(error), least, slack);
    }
  },
});

/** The uniform law between the first and the last of the given ends, by panels between them. */
function panels(ends: readonly number[]): Rule {
  const { points, weights } = gaussLegendre(3);
  const length = ends.at(-1)! - ends[0]!;
  const parts = ends.slice(1).map((end, i) => ({ middle: (end + ends[i]!) / 2, half: (end - ends[i]!) / 2 }));
  return {
    points: parts.flatMap(({ middle, half }) => points.map((u) => middle + half * u)),
    weights: parts.flatMap(({ half }) => weights.map((weight) => weight * 2 * half / length)),
  };
}

export const T4 = law({
  id: "T4",
  title: "Piecewise linear decoders",
  statement:
    "off the kinks of a ReLU or leaky-ReLU decoder H_f = JᵀH_pJ, and within one linear region the Taylor loss is exact; across a kink it is not",
  tex:
    tex`H_f=J^\top H_p\,J;\qquad \operatorname{supp}q\subset\text{one linear region}\;\Rightarrow\;\mathcal L_G=\mathcal L_\beta`,
  source: "Taylor approximation around μ",
  kind: "identity",
  assumptions: ["ReLU, leaky-ReLU and linear layers", "Gaussian likelihood for the exact loss"],
  expected: "holds under stated assumptions",
  clauses: [gaussNewton, region, across],
});
