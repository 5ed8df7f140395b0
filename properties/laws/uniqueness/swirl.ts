/**
 * U8: prior-preserving maps that are not linear.
 *
 * @module
 */

import fc from "fast-check";
import { between, listOf, matrix, recordGiven, signed, sizeUpTo, upTo, vector } from "../arbitrary/number.ts";
import { network } from "../arbitrary/network.ts";
import { planeRotation } from "../arbitrary/rotation.ts";
import { clause, law, tex, type Tolerance, tolerance } from "../../contract/mod.ts";
import type { Matrix, Vector } from "../../contract/subject.ts";
import {
  apply,
  dot,
  identity,
  largest,
  multiply,
  scaled,
  sum,
  tabulate,
  transpose,
} from "../reference/algebra.ts";
import { densityPeak, gaussianRule, mixtureDensity, rings } from "../reference/quadrature.ts";
import {
  determinant,
  differencePoints,
  differenceSpacing,
  jacobianByDifferences,
} from "../reference/differences.ts";
import { outputBound } from "../reference/network_bound.ts";
import { ringed } from "./marginal.ts";

/** One rate for each pair of d latents, 0.2 to 0.8 in size and of any sign. */
function ratesOf(d: number): fc.Arbitrary<Vector> {
  return listOf(d * (d - 1) / 2, signed(0.2, 0.8));
}

/** Rounding of the map: of each angle, and of d(d − 1)/2 rotations. */
function slackOf(rates: Vector, z: Matrix, epsilon: number): Tolerance {
  const square = Math.max(...z.map((row) => dot(row, row)));
  return tolerance("z ↦ R(‖z‖) z: rounding of the angles and of the rotations", {
    c: 16 * (rates.length + 1),
    epsilon,
    scale: Math.sqrt(square) * (1 + square),
  });
}

const cases = recordGiven(sizeUpTo(1, 5, 8), (d) => ({ rates: ratesOf(d), z: matrix(3, d, 2) }));

const preserving = clause({
  says: "z ↦ R(‖z‖) z keeps ‖z‖ and has an inverse on both sides, at each row by its own norm",
  needs: ["symmetry.swirl", "symmetry.unswirl"],
  given: cases,
  examine: async ({ symmetry }, { rates, z }, expect) => {
    const slack = slackOf(rates, z, expect.epsilon);
    const there = await symmetry.swirl(rates, z);
    const back = await symmetry.unswirl(rates, z);
    z.forEach((row, i) => {
      expect.close(`‖r(z)‖ of row ${i}`, Math.hypot(...there[i]!), Math.hypot(...row), slack);
    });
    const twice = { ...slack, value: 4 * slack.value };
    expect.closeMatrix("r⁻¹(r(z))", await symmetry.unswirl(rates, there), z, twice);
    expect.closeMatrix("r(r⁻¹(z))", await symmetry.swirl(rates, back), z, twice);
    const [alone] = await symmetry.swirl(rates, [z[1]!]);
    expect.closeVector("r of one row, without the others", there[1]!, alone!, slack);
  },
});

const volume = clause({
  says: "its Jacobian has the determinant 1, so that with ‖z‖ it keeps the density of N(0, I)",
  needs: ["symmetry.swirl"],
  given: recordGiven(sizeUpTo(1, 4, 8), (d) => ({ rates: ratesOf(d), z: vector(d) })),
  examine: async ({ symmetry }, { rates, z }, expect) => {
    const points = differencePoints(z);
    const jacobian = jacobianByDifferences(await symmetry.swirl(rates, points));
    const rounding = slackOf(rates, points, expect.epsilon);
    // ‖∂r/∂z‖ ≤ 1 + 2 Σ|rate| ‖z‖²; the error of the differences is below 1e-12 for angles up to 20.
    const steep = 1 + 2 * sum(rates.map(Math.abs)) * dot(z, z);
    const slack = {
      ...rounding,
      value: (4 * rounding.value / differenceSpacing + 1e-11) * z.length * steep ** (z.length - 1),
    };
    expect.close("|∂r/∂z|", determinant(jacobian), 1, slack);
  },
});

