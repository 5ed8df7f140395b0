/**
 * T3: the Hessian of the log-likelihood in the latents, by the chain rule.
 *
 * @module
 */

import { logLikelihoodHessian } from "../../oracle/expectation.ts";
import { smoothActivations } from "../arbitrary/network.ts";
import { type TaylorPoint, taylorPoint } from "../arbitrary/taylor_point.ts";
import { type Able, added, clause, law, tex } from "../../contract/mod.ts";
import type { Matrix, Vector } from "../../contract/subject.ts";
import { secondDifference } from "../implementation/difference.ts";
import { apply, sum, tabulate, transpose } from "../reference/algebra.ts";
import { directionTolerance, termTolerances } from "./term_tolerance.ts";

/** What H_f is made of. */
export const hessianParts = [
  "apply",
  "jacobian",
  "secondDirectional",
  "logDensityGradient",
  "curvature",
] as const;

/** lᵀ(JᵀH_pJ + Σ_k (∂log p/∂g_k) ∇²g_k) l for every column l of `directions` `[latent][k]`. */
export async function hessianAlong(
  subject: Able<typeof hessianParts[number]>,
  point: TaylorPoint,
  directions: Matrix,
): Promise<number[]> {
  const { decoder, likelihood, x, mean } = point;
  const [g] = await subject.apply(decoder, [mean]);
  const [j] = await subject.jacobian(decoder, [mean]);
  const [second] = await subject.secondDirectional(decoder, [mean], [directions]);
  const [gradient] = await subject.logDensityGradient(likelihood, [x], [g!]);
  const [w] = await subject.curvature(likelihood, [x], [g!]);
  return transpose(directions).map((l, column) => {
    const moved = apply(j!, l);
    return sum(moved.map((t, k) => -w![k]! * t ** 2 + gradient![k]! * second![k]![column]!));
  });
}

/** e_i, then e_i + e_k for i < k, as columns. */
function probes(
  d: number,
): { readonly directions: Matrix; readonly pairs: readonly (readonly [number, number])[] } {
  const pairs = Array.from({ length: d }, (_, i) => i)
    .flatMap((i) => Array.from({ length: d - i - 1 }, (_, k) => [i, i + k + 1] as const));
  const columns = [
    ...tabulate(d, d, (i, j) => Number(i === j)),
    ...pairs.map(([i, k]) => Array.from({ length: d }, (_, j) => Number(j === i || j === k))),
  ];
  return { directions: transpose(columns), pairs };
}

const chainRule = clause({
  says:
    "H_f = JᵀH_pJ + Σ_k (∂log p/∂g_k) ∇²g_k, entry by entry, by hyper-dual numbers through the whole of log p(x|g(z))",
  needs: hessianParts,
  given: taylorPoint(),
  examine: async (subject, point, expect) => {
    const { decoder, likelihood, x, mean } = point;
    const expected = logLikelihoodHessian(decoder, likelihood, x, mean);
    const { directions, pairs } = probes(mean.length);
    const along = await hessianAlong(subject, point, directions);
    const slack = directionTolerance(point, directions, expect.epsilon);
    mean.forEach((_, i) => expect.close(`H_f [${i}][${i}]`, along[i]!, expected[i]![i]!, slack));
    // Polarisation: 2 H_ik = (e_i + e_k)ᵀH(e_i + e_k) − H_ii − H_kk.
    pairs.forEach(([i, k], at) => {
      const entry = (along[mean.length + at]! - along[i]! - along[k]!) / 2;
      expect.close(`H_f [${i}][${k}]`, entry, expected[i]![k]!, added(slack, slack, slack));
    });
  },
});

const differences = clause({
  says: "it is the second derivative of log p(x|g(z)) by differences of its values, along e_1",
  needs: [...hessianParts, "logDensity"],
  given: taylorPoint({ decoder: { activations: smoothActivations, hidden: 1 } }),
  examine: async (subject, point, expect) => {
    const { decoder, likelihood, x, mean } = point;
    const direction: Vector = mean.map((_, i) => Number(i === 0));
    const [along] = await hessianAlong(subject, point, transpose([direction]));
    const slack = directionTolerance(point, transpose([direction]), expect.epsilon);
    // Within the reach of the differences the rounding of −log p is of the size it has at h.
    const rounding = 4 * termTolerances(point, expect.epsilon).reconstruction.value;
    const { value, error } = await secondDifference(async (t) => {
      const [g] = await subject.apply(decoder, [mean.map((m, i) => m + t * direction[i]!)]);
      return (await subject.logDensity(likelihood, [x], [g!]))[0]!;
    }, rounding);
    const rough = expect.rounding("differences of values", { c: 0, floor: error });
    expect.close("H_f [0][0]", along!, value, added(slack, rough));
  },
});

export const T3 = law({
  id: "T3",
  title: "The Hessian in the latents",
  statement: "H_f = JᵀH_pJ + Σ_k (∂log p/∂g_k) ∇²g_k",
  tex:
    tex`H_f=\nabla_z^2\log p(x\mid g(z))=J^\top H_p\,J+\sum_k\frac{\partial\log p}{\partial g_k}\,\nabla^2g_k`,
  source: "Taylor approximation around μ",
  kind: "identity",
  assumptions: ["g is twice differentiable at h"],
  expected: "holds under stated assumptions",
  clauses: [chainRule, differences],
});
