/**
 * U5: the mean-field gap: what a mean-field posterior loses when the latents are rotated.
 *
 * @module
 */

import fc from "fast-check";
import { beta, logUniform, real, recordGiven, sizeUpTo } from "../arbitrary/number.ts";
import { type JacobianCase, jacobianOf, size } from "../arbitrary/jacobian.ts";
import { orthogonal, planeRotation, signedPermutation } from "../arbitrary/rotation.ts";
import { spd, withEigenvalues } from "../arbitrary/spd.ts";
import { added, clause, law, tex, type Tolerance, tolerance } from "../../contract/mod.ts";
import type { FamilySpec, Matrix, ObjectiveCase } from "../../contract/subject.ts";
import { linearCase } from "../reference/linear_model.ts";
import {
  diagonal,
  diagonalOf,
  eigen,
  multiply,
  scaled,
  sum,
  tabulate,
  transpose,
} from "../reference/algebra.ts";
import { identityPlusGram } from "../reference/identity_plus_gram.ts";
import { linearTolerance } from "../tolerance.ts";

/** −(β/2) Σ log λ over the eigenvalues λ of the correlation matrix of A: Σ_i log A_ii − log|A|, times β/2. */
function gapOf(a: Matrix, beta: number): number {
  const d = diagonalOf(a).map(Math.sqrt);
  const { values } = eigen(tabulate(a.length, a.length, (i, j) => a[i]![j]! / (d[i]! * d[j]!)));
  return -beta / 2 * sum(values.map(Math.log));
}

/** Rounding of (β/2)[Σ log (RᵀPR)_ii − log|P|] where κ = κ(P). */
function slackOf(p: Matrix, kappa: number, beta: number, epsilon: number): Tolerance {
  const logs = sum(diagonalOf(p).map((entry) => Math.abs(Math.log(entry))));
  return tolerance("logarithms of RᵀPR and of |P|: rounding of P over its smallest eigenvalue", {
    c: 4 * p.length * (p.length + 3),
    epsilon,
    scale: beta * (kappa + logs + 1),
  });
}

const direct = clause({
  says:
    "(β/2)[Σ log (RᵀPR)_ii − log|P|] is −(β/2) log|C| of the correlations C of RᵀPR, is not negative, and vanishes where RᵀPR is diagonal",
  needs: ["symmetry.meanFieldGap"],
  given: recordGiven(
    sizeUpTo(1, 5, 8),
    (d) => ({ p: spd(d), r: orthogonal(d), axes: orthogonal(d), s: signedPermutation(d), beta }),
  ),
  examine: async ({ symmetry }, { p: { matrix, eigenvalues, kappa }, r, axes, s, beta }, expect) => {
    const slack = slackOf(matrix, kappa, beta, expect.epsilon);
    const rotated = multiply(multiply(transpose(r), matrix), r);
    const value = await symmetry.meanFieldGap(matrix, r, beta);
    // What the reference itself loses in float64.
    const own = slackOf(matrix, kappa, beta, 2 ** -53);
    expect.close("mean-field gap", value, gapOf(rotated, beta), added(slack, own));
    expect.atLeast("mean-field gap", value, 0, slack);
    const turned = withEigenvalues(axes, eigenvalues);
    const aligned = await symmetry.meanFieldGap(turned, multiply(axes, s), beta);
    expect.close("mean-field gap where RᵀPR is diagonal", aligned, 0, slack);
  },
});

/** g(z) = W z with noise σ², and β. */
export interface LinearGaussian extends JacobianCase {
  readonly variance: number;
}

const rotatedCase = recordGiven(size, (size) => ({
  jacobian: jacobianOf(size, 1),
  beta,
  r: orthogonal(size.latent),
  variance: logUniform(-1, 1),
}));

/** The best loss of the family at x = 0, where the best mean is 0 whatever the decoder W. */
export function atZero(given: LinearGaussian, family: FamilySpec): ObjectiveCase {
  return linearCase(given, { family, likelihood: { kind: "gaussian", variance: given.variance } });
}

/** Rounding of the best losses of a linear model. */
export function linearSlack(given: LinearGaussian, epsilon: number): Tolerance {
  const stacked = scaled(given.jacobian, 1 / Math.sqrt(given.variance));
  return linearTolerance({ jacobian: stacked, beta: given.beta }, atZero(given, { kind: "full" }), epsilon);
}

