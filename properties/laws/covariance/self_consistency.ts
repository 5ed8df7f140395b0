/**
 * S6: at the exact Gaussian optimum the Hessian is averaged over the posterior; the closed form takes it at the mean.
 *
 * @module
 */

import fc from "fast-check";
import {
  between,
  halvings,
  listOf,
  logUniform,
  real,
  recordGiven,
  upTo,
  vector,
} from "../arbitrary/number.ts";
import { dataFor, likelihood } from "../arbitrary/likelihood.ts";
import { network } from "../arbitrary/network.ts";
import { type Able, clause, law, tex, type Tolerance, tolerance } from "../../contract/mod.ts";
import type { Matrix, NetworkSpec, Vector } from "../../contract/subject.ts";
import {
  apply,
  combine,
  identity,
  multiply,
  scaled,
  sum,
  tabulate,
  transpose,
} from "../reference/algebra.ts";
import { gaussianRule } from "../reference/quadrature.ts";
import { outputBound } from "../reference/network_bound.ts";
import { hessianParts, hessians, type Situation } from "../taylor/hessian.ts";
import { inverseTolerance } from "../tolerance.ts";

/** E[H_f(mean + L u)] over the rule. */
async function averageHessian(
  subject: Able<typeof hessianParts[number]>,
  at: Situation,
  mean: Vector,
  l: Matrix,
  h: number,
): Promise<Matrix> {
  const { nodes, weights } = gaussianRule(mean.length, h);
  const values = await hessians(subject, at, nodes.map((u) => apply(l, u).map((step, i) => mean[i]! + step)));
  const zero = scaled(identity(mean.length), 0);
  return values.reduce((total, value, k) => combine(total, value, weights[k]!), zero);
}

/** E[f(mean + L u)(u uᵀ − I)] of f = log p(x|g(z)) over the rule: from values of f alone. */
async function scoreMoment(
  subject: Able<"apply" | "logDensity">,
  at: Situation,
  mean: Vector,
  l: Matrix,
  h: number,
): Promise<Matrix> {
  const { nodes, weights } = gaussianRule(mean.length, h);
  const g = await subject.apply(at.decoder, nodes.map((u) => apply(l, u).map((step, i) => mean[i]! + step)));
  const f = await subject.logDensity(at.likelihood, g.map(() => at.x), g);
  const moment = (i: number, j: number): number =>
    sum(nodes.map((u, k) => weights[k]! * f[k]! * (u[i]! * u[j]! - (i === j ? 1 : 0))));
  return tabulate(mean.length, mean.length, moment);
}

/** The size of log p and of its derivatives over the nodes, for the rounding of all sums. */
function slackOf(at: Situation, epsilon: number): Tolerance {
  const g = outputBound(at.decoder, 12) + Math.max(...at.x.map(Math.abs));
  const variance = at.likelihood.kind === "gaussian" ? at.likelihood.variance : 1;
  const scale = at.x.length * (1 + g * g / variance);
  const because = "expectations: rounding of log p and its derivatives, and a quadrature error below 1e-10";
  return tolerance(because, { c: 64, epsilon, scale, floor: 1e-10 });
}

/** Weights of at most 0.7, so that log p is analytic in a strip wide enough for the rule. */
function situation(d: number): fc.Arbitrary<Situation> {
  return recordGiven(fc.tuple(upTo(3), likelihood), ([data, likelihood]) => ({
    decoder: network(d, data, {
      activations: ["tanh", "sigmoid", "softplus"],
      last: "identity",
      size: 0.7,
      hidden: 1,
      narrow: true,
    }),
    likelihood,
    x: dataFor(likelihood, 1, data).map(([row]) => row!),
  }));
}

/** A logit linear in one latent. */
function logitUnit(weight: number, bias: number, x: number): Situation {
  const decoder: NetworkSpec = [{ weight: [[weight]], bias: [bias], activation: "identity" }];
  return { decoder, likelihood: { kind: "bernoulli" }, x: [x] };
}

