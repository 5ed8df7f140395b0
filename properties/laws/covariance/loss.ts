/**
 * Two ways to the loss of a covariance, ½ tr(GΣ) + (β/2)(tr Σ − log|Σ| − d): the formula itself, or the Taylor (Jacobian)
 * objective of a subject at a linear decoder and h = 0.
 *
 * @module
 */

import type { JacobianCase } from "../arbitrary/jacobian.ts";
import {
  type Able,
  type Capability,
  type Clause,
  clause,
  type ClauseSpec,
  type Ledger,
  type Tolerance,
  Violation,
} from "../../contract/mod.ts";
import type { Eventually, FamilySpec, Matrix, ObjectiveValue } from "../../contract/subject.ts";
import {
  choleskyFactor,
  gram,
  multiply,
  sum,
  trace,
  traceOfProduct,
  transpose,
} from "../reference/algebra.ts";
import { linearCase } from "../reference/linear_model.ts";
import { rawOf } from "../reference/raw_factor.ts";

/** A way to the loss of the covariance L Lᵀ. */
interface CovarianceLossView {
  readonly through: string;
  /** What it uses of a subject. */
  readonly needs: readonly Capability[];
  readonly loss: (subject: Able<Capability>, given: JacobianCase, factor: Matrix) => Eventually<number>;
}

const full = { kind: "full" } as const;

const byFormula: CovarianceLossView = {
  through: "by the formula",
  needs: [],
  loss: (_, { jacobian, beta }, factor) => covarianceLoss(gram(jacobian), factor, beta),
};

/** By the curvature and KL terms. */
const byTaylorLoss: CovarianceLossView = {
  through: "by the Taylor (Jacobian) objective",
  needs: ["objectives.taylor-jacobian"],
  loss: async (subject, given, factor) => {
    const at = linearCase(given, { family: full, raw: rawOf(full, factor) });
    return curvatureAndKl(await subject.objectives["taylor-jacobian"](at));
  },
};

/** The terms of a loss that depend on the covariance, for one example. */
export function curvatureAndKl({ terms }: ObjectiveValue): number {
  return (terms.curvature?.[0] ?? NaN) + (terms.kl?.[0] ?? NaN);
}

/** What a clause asks for, whichever way a loss is computed. */
interface Ask {
  /** The loss of L Lᵀ. */
  readonly loss: (given: JacobianCase, factor: Matrix) => Eventually<number>;
  /** L of the optimal covariance of a family, the full one when absent; the subject may refuse where the tolerance is not resolved. */
  readonly optimum: (given: JacobianCase, slack: Tolerance, family?: FamilySpec) => Promise<Matrix>;
}

/** A clause about losses at and near the optimal covariance, whichever way they are computed. */
export function lossClause<T>(
  spec: Pick<ClauseSpec<Capability, T>, "says" | "given"> & {
    readonly examine: (ask: Ask, given: T, expect: Ledger) => Promise<void>;
  },
): (view: CovarianceLossView) => Clause {
  return (view) =>
    clause({
      ...spec,
      says: `${spec.says} (${view.through})`,
      needs: ["optimalCovariance", ...view.needs],
      examine: (subject, given, expect) => {
        const loss: Ask["loss"] = (at, factor) => view.loss(subject, at, factor);
        const optimum: Ask["optimum"] = async ({ jacobian, beta }, slack, family = full) => {
          expect.mayRefuse(slack);
          const [sigma] = await subject.optimalCovariance(family, [gram(jacobian)], beta);
          return factorOf("Σ*", sigma!, slack);
        };
        return spec.examine({ loss, optimum }, given, expect);
      },
    });
}

/** All of the clauses by the formula, then all of them by the objective. */
export function throughEachLoss(
  ...clauses: readonly ((view: CovarianceLossView) => Clause)[]
): readonly Clause[] {
  return [byFormula, byTaylorLoss].flatMap((view) => clauses.map((make) => make(view)));
}

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
