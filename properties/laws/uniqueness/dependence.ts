/**
 * U4, first part: fourth cumulants of mixtures of independent latents.
 *
 * @module
 */

import fc from "fast-check";
import { factor, nonGaussian } from "../arbitrary/factor.ts";
import { listOf, logUniform, real, sizeUpTo } from "../arbitrary/number.ts";
import { mixing, mixingAngle } from "../arbitrary/mixing.ts";
import { orthogonal, planeRotation } from "../arbitrary/rotation.ts";
import { clause, summation } from "../../contract/mod.ts";
import type { FactorSpec, Matrix, Vector } from "../../contract/subject.ts";
import { dot, identity, largest, scaled, sum } from "../reference/algebra.ts";
import { excessKurtosis } from "../reference/factor.ts";

/** κ₄ of a law. */
export function fourthCumulantOf(factor: FactorSpec): number {
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

/** The fourth cumulants of the laws of the latents. */
export const fourthCumulants = clause({
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

/** The formula, against moments. */
export const formula = clause({
  says: "cum(y_i, y_i, y_j, y_j) = Σ_k R_ik² R_jk² κ_k, which is what the moments of y give",
  needs: ["symmetry.crossCumulants"],
  given: sizeUpTo(1, 5, 8).chain((d) =>
    fc.record({
      r: orthogonal(d),
      v: listOf(d, logUniform(-1, 1)),
      excess: listOf(d, real(3)),
    })
  ),
  examine: async ({ symmetry }, { r, v, excess }, expect) => {
    const kappa = v.map((value, k) => excess[k]! * value * value);
    const found = await symmetry.crossCumulants(r, kappa);
    const expected = r.map((_, i) => r.map((_, j) => crossCumulant(r, v, kappa, i, j)));
    const slack = summation(8 * r.length ** 2, 6 * sum(v) ** 2, expect.epsilon);
    expect.closeMatrix("cum(y_i, y_i, y_j, y_j)", found, expected, slack);
  },
});

/** Uncorrelated and dependent. */
export const uncorrelated = clause({
  says:
    "equal variances keep y = R u uncorrelated, but where fourth cumulants of one sign are mixed, some cum(y_i, y_i, y_j, y_j) is not 0",
  needs: ["symmetry.transformGaussian", "symmetry.fourthCumulant", "symmetry.crossCumulants"],
  given: sizeUpTo(2, 5, 8).chain((d) =>
    fc.record({
      angle: mixingAngle,
      i: fc.nat(d - 2),
      others: listOf(d, nonGaussian(fc.constant(1))),
      kind: fc.constantFrom("laplace", "logistic", "uniform"),
      variance: logUniform(-2, 2),
    })
  ),
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
    const kappa: number[] = [];
    for (const each of factors) kappa.push(await symmetry.fourthCumulant(each));
    const cross = await symmetry.crossCumulants(r, kappa);
    // One Gaussian, one not: ¼ sin²2θ κ, and κ is at least 6/5 v² in size.
    const expected = Math.sin(2 * angle) ** 2 / 4 * fourthCumulantOf(factors[i]!);
    const slack = summation(64 * d, 25 * variance ** 2, expect.epsilon);
    expect.close(`cum(y_${i}, y_${i}, y_${k}, y_${k})`, cross[i]![k]!, expected, slack);
    expect.atLeast("its size", Math.abs(cross[i]![k]!), 0.3 * Math.sin(0.4) ** 2 * variance ** 2, slack);
  },
});

/** A single 45° example is not enough: fourth cumulants may cancel. */
export const cancelling = clause({
  says:
    "a logistic and a uniform latent of equal variance have cumulants of opposite sign, so cum(y_i, y_i, y_j, y_j) = 0 at every angle; y is dependent all the same",
  needs: ["symmetry.fourthCumulant", "symmetry.crossCumulants", "symmetry.factorisationGap"],
  given: fc.record({ angle: mixingAngle, variance: logUniform(-2, 2) }),
  examine: async ({ symmetry }, { angle, variance }, expect) => {
    const factors: FactorSpec[] = [{ kind: "logistic", variance }, { kind: "uniform", variance }];
    const kappa: number[] = [];
    for (const each of factors) kappa.push(await symmetry.fourthCumulant(each));
    const r = planeRotation(2, 0, 1, angle);
    const cross = await symmetry.crossCumulants(r, kappa);
    const slack = summation(128, 4 * variance ** 2, expect.epsilon);
    expect.close("cum(y_0, y_0, y_1, y_1)", cross[0]![1]!, 0, slack);
    let largestGap = 0;
    for (const s of grid(variance)) {
      largestGap = Math.max(largestGap, Math.abs(await symmetry.factorisationGap(r, factors, s)));
    }
    const exact = expect.rounding("φ", { c: 64 });
    expect.atLeast("largest |φ_y(s) − Π φ(s_i)|", largestGap, 0.02 * Math.sin(2 * angle) ** 2, exact);
  },
});

/** Independent latents that are not mixed have no cross cumulants. */
export const unmixed = clause({
  says:
    "latents that no output mixes have no cross cumulant, and Σ_j cum(y_i, y_i, y_j, y_j) = Σ_k R_ik² κ_k",
  needs: ["symmetry.crossCumulants"],
  given: sizeUpTo(1, 6, 8).chain((d) => fc.record({ mixed: mixing(d), kappa: listOf(d, real(3)) })),
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
