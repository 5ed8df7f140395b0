/**
 * U4: mixtures of independent latents that are not Gaussian are dependent; second part, by characteristic functions.
 *
 * @module
 */

import fc from "fast-check";
import { characteristicFunction } from "../../oracle/factor.ts";
import { analytic, factor, gaussianFactor, nonGaussian, studentT } from "../arbitrary/factor.ts";
import { between, listOf, logUniform, real, sizeUpTo, vector } from "../arbitrary/number.ts";
import { mixingAngle } from "../arbitrary/mixing.ts";
import { orthogonal, planeRotation, signedPermutation } from "../arbitrary/rotation.ts";
import { type Clause, clause, law, tex, type Tolerance, tolerance } from "../../contract/mod.ts";
import type { FactorSpec } from "../../contract/subject.ts";
import { apply, transpose } from "../reference/algebra.ts";
import { cosineTransform, oddStudent } from "../reference/factor.ts";
import {
  cancelling,
  formula,
  fourthCumulantOf,
  fourthCumulants,
  grid,
  uncorrelated,
  unmixed,
} from "./dependence.ts";

/** Rounding of a product of `count` numbers of at most 1, each a function of s σ with a slope of at most 1. */
export function phiRounding(count: number, reach: number, epsilon: number): Tolerance {
  return tolerance("φ: rounding of its argument, and of an integral where it is one", {
    c: 64 * count,
    epsilon,
    scale: 1 + reach,
  });
}

const transform = clause({
  says: "φ(s) = E cos(su) of each density, φ(0) = 1, φ(−s) = φ(s)",
  needs: ["symmetry.characteristicFunction"],
  given: fc.record({
    given: fc.oneof(analytic(logUniform(-2, 2)), gaussianFactor(logUniform(-2, 2))),
    t: real(6),
  }),
  examine: async ({ symmetry }, { given, t }, expect) => {
    const s = t / Math.sqrt(given.variance);
    const slack = phiRounding(1, Math.abs(t), expect.epsilon);
    const value = await symmetry.characteristicFunction(given, s);
    expect.close("φ(s)", value, cosineTransform(given, s), slack);
    expect.close("φ(−s)", await symmetry.characteristicFunction(given, -s), value, slack);
    expect.close("φ(0)", await symmetry.characteristicFunction(given, 0), 1, slack);
  },
});

const student = clause({
  says:
    "φ of Student-t is e⁻ᵘ times a polynomial for odd degrees, and φ_ν+4 = φ_ν+2 + u²φ_ν/(ν(ν + 2)) at one u for all",
  needs: ["symmetry.characteristicFunction"],
  given: fc.record({ given: studentT(logUniform(-2, 2)), t: real(6), degrees: fc.constantFrom(5, 7, 9) }),
  examine: async ({ symmetry }, { given, t, degrees }, expect) => {
    const { variance } = given;
    const s = t / Math.sqrt(variance);
    const slack = phiRounding(3, 2 * Math.abs(t), expect.epsilon);
    const odd = await symmetry.characteristicFunction({ kind: "student-t", variance, degrees }, s);
    expect.close(`φ(s), ν = ${degrees}`, odd, oddStudent(degrees, variance, s), slack);
    // u = √(ν − 2) σ|s| is the argument of the Bessel function; the recurrence is that of K.
    const nu = given.degrees;
    const at = (shift: number): FactorSpec => ({
      kind: "student-t",
      degrees: nu + shift,
      variance: variance * (nu - 2) / (nu + shift - 2),
    });
    const phi = await symmetry.characteristicFunction(given, s);
    const next = await symmetry.characteristicFunction(at(2), s);
    const last = await symmetry.characteristicFunction(at(4), s);
    const u = Math.sqrt(nu - 2) * t;
    const grown = { ...slack, value: slack.value * (1 + u * u / (nu * (nu + 2))) };
    expect.close("φ_ν+4", last, next + u * u * phi / (nu * (nu + 2)), grown);
    expect.close("φ(0)", await symmetry.characteristicFunction(given, 0), 1, slack);
  },
});

const expansion = clause({
  says: "log φ(s) = −v s²/2 + κ₄ s⁴/24 + O(s⁶): what φ says of the fourth cumulant",
  needs: ["symmetry.characteristicFunction", "symmetry.fourthCumulant"],
  given: analytic(logUniform(-1, 1)),
  examine: async ({ symmetry }, given, expect) => {
    const kappa = await symmetry.fourthCumulant(given);
    const points = [];
    for (const k of [2, 3, 4, 5]) {
      const t = 2 ** (-k / 2) / 2, s = t / Math.sqrt(given.variance);
      const log = Math.log(await symmetry.characteristicFunction(given, s));
      const error = Math.abs(log + t * t / 2 - kappa * s ** 4 / 24);
      const slack = expect.rounding("a logarithm of φ near 1", { c: 32 });
      // The sixth cumulant is at most that of Laplace, 30 v³: t⁶/24.
      expect.atMost(`remainder at s = ${s}`, error, t ** 6 / 20, slack);
      points.push({ t, error, rounding: slack.value });
    }
    // The next term is of order s⁸, and at most t²/2 of the first for t ≤ ¼: it moves the slope by less than ¼.
    expect.order("order of the error in s", points, 6, 0.25);
  },
});

/** Latents of any laws, a rotation and an argument of φ. */
const mixedFactors = sizeUpTo(1, 4, 8).chain((d) =>
  fc.record({
    r: orthogonal(d),
    factors: listOf(d, factor(between(0.5, 2))),
    s: vector(d, 3),
  })
);

