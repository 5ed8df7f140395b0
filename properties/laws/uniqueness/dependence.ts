/**
 * U4: mixtures of independent latents that are not Gaussian are dependent; fourth cumulants and characteristic functions show it.
 *
 * @module
 */

import fc from "fast-check";
import { characteristicFunction } from "../../oracle/factor.ts";
import { analytic, factor, gaussianFactor, nonGaussian, studentT } from "../arbitrary/factor.ts";
import { between, listOf, logUniform, real, recordGiven, sizeUpTo, vector } from "../arbitrary/number.ts";
import { mixing, mixingAngle } from "../arbitrary/mixing.ts";
import { orthogonal, planeRotation, signedPermutation } from "../arbitrary/rotation.ts";
import {
  type Able,
  type Clause,
  clause,
  law,
  type Ledger,
  summation,
  tex,
  type Tolerance,
  tolerance,
} from "../../contract/mod.ts";
import type { Eventually, FactorSpec, Matrix, Vector } from "../../contract/subject.ts";
import { apply, dot, identity, largest, scaled, sum, transpose } from "../reference/algebra.ts";
import { cosineTransform, excessKurtosis, oddStudent } from "../reference/factor.ts";

/** κ₄ of a law. */
function fourthCumulantOf(factor: FactorSpec): number {
  return excessKurtosis(factor) * factor.variance ** 2;
}

/**
 * cum(y_i, y_i, y_j, y_j) = E y_i²y_j² − E y_i² E y_j² − 2 (E y_i y_j)² of y = R u, with the moments of u put in: E u_a²u_b² =
 * v_a v_b for a ≠ b, and E u_a⁴ = κ_a + 3 v_a².
 */
function crossCumulant(r: Matrix, v: Vector, kappa: Vector, i: number, j: number): number {
  const p = r[i]!, q = r[j]!;
  let fourth = 0;
  v.forEach((va, a) => {
    fourth += p[a]! ** 2 * q[a]! ** 2 * (kappa[a]! + 3 * va * va);
    v.forEach((vb, b) => {
      if (a !== b) fourth += (p[a]! ** 2 * q[b]! ** 2 + 2 * p[a]! * q[a]! * p[b]! * q[b]!) * va * vb;
    });
  });
  const second = (m: Vector, n: Vector): number => sum(v.map((va, a) => m[a]! * n[a]! * va));
  return fourth - second(p, p) * second(q, q) - 2 * second(p, q) ** 2;
}

const fourthCumulants = clause({
  says:
    "κ₄ = v² times the excess kurtosis: 3, 6/5, −6/5, 6/(ν − 4), and 0 for a mixture that is not Gaussian",
  needs: ["symmetry.fourthCumulant"],
  given: factor(logUniform(-2, 2)),
  examine: async ({ symmetry }, given, expect) => {
    const expected = fourthCumulantOf(given);
    const slack = expect.rounding("κ₄: rounding of the moments, of which 3 is subtracted", {
      c: 64,
      scale: Math.abs(expected) + 3 * given.variance ** 2,
    });
    expect.close("κ₄", await symmetry.fourthCumulant(given), expected, slack);
  },
});

const formula = clause({
  says: "cum(y_i, y_i, y_j, y_j) = Σ_k R_ik² R_jk² κ_k, which is what the moments of y give",
  needs: ["symmetry.crossCumulants"],
  given: recordGiven(
    sizeUpTo(1, 5, 8),
    (d) => ({ r: orthogonal(d), v: listOf(d, logUniform(-1, 1)), excess: listOf(d, real(3)) }),
  ),
  examine: async ({ symmetry }, { r, v, excess }, expect) => {
    const kappa = v.map((value, k) => excess[k]! * value * value);
    const found = await symmetry.crossCumulants(r, kappa);
    const expected = r.map((_, i) => r.map((_, j) => crossCumulant(r, v, kappa, i, j)));
    const slack = summation(8 * r.length ** 2, 6 * sum(v) ** 2, expect.epsilon);
    expect.closeMatrix("cum(y_i, y_i, y_j, y_j)", found, expected, slack);
  },
});

