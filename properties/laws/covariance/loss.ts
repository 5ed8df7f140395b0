/**
 * Two ways to the loss of a covariance, ½ tr(GΣ) + (β/2)(tr Σ − log|Σ| − d): the formula itself, or the Taylor (Jacobian)
 * objective of a subject at a linear decoder and h = 0.
 *
 * @module
 */

import { type Able, type Capability, type Tolerance, Violation } from "../../contract/mod.ts";
import type { Matrix } from "../../contract/subject.ts";
import {
  choleskyFactor,
  gram,
  multiply,
  sum,
  trace,
  traceOfProduct,
  transpose,
} from "../reference/algebra.ts";
import { constant, linearModel } from "../reference/linear_model.ts";
import { rawOf } from "../reference/raw_factor.ts";

/** A way to the loss of the covariance L Lᵀ. */
export interface CovarianceLossView {
  readonly through: string;
  /** What it uses of a subject. */
  readonly needs: readonly Capability[];
  readonly loss: (
    subject: Able<Capability>,
    jacobian: Matrix,
    factor: Matrix,
    beta: number,
  ) => number | Promise<number>;
}

/** By the formula. */
const byFormula: CovarianceLossView = {
  through: "by the formula",
  needs: [],
  loss: (_, jacobian, factor, beta) => covarianceLoss(gram(jacobian), factor, beta),
};

/** By the Taylor (Jacobian) objective: its curvature and KL terms. */
const byTaylorLoss: CovarianceLossView = {
  through: "by the Taylor (Jacobian) objective",
  needs: ["objectives.taylor-jacobian"],
  loss: async (subject, jacobian, factor, beta) => {
    const zeros = jacobian[0]!.map(() => 0);
    const family = { kind: "full" } as const;
    const raw = rawOf(family, factor);
    const model = linearModel(jacobian, { encoder: constant(jacobian.length, [...zeros, ...raw]), family });
    const { terms } = await subject.objectives["taylor-jacobian"]({
      model,
      x: [jacobian.map(() => 0)],
      beta,
    });
    return (terms.curvature?.[0] ?? NaN) + (terms.kl?.[0] ?? NaN);
  },
};

/** Both ways. */
export const covarianceLossViews: readonly CovarianceLossView[] = [byFormula, byTaylorLoss];

/** ½ tr(GΣ) + (β/2)(tr Σ − log|Σ| − d) for Σ = L Lᵀ, L lower triangular. */
export function covarianceLoss(g: Matrix, factor: Matrix, beta: number): number {
  const sigma = multiply(factor, transpose(factor));
  const logDeterminant = 2 * sum(factor.map((row, i) => Math.log(row[i]!)));
  return (traceOfProduct(g, sigma) + beta * (trace(sigma) - logDeterminant - g.length)) / 2;
}

/**
 * The Cholesky factor of a covariance that a subject gave. One that is not positive definite violates the law, unless the
 * case is beyond the precision.
 */
export function factorOf(what: string, sigma: Matrix, slack: Tolerance): Matrix {
  const factor = choleskyFactor(sigma.map((row, i) => row.map((entry, j) => (entry + sigma[j]![i]!) / 2)));
  if (factor.flat().every(Number.isFinite)) return factor;
  if (!slack.resolved) {
    throw new RangeError(`${what} is not positive definite, beyond the precision of the subject`);
  }
  throw new Violation(what, "not positive definite", "positive definite", 0, "exact");
}

/** (β/2) Σ (λ − 1 − log λ): what it costs to stretch the optimal covariance by the eigenvalues λ. */
export function stretchCost(lambdas: readonly number[], beta: number): number {
  return beta / 2 * sum(lambdas.map((lambda) => lambda - 1 - Math.log(lambda)));
}
