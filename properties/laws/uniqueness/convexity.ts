/**
 * U9: on a convex set of posteriors the maximiser of the ELBO is unique; the completion by rotations is not convex.
 *
 * @module
 */

import fc from "fast-check";
import { added, clause, law, summation, tex } from "../../contract/mod.ts";
import type { Matrix, Vector } from "../../contract/subject.ts";
import { beta, between, logUniform, recordGiven, upTo, vector } from "../arbitrary/number.ts";
import { mixingAngle } from "../arbitrary/mixing.ts";
import { planeRotation } from "../arbitrary/rotation.ts";
import { asCase, factorOf, rawFactor, taylorPoint } from "../arbitrary/taylor_point.ts";
import { only } from "../taylor/term_tolerance.ts";
import { lossTolerance } from "../implementation/loss_tolerance.ts";
import { apply, dot, solveLower, sum } from "../reference/algebra.ts";
import { gaussianRule } from "../reference/quadrature.ts";
import { turnedCovariance } from "./mean_field.ts";

const linear = clause({
  says: "the reconstruction is linear in q: over the samples of q₀ and q₁ together it is their weighted mean",
  needs: ["objectives.beta-vae"],
  given: recordGiven(taylorPoint({ maxLatent: 4, family: "full" }), (point) => {
    const d = point.mean.length;
    const noise = fc.array(vector(d, 2), { minLength: 1, maxLength: 3 });
    const other = fc.record({ mean: vector(d, 2), raw: rawFactor(point.family, d) });
    return { point, other, first: noise, second: noise };
  }),
  examine: async ({ objectives }, { point, other, first, second }, expect) => {
    const q1 = { ...point, ...other };
    // A sample h₁ + L₁ε of q₁ is one of q₀ for the noise L₀⁻¹(h₁ + L₁ε − h₀).
    const moved = second.map((noise) => {
      const z = apply(factorOf(q1), noise).map((step, i) => q1.mean[i]! + step - point.mean[i]!);
      return solveLower(factorOf(point), z.map((entry) => [entry])).flat();
    });
    const sampled = (at: typeof point, noise: Matrix) => ({ ...asCase(at), noise: noise.map((e) => [e]) });
    const cases = [sampled(point, first), sampled(q1, second), sampled(point, [...first, ...moved])];
    const slack = added(...cases.map((given) => lossTolerance("beta-vae", given, expect.epsilon)));
    const [of0, of1, together] = await Array.fromAsync(
      cases,
      async (given) => only((await objectives["beta-vae"](given)).terms.reconstruction),
    ) as [number, number, number];
    const t = second.length / (first.length + second.length);
    expect.close("−E log p over both", together, (1 - t) * of0 + t * of1, slack);
  },
});

/** A mean-field posterior N(mean, diag(exp(2 raw))). */
interface MeanField {
  readonly mean: Vector;
  readonly raw: Vector;
}

/** log q(z) */
function logDensity({ mean, raw }: MeanField, z: Vector): number {
  const squares = z.map((u, i) => ((u - mean[i]!) / Math.exp(raw[i]!)) ** 2);
  return -sum(squares.map((square, i) => square / 2 + raw[i]! + Math.log(2 * Math.PI) / 2));
}

const mixtures = recordGiven(upTo(2), (d) => {
  const q: fc.Arbitrary<MeanField> = fc.record({ mean: vector(d), raw: vector(d, 0.7) });
  return { q0: q, q1: q, t: between(0.1, 0.9), beta };
});

