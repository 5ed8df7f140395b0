/**
 * S3: the eigenvalues of the optimal covariance.
 *
 * @module
 */

import fc from "fast-check";
import { beta, listOf, logUniform, recordGiven } from "../arbitrary/number.ts";
import { dataFor, likelihood, logit } from "../arbitrary/likelihood.ts";
import { jacobianOf, singularValues, size, withSingularValues } from "../arbitrary/jacobian.ts";
import { clause, law, type Ledger, summation, tex, type Tolerance } from "../../contract/mod.ts";
import type { LikelihoodSpec, Matrix, Vector } from "../../contract/subject.ts";
import { affine } from "../reference/linear_model.ts";
import { eigen, gram, sum } from "../reference/algebra.ts";
import { inverseTolerance } from "../tolerance.ts";

const full = { kind: "full" } as const;

/** β/(β + s²) in increasing order for the d squared singular values, some of them 0. */
function expectedEigenvalues(squares: readonly number[], latent: number, beta: number): number[] {
  return Array.from({ length: latent }, (_, i) => beta / (beta + (squares[i] ?? 0))).toSorted((a, b) =>
    a - b
  );
}

function compare(sigma: Matrix, expected: readonly number[], slack: Tolerance, expect: Ledger): void {
  expect.is("rows of Σ*", sigma.length, expected.length);
  const { values } = eigen(sigma);
  expect.closeVector("eigenvalues of Σ*", values, expected, slack);
  expect.atLeast("the smallest eigenvalue", values[0]!, 0, slack);
  expect.atMost("the largest eigenvalue", values.at(-1)!, 1, slack);
}

const fromJacobian = clause({
  says: "they are β/(β + s²) for the singular values s of J, and 1 for every latent without one",
  needs: ["optimalCovariance"],
  given: recordGiven(size, (size) => ({
    factored: withSingularValues(size, singularValues(size, 4)),
    beta,
    latent: size.latent,
  })),
  examine: async ({ optimalCovariance }, { factored, beta, latent }, expect) => {
    const squares = factored.singular.map((s) => s * s);
    const slack = inverseTolerance(latent, 1 + sum(squares) / beta, expect.epsilon);
    expect.mayRefuse(slack);
    const [sigma] = await optimalCovariance(full, [gram(factored.jacobian)], beta);
    compare(sigma!, expectedEigenvalues(squares, latent, beta), slack, expect);
  },
});

/** w = −diag H_p by its formula: 1/σ², or m(1 − m) at the logit g, from the nearer end. */
function weight(spec: LikelihoodSpec, g: number): number {
  if (spec.kind === "gaussian") return 1 / spec.variance;
  const small = Math.exp(-Math.abs(g));
  return small / (1 + small) ** 2;
}

const throughLikelihood = clause({
  says: "with a likelihood s are the singular values of (−H_p)^½ J, saturated Bernoulli included",
  needs: ["gram", "curvature", "optimalCovariance"],
  given: recordGiven(fc.tuple(size, likelihood), ([size, likelihood]) => ({
    jacobian: jacobianOf(size, 1),
    beta: logUniform(-2, 2),
    likelihood,
    x: dataFor(likelihood, 1, size.data),
    g: listOf(size.data, logit),
  })),
  examine: async (subject, { jacobian, beta, likelihood, x, g }, expect) => {
    const latent = jacobian[0]!.length;
    const weights: Vector = g.map((entry) => weight(likelihood, entry));
    const weighted = jacobian.map((row, k) => row.map((entry) => Math.sqrt(weights[k]!) * entry));
    const squares = eigen(gram(weighted)).values.map((value) => Math.max(0, value)).toReversed();
    const slack = inverseTolerance(latent, 1 + sum(squares) / beta, expect.epsilon);
    expect.mayRefuse(slack);
    const curvature = await subject.curvature(likelihood, x, [g]);
    const rounding = summation(4, Math.max(...weights), expect.epsilon);
    expect.closeVector("−diag H_p", curvature[0] ?? [], weights, rounding);
    const decoder = affine(jacobian, jacobian.map(() => 0));
    const grams = await subject.gram(decoder, [jacobian[0]!.map(() => 0)], curvature);
    const [sigma] = await subject.optimalCovariance(full, grams, beta);
    compare(sigma!, expectedEigenvalues(squares, latent, beta), slack, expect);
  },
});

export const S3 = law({
  id: "S3",
  title: "The spectrum of the optimal covariance",
  statement: "the eigenvalues of Σ* are β/(β + s_i²), s_i the singular values of (−H_p)^½ J; so 0 ≺ Σ* ⪯ I",
  tex:
    tex`\lambda_i(\Sigma^*)=\frac{\beta}{\beta+s_i^2},\quad s_i=\sigma_i\left((-H_p)^{1/2}J\right),\qquad0\prec\Sigma^*\preceq I`,
  source: "Gaussian p(z) and q(z|x)",
  kind: "identity",
  assumptions: ["log p concave in g"],
  clauses: [fromJacobian, throughLikelihood],
});
