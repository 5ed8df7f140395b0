/**
 * T5 and T6: a Taylor loss sees a posterior through its mean and covariance only, by whatever square root.
 *
 * @module
 */

import fc from "fast-check";
import { logLikelihoodHessian } from "../../oracle/expectation.ts";
import { asCase, factorOf, type TaylorPoint, taylorPoint } from "../arbitrary/taylor_point.ts";
import { divisors } from "../arbitrary/model.ts";
import { recordGiven } from "../arbitrary/number.ts";
import { orthogonal } from "../arbitrary/rotation.ts";
import { added, clause, law, tex, type Tolerance, tolerance } from "../../contract/mod.ts";
import type { FamilySpec } from "../../contract/subject.ts";
import {
  apply,
  dot,
  eigen,
  identity,
  multiply,
  sum,
  traceOfProduct,
  transpose,
} from "../reference/algebra.ts";
import { blockSizeOf, rawOf } from "../reference/raw_factor.ts";
import { directionTolerance, only, termTolerances } from "./term_tolerance.ts";
import { hessianAlong, hessianParts } from "./hessian.ts";

/** Every other family that holds the posteriors of this one; for the full family that is one block of d. */
function largerFamilies(family: FamilySpec, latent: number): FamilySpec[] {
  if (family.kind === "full") return [{ kind: "block", size: latent }];
  const size = blockSizeOf(family, latent);
  const blocks = divisors(latent).filter((larger) => larger % size === 0)
    .map((larger): FamilySpec => ({ kind: "block", size: larger }));
  const meanField: FamilySpec[] = family.kind === "isotropic" ? [{ kind: "mean-field" }] : [];
  return [...meanField, ...blocks, { kind: "full" }];
}

const nested = clause({
  says: "the same N(h, Σ) has the same Taylor losses, in whichever family its factor is written",
  needs: ["objectives.taylor-hessian", "objectives.taylor-jacobian"],
  given: fc.record({ point: taylorPoint(), pick: fc.nat(5) }),
  examine: async ({ objectives }, { point, pick }, expect) => {
    const l = factorOf(point);
    const slack = termTolerances(point, expect.epsilon);
    const larger = largerFamilies(point.family, point.mean.length);
    const family = larger[pick % larger.length]!;
    const same: TaylorPoint = { ...point, family, raw: rawOf(family, l) };
    for (const name of ["taylor-hessian", "taylor-jacobian"] as const) {
      const first = await objectives[name](asCase(point));
      const { terms, loss } = await objectives[name](asCase(same));
      const whole = added(slack.reconstruction, slack.hessian, slack.kl);
      expect.close(`${name} in ${family.kind}`, loss, first.loss, whole);
      const curvature = only(first.terms.curvature);
      expect.close(`curvature in ${family.kind}`, only(terms.curvature), curvature, slack.hessian);
    }
  },
});

const squareRoots = clause({
  says:
    "z = h + A u with uncorrelated u of variance 1 has the same curvature term for every A with AAᵀ = Σ: A = L and A = LR",
  needs: [...hessianParts, "objectives.taylor-hessian"],
  given: recordGiven(taylorPoint(), (point) => ({ point, r: orthogonal(point.mean.length) })),
  examine: async (subject, { point, r }, expect) => {
    const a = multiply(factorOf(point), r);
    const [along] = await hessianAlong(subject, point, [point.mean], a);
    const { terms } = await subject.objectives["taylor-hessian"](asCase(point));
    const turned = directionTolerance(point, a, expect.epsilon);
    const sides = { ...turned, value: turned.value * point.mean.length };
    const slack = added(termTolerances(point, expect.epsilon).hessian, sides);
    expect.close("curvature, and along the columns of LR", only(terms.curvature), -sum(along!) / 2, slack);
  },
});