const mixes = clause({
  says:
    "R(‖z‖) is orthogonal, the plane rotations by rate · ‖z‖² one after the other; every pair of latents is mixed at some norm",
  needs: ["symmetry.swirl"],
  given: recordGiven(sizeUpTo(2, 5, 8), (d) => ({ d, rates: ratesOf(d) })),
  examine: async ({ symmetry }, { d, rates }, expect) => {
    const mixed = tabulate(d, d, () => 0);
    for (const radius of [0.5, 1, 1.5]) {
      const columns = await symmetry.swirl(rates, scaled(identity(d), radius));
      const found = scaled(transpose(columns), 1 / radius);
      const slack = slackOf(rates, [[radius]], expect.epsilon);
      const expected = planes(d, rates.map((rate) => rate * radius ** 2));
      expect.closeMatrix(`R at norm ${radius}`, found, expected, { ...slack, value: slack.value / radius });
      for (const row of found) {
        row.forEach((a, i) => row.forEach((b, k) => mixed[i]![k] = Math.max(mixed[i]![k]!, Math.abs(a * b))));
      }
    }
    const all = expect.rounding("entries of R", { c: 64 });
    mixed.forEach((row, i) =>
      row.forEach((size, k) => expect.atLeast(`largest |R_oi R_ok| of ${i} and ${k}`, size, 0.01, all))
    );
  },
});

/** The product of the plane rotations by the angles, the first rightmost. */
function planes(d: number, angles: Vector): Matrix {
  const pairs = Array.from({ length: d }, (_, i) => i)
    .flatMap((i) => Array.from({ length: d - i - 1 }, (_, k) => [i, i + k + 1] as const));
  return pairs.reduce<Matrix>(
    (r, [i, k], at) => multiply(planeRotation(d, i, k, angles[at]!), r),
    identity(d),
  );
}

const inverse = clause({
  says: "r⁻¹(z) is R(‖z‖)ᵀ z, the plane rotations taken back",
  needs: ["symmetry.unswirl"],
  given: cases,
  examine: async ({ symmetry }, { rates, z }, expect) => {
    const slack = slackOf(rates, z, expect.epsilon);
    const expected = z.map((row) => {
      const turn = planes(row.length, rates.map((rate) => rate * dot(row, row)));
      return apply(transpose(turn), row);
    });
    expect.closeMatrix("r⁻¹(z)", await symmetry.unswirl(rates, z), expected, slack);
  },
});

const marginal = clause({
  says: "p(x) of g∘r⁻¹ is p(x) of g: for a smooth decoder of two latents, by quadrature on rings",
  needs: ["apply", "symmetry.unswirl"],
  given: recordGiven(fc.tuple(upTo(2), upTo(3)), ([latent, data]) => ({
    decoder: network(latent, data, ringed),
    rates: ratesOf(latent),
    x: vector(data, 2),
    variance: between(0.5, 2),
  })),
  examine: async ({ symmetry, apply }, { decoder, rates, x, variance }, expect) => {
    const points = rings(decoder[0]!.weight.length);
    const before = mixtureDensity(x, await apply(decoder, points), variance);
    const moved = await symmetry.unswirl(rates, points);
    const after = mixtureDensity(x, await apply(decoder, moved), variance);
    const g = outputBound(decoder, largest(points)), peak = densityPeak(x.length, variance);
    const slack = expect.rounding("p(x): rounding of the decoder and the map, and of the rule on each ring", {
      c: 64 * (decoder.length + 2),
      scale: peak * (1 + x.length * g * g / variance),
      floor: 1e-11 * peak,
    });
    expect.close("p(x) under g∘r⁻¹", after, before, slack);
  },
});

