/**
 * U3: which mean-field Gaussians a rotation keeps mean-field.
 *
 * @module
 */

import fc from "fast-check";
import { type GroupedVariances, groupedVariances, type Mixing, mixing } from "../arbitrary/mixing.ts";
import { orthogonal, planeRotation, signedPermutation } from "../arbitrary/rotation.ts";
import { real, recordGiven, sizeUpTo, vector } from "../arbitrary/number.ts";
import { variances } from "../arbitrary/spd.ts";
import {
  type Able,
  type Clause,
  clause,
  law,
  type Ledger,
  summation,
  tex,
  type Tolerance,
} from "../../contract/mod.ts";
import type { Matrix, Vector } from "../../contract/subject.ts";
import { diagonal, diagonalOf, dot, sum } from "../reference/algebra.ts";

/** ‖A − diag A‖_F */
export function offDiagonalNorm(a: Matrix): number {
  return Math.hypot(...a.flatMap((row, i) => row.filter((_, j) => j !== i)));
}

/**
 * ‖R diag(v) Rᵀ − diag‖_F. Its square is Σ_i Var_i, where Var_i is the variance of the numbers v_k under the
 * probabilities R_ik²: the squares of R sum to 1 along rows and columns, so ‖RDRᵀ‖² = Σ_ik R_ik² v_k², and
 * the i-th diagonal entry is Σ_k R_ik² v_k. It is 0 iff v is constant on the latents that each output mixes.
 */
function mixedSpread(r: Matrix, v: Vector): number {
  return Math.sqrt(sum(r.map((row) => {
    const mean = sum(row.map((entry, k) => entry * entry * v[k]!));
    return sum(row.map((entry, k) => (entry * (v[k]! - mean)) ** 2));
  })));
}

/** Rounding of R diag(v) Rᵀ. */
export function rotationSlack(v: Vector, epsilon: number): Tolerance {
  return summation(4 * v.length, v.length * Math.max(...v), epsilon);
}

/** The covariance of N(0, diag v) after the rotation R. */
export async function turnedCovariance(
  { symmetry }: Able<"symmetry.transformGaussian">,
  r: Matrix,
  v: Vector,
): Promise<Matrix> {
  const q = { mean: v.map(() => 0), covariance: diagonal(v) };
  return (await symmetry.transformGaussian(r, q)).covariance;
}

const spread = clause({
  says:
    "the off-diagonal part of RΣRᵀ is the spread of the variances that each output mixes: ‖·‖²_F = Σ_i Var_i",
  needs: ["symmetry.transformGaussian"],
  given: recordGiven(sizeUpTo(1, 6, 8), (d) => ({ r: orthogonal(d), v: variances(d), mean: vector(d, 2) })),
  examine: async ({ symmetry }, { r, v, mean }, expect) => {
    const { covariance } = await symmetry.transformGaussian(r, { mean, covariance: diagonal(v) });
    const slack = rotationSlack(v, expect.epsilon);
    expect.close("‖off-diagonal of RΣRᵀ‖", offDiagonalNorm(covariance), mixedSpread(r, v), slack);
    const squares = r.map((row) => sum(row.map((entry, k) => entry * entry * v[k]!)));
    expect.closeVector("diagonal of RΣRᵀ", diagonalOf(covariance), squares, slack);
  },
});

/** A rotation of known mixing with variances on its groups, and the verdict on them. */
const mixedVariances: fc.Arbitrary<Mixing & GroupedVariances> = sizeUpTo(1, 6, 8)
  .chain(mixing)
  .chain((mixed) => groupedVariances(mixed.groups).map((grouped) => ({ ...mixed, ...grouped })));

/** The criterion, as far as the subject can tell the two nearest variances apart. */
async function compareCriterion(
  { symmetry }: Able<"symmetry.preservesMeanField">,
  { rotation, variances, equal, gap }: Mixing & GroupedVariances,
  expect: Ledger,
): Promise<void> {
  const answer = await symmetry.preservesMeanField(rotation, variances);
  expect.close("the criterion (1: mean-field)", Number(answer), Number(equal), {
    value: 0,
    because: "exact, where the smallest difference of two variances is above 64 ε",
    resolved: gap > 64 * expect.epsilon,
  });
}

/** r#q is mean-field iff the variances are equal on every connected component: what happens, and what the criterion says. */
export const criterion: Clause = clause({
  says:
    "r#q is mean-field if the variances are equal on every connected component, and is not if two of one differ",
  needs: ["symmetry.transformGaussian", "symmetry.preservesMeanField"],
  given: mixedVariances,
  examine: async (subject, given, expect) => {
    const { rotation, variances: v, equal, gap } = given;
    const off = offDiagonalNorm(await turnedCovariance(subject, rotation, v));
    const slack = rotationSlack(v, expect.epsilon);
    // One output mixes all of a group, each latent with a square of at least sin(0.2)^10, so that the variance of two
    // numbers that differ by gap · v under these squares is at least sin(0.2)^10 (gap v)²/2.
    const least = Math.min(...v) * gap * Math.sin(0.2) ** 5 / Math.SQRT2;
    if (equal) expect.atMost("‖off-diagonal of RΣRᵀ‖", off, 0, slack);
    else expect.atLeast("‖off-diagonal of RΣRᵀ‖", off, least, slack);
    await compareCriterion(subject, given, expect);
  },
});