const composition = clause({
  says: "the gap is Π_k φ_k((Rᵀs)_k) − Π_i Π_k φ_k(R_ik s_i)",
  needs: ["symmetry.characteristicFunction", "symmetry.factorisationGap"],
  given: mixedFactors,
  examine: async ({ symmetry }, { r, factors, s }, expect) => {
    const at = apply(transpose(r), s);
    let joint = 1, factored = 1;
    for (const [k, each] of factors.entries()) {
      joint *= await symmetry.characteristicFunction(each, at[k]!);
      for (const [i, row] of r.entries()) {
        factored *= await symmetry.characteristicFunction(each, row[k]! * s[i]!);
      }
    }
    const slack = phiRounding(r.length ** 2, 12, expect.epsilon);
    expect.close(
      "φ_y(s) − Π φ(s_i)",
      await symmetry.factorisationGap(r, factors, s),
      joint - factored,
      slack,
    );
  },
});

const gap = clause({
  says: "the gap is that of the oracle's characteristic functions",
  needs: ["symmetry.factorisationGap"],
  given: mixedFactors,
  examine: async ({ symmetry }, { r, factors, s }, expect) => {
    const at = apply(transpose(r), s);
    let joint = 1, factored = 1;
    factors.forEach((each, k) => {
      joint *= characteristicFunction(each, at[k]!);
      for (const [i, row] of r.entries()) factored *= characteristicFunction(each, row[k]! * s[i]!);
    });
    const found = await symmetry.factorisationGap(r, factors, s);
    expect.close(
      "φ_y(s) − Π φ(s_i)",
      found,
      joint - factored,
      phiRounding(r.length ** 2, 12, expect.epsilon),
    );
  },
});

const independent = clause({
  says:
    "there is no gap for Gaussian latents of equal variance at any R, nor for any latents at a signed permutation",
  needs: ["symmetry.factorisationGap"],
  given: sizeUpTo(1, 4, 8).chain((d) =>
    fc.record({
      r: orthogonal(d),
      p: signedPermutation(d),
      factors: listOf(d, factor(between(0.5, 2))),
      variance: between(0.5, 2),
      s: vector(d, 3),
    })
  ),
  examine: async ({ symmetry }, { r, p, factors, variance, s }, expect) => {
    const slack = phiRounding(r.length ** 2, 12, expect.epsilon);
    const gaussian = factors.map((): FactorSpec => ({ kind: "gaussian", variance }));
    expect.close("gap of equal Gaussians", await symmetry.factorisationGap(r, gaussian, s), 0, slack);
    expect.close("gap of latents relabelled", await symmetry.factorisationGap(p, factors, s), 0, slack);
  },
});

/** φ shows it where R mixes a latent that is not Gaussian. */
export const dependent: Clause = clause({
  says:
    "where R mixes a latent that is not Gaussian, φ_y does not factorise; not even where every fourth cumulant is 0, so that no cum(y_i, y_i, y_j, y_j) shows it",
  needs: ["symmetry.factorisationGap", "symmetry.fourthCumulant", "symmetry.crossCumulants"],
  given: fc.record({
    angle: mixingAngle,
    variance: logUniform(-2, 2),
    other: factor(fc.constant(1)),
    any: nonGaussian(fc.constant(1)),
  }),
  examine: async ({ symmetry }, { angle, variance, other, any }, expect) => {
    const r = planeRotation(2, 0, 1, angle);
    const mixture: FactorSpec = { kind: "mixture", variance };
    const slack = phiRounding(4, 3, expect.epsilon);
    const pairs: FactorSpec[][] = [
      [mixture, mixture],
      [mixture, { kind: "gaussian", variance }],
      [{ ...any, variance }, { ...other, variance }],
    ];
    for (const factors of pairs) {
      const kappa: number[] = [];
      for (const each of factors) kappa.push(await symmetry.fourthCumulant(each));
      if (factors.every((each) => fourthCumulantOf(each) === 0)) {
        const cross = await symmetry.crossCumulants(r, kappa);
        const still = { ...slack, value: slack.value * variance ** 2 };
        expect.close("cum(y_0, y_0, y_1, y_1)", cross[0]![1]!, 0, still);
      }
      let gap = 0;
      for (const s of grid(variance)) {
        gap = Math.max(gap, Math.abs(await symmetry.factorisationGap(r, factors, s)));
      }
      const kinds = factors.map(({ kind }) => kind).join(" and ");
      expect.atLeast(`largest gap of ${kinds}`, gap, 0.02 * Math.sin(2 * angle) ** 2, slack);
    }
  },
});

export const U4 = law({
  id: "U4",
  title: "Darmois–Skitovitch, the non-Gaussian side",
  statement:
    "cum(y_i, y_i, y_j, y_j) = Σ_k R_ik² R_jk² κ_k for y = R u; y is dependent whenever R mixes a non-Gaussian latent, correlated or not, and φ_y shows it where no fourth cumulant does",
  tex: tex`\mathrm{cum}(y_i,y_i,y_j,y_j)=\sum_kR_{ik}^2R_{jk}^2\kappa_k,\qquad` +
    tex`\textstyle\prod_k\varphi_k\big((R^\top s)_k\big)\not\equiv\prod_i\varphi_{y_i}(s_i)`,
  source: "Choice of Q can lead to uniqueness",
  kind: "identity",
  assumptions: ["R orthogonal", "u has independent components"],
  clauses: [
    fourthCumulants,
    formula,
    uncorrelated,
    unmixed,
    cancelling,
    transform,
    student,
    expansion,
    composition,
    independent,
    dependent,
    gap,
  ],
});