const uncorrelated = clause({
  says:
    "equal variances keep y = R u uncorrelated, but where fourth cumulants of one sign are mixed, some cum(y_i, y_i, y_j, y_j) is not 0",
  needs: ["symmetry.transformGaussian", "symmetry.fourthCumulant", "symmetry.crossCumulants"],
  given: recordGiven(sizeUpTo(2, 5, 8), (d) => ({
    angle: mixingAngle,
    i: fc.nat(d - 2),
    others: listOf(d, nonGaussian(fc.constant(1))),
    kind: fc.constantFrom("laplace", "logistic", "uniform"),
    variance: logUniform(-2, 2),
  })),
  examine: async ({ symmetry }, { angle, i, others, kind, variance }, expect) => {
    const d = others.length, k = d - 1;
    const factors = others.map((other, at): FactorSpec =>
      at === i ? { kind, variance } : at === k ? { kind: "gaussian", variance } : { ...other, variance }
    );
    const r = planeRotation(d, i, k, angle);
    const q = { mean: Array<number>(d).fill(0), covariance: scaled(identity(d), variance) };
    const turned = await symmetry.transformGaussian(r, q);
    const still = summation(4 * d, d * variance, expect.epsilon);
    expect.closeMatrix("covariance of y", turned.covariance, q.covariance, still);
    const kappa = await Array.fromAsync(factors, (each) => symmetry.fourthCumulant(each));
    const cross = await symmetry.crossCumulants(r, kappa);
    // One Gaussian, one not: ¼ sin²2θ κ, and κ is at least 6/5 v² in size.
    const expected = Math.sin(2 * angle) ** 2 / 4 * fourthCumulantOf(factors[i]!);
    const slack = summation(64 * d, 25 * variance ** 2, expect.epsilon);
    expect.close(`cum(y_${i}, y_${i}, y_${k}, y_${k})`, cross[i]![k]!, expected, slack);
    expect.atLeast("its size", Math.abs(cross[i]![k]!), 0.3 * Math.sin(0.4) ** 2 * variance ** 2, slack);
  },
});

const cancelling = clause({
  says:
    "a logistic and a uniform latent of equal variance have cumulants of opposite sign, so cum(y_i, y_i, y_j, y_j) = 0 at every angle; y is dependent all the same",
  needs: ["symmetry.fourthCumulant", "symmetry.crossCumulants", "symmetry.factorisationGap"],
  given: fc.record({ angle: mixingAngle, variance: logUniform(-2, 2) }),
  examine: async ({ symmetry }, { angle, variance }, expect) => {
    const factors: FactorSpec[] = [{ kind: "logistic", variance }, { kind: "uniform", variance }];
    const kappa = await Array.fromAsync(factors, (each) => symmetry.fourthCumulant(each));
    const r = planeRotation(2, 0, 1, angle);
    const cross = await symmetry.crossCumulants(r, kappa);
    const slack = summation(128, 4 * variance ** 2, expect.epsilon);
    expect.close("cum(y_0, y_0, y_1, y_1)", cross[0]![1]!, 0, slack);
    const gaps = await Array.fromAsync(grid(variance), (s) => symmetry.factorisationGap(r, factors, s));
    const exact = expect.rounding("φ", { c: 64 });
    expect.atLeast("largest |φ_y(s) − Π φ(s_i)|", largest([gaps]), 0.02 * Math.sin(2 * angle) ** 2, exact);
  },
});

const unmixed = clause({
  says:
    "latents that no output mixes have no cross cumulant, and Σ_j cum(y_i, y_i, y_j, y_j) = Σ_k R_ik² κ_k",
  needs: ["symmetry.crossCumulants"],
  given: recordGiven(sizeUpTo(1, 6, 8), (d) => ({ mixed: mixing(d), kappa: listOf(d, real(3)) })),
  examine: async ({ symmetry }, { mixed: { rotation: r, groups }, kappa }, expect) => {
    const found = await symmetry.crossCumulants(r, kappa);
    const slack = summation(8 * r.length, r.length * largest([kappa]), expect.epsilon);
    const groupOf = r.map((row) => groups.findIndex((group) => group.some((k) => Math.abs(row[k]!) > 1e-6)));
    found.forEach((row, i) => {
      row.forEach((value, j) => {
        if (groupOf[i] !== groupOf[j]) expect.close(`cum(y_${i}, y_${i}, y_${j}, y_${j})`, value, 0, slack);
      });
      const squares = r[i]!.map((entry) => entry * entry);
      expect.close(`Σ_j cum(y_${i}, y_${i}, y_j, y_j)`, sum(row), dot(squares, kappa), slack);
    });
  },
});