const answer = clause({
  says: "the criterion says so of variances that are equal on every component, and not of others",
  needs: ["symmetry.preservesMeanField"],
  given: mixedVariances,
  examine: compareCriterion,
});

const components = clause({
  says:
    "the connected components are the groups of latents that R mixes, zeros made of quarter turns not counted",
  needs: ["symmetry.mixedComponents"],
  given: sizeUpTo(1, 6, 8).chain(mixing),
  examine: async ({ symmetry }, { rotation, groups }, expect) => {
    const found = await symmetry.mixedComponents(rotation);
    expect.is("components", JSON.stringify(found), JSON.stringify(groups));
  },
});

const signedPermutations = clause({
  says: "a signed permutation keeps every mean-field Gaussian mean-field, and relabels its variances",
  needs: ["symmetry.transformGaussian", "symmetry.preservesMeanField"],
  given: recordGiven(sizeUpTo(1, 6, 8), (d) => ({ p: signedPermutation(d), v: variances(d) })),
  examine: async ({ symmetry }, { p, v }, expect) => {
    const q = { mean: v.map((value) => value / 2), covariance: diagonal(v) };
    const { mean, covariance } = await symmetry.transformGaussian(p, q);
    const relabelled = p.map((row) => v[row.findIndex((entry) => entry !== 0)]!);
    expect.is("‖off-diagonal of PΣPᵀ‖", offDiagonalNorm(covariance), 0);
    const slack = expect.rounding("storing a variance", { c: 2, scale: Math.max(...v) });
    expect.closeVector("variances", diagonalOf(covariance), relabelled, slack);
    expect.closeVector("mean", mean, p.map((row) => dot(row, q.mean)), slack);
    expect.is("the criterion", await symmetry.preservesMeanField(p, v), true);
  },
});

const plane = clause({
  says: "in the plane of two latents the off-diagonal entry is (v₁ − v₂) sinθ cosθ",
  needs: ["symmetry.transformGaussian"],
  given: recordGiven(sizeUpTo(2, 5, 8), (d) => ({
    v: variances(d),
    axes: fc.shuffledSubarray(Array.from({ length: d }, (_, i) => i), { minLength: 2, maxLength: 2 }),
    angle: real(Math.PI),
  })),
  examine: async (subject, { v, axes, angle }, expect) => {
    const [i, k] = axes as [number, number];
    const covariance = await turnedCovariance(subject, planeRotation(v.length, i, k, angle), v);
    const expected = (v[i]! - v[k]!) * Math.sin(angle) * Math.cos(angle);
    const norm = Math.abs(expected) * Math.SQRT2, slack = rotationSlack(v, expect.epsilon);
    expect.close(`[${i}][${k}]`, covariance[i]![k]!, expected, slack);
    expect.close(`[${k}][${i}]`, covariance[k]![i]!, expected, slack);
    expect.close("‖off-diagonal of RΣRᵀ‖", offDiagonalNorm(covariance), norm, slack);
  },
});

const oneLatent = clause({
  says: "with one latent there is nothing to mix",
  needs: ["symmetry.mixedComponents", "symmetry.preservesMeanField", "symmetry.transformGaussian"],
  given: fc.record({ sign: fc.constantFrom(1, -1), v: variances(1), mean: vector(1, 2) }),
  examine: async ({ symmetry }, { sign, v, mean }, expect) => {
    const q = { mean, covariance: diagonal(v) };
    const turned = await symmetry.transformGaussian([[sign]], q);
    const slack = expect.rounding("storing a number", { c: 2, scale: v[0]! + 2 });
    expect.closeMatrix("variance", turned.covariance, q.covariance, slack);
    expect.closeVector("mean", turned.mean, [sign * mean[0]!], slack);
    expect.is("components", JSON.stringify(await symmetry.mixedComponents([[sign]])), "[[0]]");
    expect.is("the criterion", await symmetry.preservesMeanField([[sign]], v), true);
  },
});

export const U3 = law({
  id: "U3",
  title: "Darmois–Skitovitch, the Gaussian side",
  statement:
    "for q = N(μ, diag v), r#q is mean-field iff the variances are equal on every connected component of latents that R mixes",
  tex: tex`R\,\mathrm{diag}(v)\,R^\top\text{ diagonal}\iff v_i=v_k\text{ whenever }i\sim_R k,\qquad` +
    tex`\textstyle\sum_{i\ne j}\big(R\,\mathrm{diag}(v)R^\top\big)_{ij}^2=\sum_i\mathrm{Var}_{k\sim R_{ik}^2}(v_k)`,
  source: "Example: Isotropic Gaussian prior and orthogonal transforms",
  kind: "identity",
  assumptions: ["R orthogonal", "q a mean-field Gaussian"],
  clauses: [spread, criterion, components, signedPermutations, plane, oneLatent, answer],
});