const strict = clause({
  says:
    "of q_t = (1 − t)q₀ + tq₁, β KL(q_t‖p) is below the weighted mean by β[(1 − t)KL(q₀‖q_t) + tKL(q₁‖q_t)]: at least 0, and 0 where q₀ = q₁",
  needs: ["kl"],
  given: mixtures,
  // Up to 12,000 points of a rule for each of the two.
  atMost: 40,
  examine: async ({ kl }, { q0, q1, t, beta }, expect) => {
    const d = q0.mean.length, family = { kind: "mean-field" } as const;
    const [of0, of1] = [await kl(family, [q0.mean], [q0.raw]), await kl(family, [q1.mean], [q1.raw])];
    // The error of the rule in log q_t cancels, and of quadratics it is exact.
    const { nodes, weights } = gaussianRule(d, d === 1 ? 0.05 : 0.15);
    /** E_q f */
    const mean = ({ mean, raw }: MeanField, f: (z: Vector) => number): number =>
      sum(nodes.map((u, k) => weights[k]! * f(u.map((step, i) => mean[i]! + Math.exp(raw[i]!) * step))));
    const zeros = q0.mean.map(() => 0), prior: MeanField = { mean: zeros, raw: zeros };
    const logMixture = (z: Vector): number =>
      Math.log((1 - t) * Math.exp(logDensity(q0, z)) + t * Math.exp(logDensity(q1, z)));
    const mixed = (f: (q: MeanField, z: Vector) => number): number =>
      (1 - t) * mean(q0, (z) => f(q0, z)) + t * mean(q1, (z) => f(q1, z));
    const ofMixture = mixed((_, z) => logMixture(z) - logDensity(prior, z));
    const toMixture = mixed((q, z) => logDensity(q, z) - logMixture(z));
    const sizes = [q0, q1].map(({ mean, raw }) => dot(mean, mean) + sum(raw.map((r) => 2 + Math.exp(2 * r))));
    const because = "three divergences: rounding of their sums, and mass that the rule leaves out";
    const slack = expect.rounding(because, { c: 64 * d, scale: beta * sum(sizes), floor: 1e-11 * beta });
    const below = beta * ((1 - t) * of0[0]! + t * of1[0]! - ofMixture);
    expect.close("weighted mean less β KL(q_t‖p)", below, beta * toMixture, slack);
    // Pinsker: the gap is at least 2t(1 − t) times the square of the total variation, which tanh bounds from below.
    const apart = mean(q0, ([u]) => Math.tanh(u!)) - mean(q1, ([u]) => Math.tanh(u!));
    expect.atLeast("weighted mean less β KL(q_t‖p)", below, beta * t * (1 - t) * apart ** 2 / 2, slack);
    const alone = mean(q0, (z) => logDensity(q0, z) - logDensity(prior, z));
    expect.close("the same for q₁ = q₀", beta * (of0[0]! - alone), 0, slack);
  },
});

const notConvex = clause({
  says:
    "the completion of the mean-field Gaussians by rotations is not convex: of two of its members N(0, Σ) and N(0, RΣRᵀ) a mixture has the fourth cumulant 3t(1 − t)(v₁ − v₂)² sin⁴θ along the first axis, and no Gaussian has one",
  needs: ["symmetry.transformGaussian"],
  given: fc.record({
    v: logUniform(-2, 2),
    ratio: between(1.5, 4),
    angle: mixingAngle,
    t: between(0.1, 0.9),
  }),
  examine: async (subject, { v, ratio, angle, t }, expect) => {
    const covariance = await turnedCovariance(subject, planeRotation(2, 0, 1, angle), [v, v * ratio]);
    const [a, b] = [v, covariance[0]![0]!];
    // E u⁴ − 3(E u²)² with E u⁴ = 3a² and 3b².
    const cumulant = 3 * ((1 - t) * a * a + t * b * b - ((1 - t) * a + t * b) ** 2);
    const expected = 3 * t * (1 - t) * (v - v * ratio) ** 2 * Math.sin(angle) ** 4;
    const slack = summation(16, 6 * (v * ratio) ** 2, expect.epsilon);
    expect.close("fourth cumulant", cumulant, expected, slack);
    expect.atLeast("fourth cumulant", cumulant, 0.06 * v * v * Math.sin(0.2) ** 4, slack);
  },
});

export const U9 = law({
  id: "U9",
  title: "Convex sets of posteriors",
  statement:
    "in q the ELBO is linear less β times a strictly convex divergence, so that on a convex Q̃ its maximiser is unique; the completion of the mean-field Gaussians by rotations is not convex",
  tex:
    tex`\mathrm{ELBO}(q_t)-(1-t)\,\mathrm{ELBO}(q_0)-t\,\mathrm{ELBO}(q_1)=\beta\left[(1-t)\,\mathrm{KL}(q_0\|q_t)+t\,\mathrm{KL}(q_1\|q_t)\right]\ge0`,
  source: "Choice of Q can lead to uniqueness",
  kind: "identity",
  assumptions: ["q_t = (1 − t)q₀ + tq₁, a mixture"],
  clauses: [linear, strict, notConvex],
});