/** E e^{ia‖z‖²} z^k for z = z₁ + i z₂ with means μ and variances v: μ^k (1 − 2iav)^−(k+1) exp(ia|μ|²/(1 − 2iav)), as [Re, Im]. */
function twisted(mean: Vector, v: number, a: number, k: 1 | 2): [number, number] {
  const size = Math.hypot(1, 2 * a * v), argument = Math.atan(2 * a * v);
  const square = dot(mean, mean);
  const modulus = square ** (k / 2) * size ** -(k + 1) * Math.exp(-2 * a * a * v * square / size ** 2);
  const phase = k * Math.atan2(mean[1]!, mean[0]!) + (k + 1) * argument + a * square / size ** 2;
  return [modulus * Math.cos(phase), modulus * Math.sin(phase)];
}

const posterior = clause({
  says:
    "N(μ, vI) is not kept mean-field: r(z) has the mean and covariance of E e^{ia‖z‖²}z and E e^{2ia‖z‖²}z² for z = z₁ + iz₂, with correlated latents",
  needs: ["symmetry.swirl"],
  given: fc.record({ mean: vector(2, 1.5), v: between(0.2, 1), rate: between(-0.4, 0.4) }),
  examples: [{ mean: [1, 1], v: 0.5, rate: 0.4 }],
  // Two thousand points for each case.
  atMost: 25,
  examine: async ({ symmetry }, { mean, v, rate }, expect) => {
    // With b = 4|rate|v ≤ 1.6 the rule errs like exp(−(2π/h)²/(2 + 2b²)) = 5e-20.
    const { nodes, weights } = gaussianRule(2, 0.35);
    const z = nodes.map((u) => mean.map((m, i) => m + Math.sqrt(v) * u[i]!));
    const y = await symmetry.swirl([rate], z);
    const expected = (f: (row: Vector) => number): number => sum(y.map((row, i) => weights[i]! * f(row)));
    const [re, im] = twisted(mean, v, rate, 1), [re2, im2] = twisted(mean, v, 2 * rate, 2);
    const size = dot(mean, mean) + 2 * v;
    const slack = expect.rounding("moments of r(z): rounding of the map, and of the rule", {
      c: 256,
      scale: (1 + size) ** 2,
      floor: 1e-12,
    });
    expect.close("E r₁", expected((row) => row[0]!), re, slack);
    expect.close("E r₂", expected((row) => row[1]!), im, slack);
    expect.close("E r₁² + r₂²", expected((row) => dot(row, row)), size, slack);
    expect.close("E r₁² − r₂²", expected((row) => row[0]! ** 2 - row[1]! ** 2), re2, slack);
    expect.close("E r₁ r₂", expected((row) => row[0]! * row[1]!), im2 / 2, slack);
    if (mean[0] === 1 && mean[1] === 1 && rate === 0.4) {
      const covariance = expected((row) => row[0]! * row[1]!) - re * im;
      expect.atLeast("|cov(r₁, r₂)| of N((1, 1), I/2) at rate 0.4", Math.abs(covariance), 0.1, slack);
    }
  },
});

export const U8 = law({
  id: "U8",
  title: "Prior-preserving maps need not be linear",
  statement:
    "z ↦ R(‖z‖) z preserves N(0, I), mixes every pair of latents and leaves p(x) unchanged; a mean-field Gaussian posterior is in general not preserved",
  tex:
    tex`r(z)=R(\|z\|)\,z:\quad\|r(z)\|=\|z\|,\;\left|\tfrac{\partial r}{\partial z}\right|=1\;\Rightarrow\;r_\#\mathcal N(0,I)=\mathcal N(0,I)`,
  source: "Latent variable models and Uniqueness",
  kind: "identity",
  assumptions: ["p(z) = N(0, I)", "R(‖z‖) orthogonal and smooth in ‖z‖²"],
  clauses: [preserving, volume, mixes, marginal, posterior, inverse],
});