/** Points s on two rings at which a gap shows, for two latents of the given variance. */
export function grid(variance: number): number[][] {
  return [1.5, 2.5].flatMap((radius) =>
    Array.from({ length: 8 }, (_, k) => {
      const size = radius / Math.sqrt(variance), angle = k * Math.PI / 8;
      return [size * Math.cos(angle), size * Math.sin(angle)];
    })
  );
}

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
    const points = await Array.fromAsync([2, 3, 4, 5], async (k) => {
      const t = 2 ** (-k / 2) / 2, s = t / Math.sqrt(given.variance);
      const log = Math.log(await symmetry.characteristicFunction(given, s));
      const error = Math.abs(log + t * t / 2 - kappa * s ** 4 / 24);
      const slack = expect.rounding("a logarithm of φ near 1", { c: 32 });
      // The sixth cumulant is at most that of Laplace, 30 v³: t⁶/24.
      expect.atMost(`remainder at s = ${s}`, error, t ** 6 / 20, slack);
      return { t, error, rounding: slack.value };
    });
    // The next term is of order s⁸, and at most t²/2 of the first for t ≤ ¼: it moves the slope by less than ¼.
    expect.order("order of the error in s", points, 6, 0.25);
  },
});

/** Latents of any laws, a rotation and an argument of φ. */
const mixedFactors = recordGiven(
  sizeUpTo(1, 4, 8),
  (d) => ({ r: orthogonal(d), factors: listOf(d, factor(between(0.5, 2))), s: vector(d, 3) }),
);

/** The gap is Π_k φ_k((Rᵀs)_k) − Π_i Π_k φ_k(R_ik s_i), with the φ_k that are given. */
async function compareGap(
  { symmetry }: Able<"symmetry.factorisationGap">,
  { r, factors, s }: { readonly r: Matrix; readonly factors: readonly FactorSpec[]; readonly s: Vector },
  phi: (factor: FactorSpec, s: number) => Eventually<number>,
  expect: Ledger,
): Promise<void> {
  const at = apply(transpose(r), s);
  let joint = 1, factored = 1;
  for (const [k, each] of factors.entries()) {
    joint *= await phi(each, at[k]!);
    for (const [i, row] of r.entries()) factored *= await phi(each, row[k]! * s[i]!);
  }
  const gap = await symmetry.factorisationGap(r, factors, s);
  expect.close("φ_y(s) − Π φ(s_i)", gap, joint - factored, phiRounding(r.length ** 2, 12, expect.epsilon));
}

const composition = clause({
  says: "the gap is Π_k φ_k((Rᵀs)_k) − Π_i Π_k φ_k(R_ik s_i)",
  needs: ["symmetry.characteristicFunction", "symmetry.factorisationGap"],
  given: mixedFactors,
  examine: (subject, given, expect) =>
    compareGap(subject, given, (each, s) => subject.symmetry.characteristicFunction(each, s), expect),
});

const gap = clause({
  says: "the gap is that of the oracle's characteristic functions",
  needs: ["symmetry.factorisationGap"],
  given: mixedFactors,
  examine: (subject, given, expect) => compareGap(subject, given, characteristicFunction, expect),
});

const independent = clause({
  says:
    "there is no gap for Gaussian latents of equal variance at any R, nor for any latents at a signed permutation",
  needs: ["symmetry.factorisationGap"],
  given: recordGiven(sizeUpTo(1, 4, 8), (d) => ({
    r: orthogonal(d),
    p: signedPermutation(d),
    factors: listOf(d, factor(between(0.5, 2))),
    variance: between(0.5, 2),
    s: vector(d, 3),
  })),
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
      const kappa = await Array.fromAsync(factors, (each) => symmetry.fourthCumulant(each));
      if (factors.every((each) => fourthCumulantOf(each) === 0)) {
        const cross = await symmetry.crossCumulants(r, kappa);
        const still = { ...slack, value: slack.value * variance ** 2 };
        expect.close("cum(y_0, y_0, y_1, y_1)", cross[0]![1]!, 0, still);
      }
      const gaps = await Array.fromAsync(grid(variance), (s) => symmetry.factorisationGap(r, factors, s));
      const kinds = factors.map(({ kind }) => kind).join(" and ");
      expect.atLeast(`largest gap of ${kinds}`, largest([gaps]), 0.02 * Math.sin(2 * angle) ** 2, slack);
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