const price = clause({
  says:
    "∂E_q[log p]/∂Σ = ½ E_q[H_f] at every Gaussian q, so the exact loss is stationary in Σ iff Σ⁻¹ = I − E_q[H_f]/β",
  needs: [...hessianParts, "logDensity"],
  given: recordGiven(
    upTo(2),
    (d) => ({ at: situation(d), mean: vector(d), scales: listOf(d, between(0.3, 1)), slant: real(0.3) }),
  ),
  // Two latents take 1,849 nodes a case.
  atMost: 40,
  examine: async (subject, { at, mean, scales, slant }, expect) => {
    const l = tabulate(mean.length, mean.length, (i, j) => (i === j ? scales[i]! : i > j ? slant : 0));
    const h = mean.length === 1 ? 0.25 : 0.4;
    const average = await averageHessian(subject, at, mean, l, h);
    const moment = await scoreMoment(subject, at, mean, l, h), slack = slackOf(at, expect.epsilon);
    const expected = multiply(transpose(l), multiply(average, l));
    expect.closeMatrix("E[f (uuᵀ − I)] and Lᵀ E[H_f] L", moment, expected, slack);
  },
});

const optimum = clause({
  says:
    "the fixed point of Σ = (I − E_q[H_f]/β)⁻¹ is a stationary point of the exact loss, by values of log p alone",
  needs: [...hessianParts, "logDensity", "optimalCovarianceOfHessian"],
  // Bernoulli with logits linear in z: H_f is negative and the fixed point exists for every β.
  given: fc.record({
    weight: between(0.2, 1),
    bias: real(1),
    x: fc.constantFrom(0, 1),
    beta: logUniform(-0.3, 1),
    mean: real(1),
  }),
  atMost: 40,
  examine: async (subject, { weight, bias, x, beta, mean }, expect) => {
    const at = logitUnit(weight, bias, x);
    let variance = 1;
    // |dE[H_f]/dΣ| = ½|E[H_f'']| ≤ 1/16, so that a round shrinks the error by 1/8 or more, and 12 leave less than 2e-11.
    for (let round = 0; round < 12; round++) {
      const average = await averageHessian(subject, at, [mean], [[Math.sqrt(variance)]], 0.5);
      variance = (await subject.optimalCovarianceOfHessian([average], beta))[0]![0]![0]!;
    }
    const moment = await scoreMoment(subject, at, [mean], [[Math.sqrt(variance)]], 0.5);
    expect.close("E[f (u² − 1)]", moment[0]![0]!, beta * (variance - 1), slackOf(at, expect.epsilon));
  },
});

const atTheMean = clause({
  says: "the closed form, with H_f at the mean, differs from the self-consistent one by O(t) for a spread t",
  needs: [...hessianParts, "optimalCovarianceOfHessian"],
  // |logit| ≤ ½, where the fourth derivative of log p is far from 0, so that the first order is what is left.
  given: fc.record({
    weight: between(0.5, 1.5),
    bias: real(0.5),
    x: fc.constantFrom(0, 1),
    beta: between(0.5, 2),
  }),
  atMost: 40,
  examine: async (subject, { weight, bias, x, beta }, expect) => {
    const at = logitUnit(weight, bias, x);
    const slack = inverseTolerance(1, 4, expect.epsilon);
    const [central] = await subject.optimalCovarianceOfHessian(await hessians(subject, at, [[0]]), beta);
    const points = await Array.fromAsync(halvings(4, 5), async (t) => {
      const average = await averageHessian(subject, at, [0], [[Math.sqrt(t)]], 0.5);
      const [averaged] = await subject.optimalCovarianceOfHessian([average], beta);
      return { t, error: Math.abs(averaged![0]![0]! - central![0]![0]!), rounding: slack.value };
    });
    // The next term is below w² t/2 ≤ 0.07 of the first.
    expect.order("order of the difference in t", points, 1, 0.1);
  },
});

export const S6 = law({
  id: "S6",
  title: "Self-consistency",
  statement:
    "at the exact Gaussian optimum Σ⁻¹ = I − E_q[H_f]/β; the closed form takes H_f at the mean, with error O(t) in the spread",
  tex:
    tex`\Sigma^{-1}=I-\tfrac1\beta\,\mathbb E_q\left[H_f\right],\qquad\mathbb E_q\left[H_f\right]=H_f(h)+O(t)`,
  source: "Gaussian p(z) and q(z|x)",
  kind: "identity",
  assumptions: ["log p twice differentiable in z", "βI − E_q[H_f] positive definite"],
  expected: "holds under stated assumptions",
  clauses: [optimum, atTheMean, price],
});