const fromCovariance = clause({
  says: "the curvature terms are ½ tr(GΣ) and −½ tr(H_f Σ), with Σ and G as matrices",
  needs: [
    "objectives.taylor-hessian",
    "objectives.taylor-jacobian",
    "covariance",
    "gram",
    "apply",
    "curvature",
  ],
  given: taylorPoint(),
  examine: async (subject, point, expect) => {
    const { decoder, likelihood, x, mean, family, raw } = point;
    const [sigma] = await subject.covariance(family, mean.length, [raw]);
    const [g] = await subject.apply(decoder, [mean]);
    const w = await subject.curvature(likelihood, [x], [g!]);
    const [gram] = await subject.gram(decoder, [mean], w);
    const hessian = logLikelihoodHessian(decoder, likelihood, x, mean);
    const slack = traceTolerance(point, expect.epsilon);
    const gaussNewton = await subject.objectives["taylor-jacobian"](asCase(point));
    const full = await subject.objectives["taylor-hessian"](asCase(point));
    expect.close("½ tr(GΣ)", only(gaussNewton.terms.curvature), traceOfProduct(gram!, sigma!) / 2, slack);
    expect.close("−½ tr(H_f Σ)", only(full.terms.curvature), -traceOfProduct(hessian, sigma!) / 2, slack);
  },
});

const overColumns = clause({
  says: "tr(GΣ) = Σ_i l_iᵀ G l_i over the columns of the Cholesky factor of Σ",
  needs: ["covariance", "cholesky", "gram"],
  given: taylorPoint(),
  examine: async (subject, point, expect) => {
    const { decoder, mean, family, raw } = point;
    const [sigma] = await subject.covariance(family, mean.length, [raw]);
    const [l] = await subject.cholesky([sigma!]);
    const [gram] = await subject.gram(decoder, [mean]);
    const columns = sum(transpose(l!).map((column) => dot(column, apply(gram!, column))));
    const plain: TaylorPoint = { ...point, likelihood: { kind: "gaussian", variance: 1 } };
    const slack = traceTolerance(plain, expect.epsilon);
    expect.close("Σ_i l_iᵀ G l_i", columns, traceOfProduct(gram!, sigma!), added(slack, slack));
    expect.closeMatrix("L", l!, factorOf(point), factorTolerance(point, expect.epsilon));
  },
});

/** tr(HΣ) as a sum over entries: H's entries are known to their own rounding, which Σ's entries then magnify. */
export function traceTolerance(point: TaylorPoint, epsilon: number): Tolerance {
  const l = factorOf(point), d = l.length;
  const spread = sum(l.flat().map((entry) => entry ** 2));
  const entries = directionTolerance(point, identity(d), epsilon);
  return added(termTolerances(point, epsilon).hessian, { ...entries, value: d * d * entries.value * spread });
}

/** L from Σ = LLᵀ: the rounding of Σ magnified by its condition number, block by block at most κ(Σ). */
function factorTolerance(point: TaylorPoint, epsilon: number): Tolerance {
  const l = factorOf(point), d = l.length;
  const { values } = eigen(multiply(l, transpose(l)));
  return tolerance("Cholesky factor: rounding of Σ magnified by κ(Σ)", {
    c: 8 * d * (d + 2) * (1 + Math.max(...point.raw.map(Math.abs))),
    kappa: values.at(-1)! / values[0]!,
    epsilon,
    scale: Math.sqrt(values.at(-1)!),
  });
}

export const T5 = law({
  id: "T5",
  title: "Two moments are all it sees",
  statement: "two posteriors with the same mean and covariance have the same Taylor loss",
  tex:
    tex`\mathbb E_q[z]=\mathbb E_{q'}[z],\ \operatorname{Cov}_q=\operatorname{Cov}_{q'}\;\Rightarrow\;\mathcal L_{H_f}(q)=\mathcal L_{H_f}(q'),\ \mathcal L_G(q)=\mathcal L_G(q')`,
  source: "Taylor approximation around μ",
  kind: "identity",
  assumptions: ["the same KL term"],
  clauses: [nested, squareRoots],
});

export const T6 = law({
  id: "T6",
  title: "The trace by columns",
  statement: "tr(HΣ) = Σ_i l_iᵀ H l_i over the columns l_i of L, Σ = LLᵀ",
  tex: tex`\operatorname{tr}(H\Sigma)=\sum_{i=1}^d l_i^\top H\,l_i,\qquad\Sigma=LL^\top`,
  source: "Taylor approximation around μ",
  kind: "identity",
  clauses: [fromCovariance, overColumns],
});
