/**
 * T3: the Hessian of the log-likelihood in the latents, by the chain rule.
 *
 * @module
 */

import { logLikelihoodHessian } from "../../oracle/expectation.ts";
import { smoothActivations } from "../arbitrary/network.ts";
import { type TaylorPoint, taylorPoint } from "../arbitrary/taylor_point.ts";
import { type Able, added, clause, law, tex } from "../../contract/mod.ts";
import type { Matrix } from "../../contract/subject.ts";
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

/** What log p(x|g(z)) is a function of: a decoder with a data point `[data]`. */
export type Situation = Pick<TaylorPoint, "decoder" | "likelihood" | "x">;

/** lᵀ(JᵀH_pJ + Σ_k (∂log p/∂g_k) ∇²g_k) l `[row][k]` at every row of z for every column l of `directions` `[latent][k]`. */
export async function hessianAlong(
  subject: Able<typeof hessianParts[number]>,
  { decoder, likelihood, x }: Situation,
  z: Matrix,
  directions: Matrix,
): Promise<number[][]> {
  const copies = z.map(() => x);
  const g = await subject.apply(decoder, z);
  const jacobians = await subject.jacobian(decoder, z);
  const seconds = await subject.secondDirectional(decoder, z, z.map(() => directions));
  const slopes = await subject.logDensityGradient(likelihood, copies, g);
  const weights = await subject.curvature(likelihood, copies, g);
  return z.map((_, row) =>
    transpose(directions).map((l, column) => {
      const moved = apply(jacobians[row]!, l);
      const bend = (k: number): number => slopes[row]![k]! * seconds[row]![k]![column]!;
      return sum(moved.map((t, k) => -weights[row]![k]! * t ** 2 + bend(k)));
    })
  );
}

/** Columns i d + k: e_i for i = k, else e_i + e_k. */
function probes(d: number): Matrix {
  return tabulate(d, d * d, (j, column) => Number(j === Math.floor(column / d) || j === column % d));
}

/** H_f `[row][latent][latent]` at every row of z, by polarisation: 2 H_ik = (e_i + e_k)ᵀH(e_i + e_k) − H_ii − H_kk. */
export async function hessians(
  subject: Able<typeof hessianParts[number]>,
  at: Situation,
  z: Matrix,
): Promise<number[][][]> {
  const d = z[0]!.length, along = await hessianAlong(subject, at, z, probes(d));
  return along.map((h) =>
    tabulate(d, d, (i, k) => (i === k ? h[i * d + i]! : (h[i * d + k]! - h[i * d + i]! - h[k * d + k]!) / 2))
  );
}

const chainRule = clause({
  says:
    "H_f = JᵀH_pJ + Σ_k (∂log p/∂g_k) ∇²g_k, entry by entry, by hyper-dual numbers through the whole of log p(x|g(z))",
  needs: hessianParts,
  given: taylorPoint(),
  examine: async (subject, point, expect) => {
    const { decoder, likelihood, x, mean } = point;
    const expected = logLikelihoodHessian(decoder, likelihood, x, mean);
    const [found] = await hessians(subject, point, [mean]);
    const slack = directionTolerance(point, probes(mean.length), expect.epsilon);
    const polarised = added(slack, slack, slack);
    found!.forEach((row, i) =>
      row.slice(i).forEach((entry, at) =>
        expect.close(`H_f [${i}][${i + at}]`, entry, expected[i]![i + at]!, at === 0 ? slack : polarised)
      )
    );
  },
});

const differences = clause({
  says: "it is the second derivative of log p(x|g(z)) by differences of its values, along e_1",
  needs: [...hessianParts, "logDensity"],
  given: taylorPoint({ decoder: { activations: smoothActivations, hidden: 1 } }),
  examine: async (subject, point, expect) => {
    const { decoder, likelihood, x, mean } = point;
    const direction = mean.map((_, i) => [Number(i === 0)]);
    const [along] = await hessianAlong(subject, point, [mean], direction);
    const slack = directionTolerance(point, direction, expect.epsilon);
    // Within the reach of the differences the rounding of −log p is of the size it has at h.
    const rounding = 4 * termTolerances(point, expect.epsilon).reconstruction.value;
    const { value, error } = await secondDifference(async (t) => {
      const [g] = await subject.apply(decoder, [mean.map((m, i) => m + t * direction[i]![0]!)]);
      return (await subject.logDensity(likelihood, [x], [g!]))[0]!;
    }, rounding);
    const rough = expect.rounding("differences of values", { c: 0, floor: error });
    expect.close("H_f [0][0]", along![0]!, value, added(slack, rough));
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