const ofObjectives = clause({
  says:
    "the best mean-field loss of the decoder WR is above the best of all by that, with P = I + WᵀW/(βσ²), and so is its excess over the best of W",
  needs: ["objectives.profiled", "symmetry.transformDecoder", "symmetry.meanFieldGap"],
  given: rotatedCase,
  examine: async ({ objectives, symmetry }, { r, ...given }, expect) => {
    const { jacobian: w, beta, variance } = given;
    const full = atZero(given, { kind: "full" });
    const decoder = await symmetry.transformDecoder(transpose(r), full.model.decoder);
    const turned = (kind: "full" | "mean-field"): ObjectiveCase => ({
      ...full,
      model: { ...full.model, decoder, family: { kind } },
    });
    const best = (await objectives.profiled(full)).loss;
    const unrestricted = (await objectives.profiled(turned("full"))).loss;
    const meanField = (await objectives.profiled(turned("mean-field"))).loss;
    const stacked = scaled(w, 1 / Math.sqrt(variance));
    const { correlations } = identityPlusGram(multiply(stacked, r), beta);
    const expected = -beta / 2 * sum(correlations.map(Math.log));
    const slack = linearSlack(given, expect.epsilon);
    expect.close("mean-field gap of the objectives", meanField - unrestricted, expected, slack);
    expect.close("excess over the best of W", meanField - best, expected, slack);
    const gram = multiply(transpose(stacked), stacked);
    const p = gram.map((row, i) => row.map((entry, j) => (i === j ? 1 : 0) + entry / beta));
    const { conditioning } = identityPlusGram(stacked, beta);
    // What the reference itself loses in float64.
    const direct = added(
      ...[expect.epsilon, 2 ** -53].map((epsilon) => slackOf(p, conditioning.plain, beta, epsilon)),
    );
    expect.close("the formula", await symmetry.meanFieldGap(p, r, beta), expected, direct);
  },
});

/** P = diag(p, p · ratio), an angle of rotation, β. */
const planeCase = fc.record({
  p: logUniform(-3, 3),
  ratio: fc.oneof(fc.constant(1), logUniform(-6, -5).map((off) => 1 + off), logUniform(0, 3)),
  angle: real(2 * Math.PI),
  beta,
});

/** (β/2) log[1 + (p − q)² sin²2θ/(4pq)] for q = p · ratio. */
function planeOf(ratio: number, angle: number, beta: number): number {
  return beta / 2 * Math.log1p((ratio - 1) ** 2 * Math.sin(2 * angle) ** 2 / (4 * ratio));
}

/** q/p is rounded by 2 ε, of which 1 is subtracted; the slope of the logarithm is at most 1 in |log ratio|. */
function planeSlack(ratio: number, angle: number, beta: number, epsilon: number): Tolerance {
  return tolerance("(β/2) log[1 + …]: rounding of the angle and of p − q", {
    c: 64 * (1 + Math.abs(angle)),
    epsilon,
    scale: beta * (1 - 1 / ratio) * (1 + Math.log(ratio)),
  });
}

const plane = clause({
  says:
    "for P = diag(p, q): (β/2) log[1 + (p − q)² sin²2θ/(4pq)], of period π/2, largest at π/4, and 0 at all θ iff p = q",
  needs: ["symmetry.planeMeanFieldGap"],
  given: planeCase,
  examine: async ({ symmetry }, { p, ratio, angle, beta }, expect) => {
    const q = p * ratio;
    const expected = planeOf(ratio, angle, beta), slack = planeSlack(ratio, angle, beta, expect.epsilon);
    const value = await symmetry.planeMeanFieldGap([p, q], angle, beta);
    const later = await symmetry.planeMeanFieldGap([p, q], angle + Math.PI / 2, beta);
    const most = await symmetry.planeMeanFieldGap([q, p], Math.PI / 4, beta);
    expect.close("closed form", value, expected, slack);
    expect.close("a quarter turn later", later, value, slack);
    expect.atMost("below its value at π/4", value, most, slack);
    expect.close("value at π/4", most, beta * Math.log((1 + ratio) / (2 * Math.sqrt(ratio))), {
      ...slack,
      value: slack.value + 4 * beta * Math.max(expect.epsilon, 2 ** -53) * (1 + Math.log(ratio)),
    });
    if (ratio === 1) expect.is("value for p = q", value, 0);
    else expect.atLeast("value at π/4", most, beta / 16 * Math.min(ratio - 1, 1) ** 2 / ratio, slack);
  },
});

const general = clause({
  says: "the formula for any P gives the same for P = diag(p, q)",
  needs: ["symmetry.meanFieldGap"],
  given: planeCase,
  examine: async ({ symmetry }, { p, ratio, angle, beta }, expect) => {
    const matrix = diagonal([p, p * ratio]);
    const value = await symmetry.meanFieldGap(matrix, planeRotation(2, 0, 1, angle), beta);
    const own = slackOf(matrix, ratio, beta, expect.epsilon);
    const slack = added(planeSlack(ratio, angle, beta, expect.epsilon), own);
    expect.close("the formula for any P", value, planeOf(ratio, angle, beta), slack);
  },
});

export const U5 = law({
  id: "U5",
  title: "The price of a rotation",
  statement:
    "after a rotation the best mean-field objective falls short of the unrestricted optimum by (β/2)[Σ log (RᵀPR)_ii − log|P|] ≥ 0, P = I + WᵀW/(βσ²), which is 0 iff RᵀPR is diagonal",
  tex: tex`\tfrac\beta2\Big[\sum_i\log(R^\top PR)_{ii}-\log|P|\Big]\ge0,\qquad` +
    tex`\tfrac\beta2\log\Big[1+\frac{(P_{11}-P_{22})^2\sin^22\theta}{4P_{11}P_{22}}\Big]\text{ for }d=2`,
  source: "Choice of Q can lead to uniqueness",
  kind: "identity",
  assumptions: ["g(z) = Wz", "Gaussian likelihood", "R orthogonal"],
  clauses: [direct, ofObjectives, plane, general],
});
