/**
 * S1 and S2: the optimal covariance, its value, and what any other covariance costs.
 *
 * @module
 */

import fc from "fast-check";
import { gramCase, jacobianOf, size } from "../arbitrary/jacobian.ts";
import { listOf, logUniform } from "../arbitrary/number.ts";
import { orthogonal } from "../arbitrary/rotation.ts";
import { spd, type SpdCase } from "../arbitrary/spd.ts";
import { type Clause, clause, law, tex, type Tolerance } from "../../contract/mod.ts";
import type { Matrix } from "../../contract/subject.ts";
import { choleskyFactor, columnSquares, gram, multiply, sum, transpose } from "../reference/algebra.ts";
import { constant, linearModel } from "../reference/linear_model.ts";
import { identityPlusGram, triangularFactor } from "../reference/identity_plus_gram.ts";
import { rawOf } from "../reference/raw_factor.ts";
import { covarianceLossTolerance, inverseTolerance } from "../tolerance.ts";
import {
  covarianceLoss,
  type CovarianceLossView,
  covarianceLossViews,
  factorOf,
  stretchCost,
} from "./loss.ts";

const full = { kind: "full" } as const;

/** The tolerance of a loss near its optimum, for a Jacobian. */
export function lossSlack(jacobian: Matrix, beta: number, epsilon: number): Tolerance {
  return covarianceLossTolerance(
    jacobian[0]!.length,
    identityPlusGram(jacobian, beta).conditioning.plain,
    beta,
    epsilon,
  );
}

const closedForm = clause({
  says: "it is (I + G/β)⁻¹, entry by entry, and symmetric",
  needs: ["optimalCovariance"],
  given: gramCase,
  examine: async ({ optimalCovariance }, { jacobian, beta }, expect) => {
    const { inverse, conditioning } = identityPlusGram(jacobian, beta);
    const slack = inverseTolerance(inverse.length, conditioning.plain, expect.epsilon);
    expect.mayRefuse(slack);
    const [sigma] = await optimalCovariance(full, [gram(jacobian)], beta);
    expect.closeMatrix("Σ*", sigma ?? [], inverse, slack);
    expect.closeMatrix("Σ*, transposed", transpose(sigma!), sigma!, slack);
  },
});

function value(view: CovarianceLossView): Clause {
  return clause({
    says: `its loss is (β/2) log|I + G/β| (${view.through})`,
    needs: ["optimalCovariance", ...view.needs],
    given: gramCase,
    examine: async (subject, { jacobian, beta }, expect) => {
      const { logDeterminant } = identityPlusGram(jacobian, beta);
      const slack = lossSlack(jacobian, beta, expect.epsilon);
      expect.mayRefuse(slack);
      const [sigma] = await subject.optimalCovariance(full, [gram(jacobian)], beta);
      const loss = await view.loss(subject, jacobian, factorOf("Σ*", sigma!, slack), beta);
      expect.close("loss at Σ*", loss, beta / 2 * logDeterminant, slack);
    },
  });
}

function unique(view: CovarianceLossView): Clause {
  return clause({
    says:
      `every other covariance costs more: stretched by λ it costs (β/2) Σ (λ − 1 − log λ) (${view.through})`,
    needs: ["optimalCovariance", ...view.needs],
    given: gramCase.chain((given) => {
      const d = given.jacobian[0]!.length;
      const lambdas = listOf(d, logUniform(-2, 2));
      return fc.record({ given: fc.constant(given), lambdas, r: orthogonal(d) });
    }),
    examine: async (subject, { given, lambdas, r }, expect) => {
      const { jacobian, beta } = given;
      const slack = lossSlack(jacobian, beta, expect.epsilon);
      expect.mayRefuse(slack);
      const [sigma] = await subject.optimalCovariance(full, [gram(jacobian)], beta);
      const factor = factorOf("Σ*", sigma!, slack);
      const root = multiply(factor, r.map((row) => row.map((entry, k) => entry * Math.sqrt(lambdas[k]!))));
      const stretched = factorOf("the stretched Σ*", multiply(root, transpose(root)), slack);
      const excess = await view.loss(subject, jacobian, stretched, beta) -
        await view.loss(subject, jacobian, factor, beta);
      const grown = { ...slack, value: slack.value * Math.max(1, ...lambdas) };
      expect.close("loss above the minimum", excess, stretchCost(lambdas, beta), grown);
    },
  });
}

const profiled = clause({
  says: "the profiled objective of the full family adds (β/2) log|I + G/β| and the prior, and nothing else",
  needs: ["objectives.profiled"],
  given: gramCase,
  examine: async ({ objectives }, { jacobian, beta }, expect) => {
    const slack = lossSlack(jacobian, beta, expect.epsilon);
    expect.mayRefuse(slack);
    const d = jacobian[0]!.length;
    const zeros = Array.from({ length: d + d * (d + 1) / 2 }, () => 0);
    const model = linearModel(jacobian, { encoder: constant(jacobian.length, zeros), family: full });
    const { terms } = await objectives.profiled({ model, x: [jacobian.map(() => 0)], beta });
    const total = (terms.curvature?.[0] ?? NaN) + (terms.kl?.[0] ?? NaN);
    expect.close("curvature + kl", total, beta / 2 * identityPlusGram(jacobian, beta).logDeterminant, slack);
  },
});

export const S1 = law({
  id: "S1",
  title: "The optimal covariance",
  statement:
    "Σ* = (I + G/β)⁻¹ is the unique minimiser of ½ tr(GΣ) + (β/2)(tr Σ − log|Σ| − d); its value is (β/2) log|I + G/β|",
  tex:
    tex`\operatorname*{arg\,min}_{\Sigma\succ0}\;\tfrac12\operatorname{tr}(G\Sigma)+\tfrac\beta2\left(\operatorname{tr}\Sigma-\log|\Sigma|-d\right)` +
    tex`=\left(I+\tfrac1\beta G\right)^{-1}`,
  source: "Gaussian p(z) and q(z|x)",
  kind: "identity",
  assumptions: ["G positive semi-definite", "β > 0"],
  clauses: [closedForm, ...covarianceLossViews.flatMap((view) => [value(view), unique(view)]), profiled],
});

/** A well-conditioned optimum and any covariance, of condition number up to 1e6. */
const anyCovariance = size.chain((given) =>
  fc.record({ jacobian: jacobianOf(given, 1), beta: logUniform(-2, 2), other: spd(given.latent) })
);

/** R L for the factor L of Σ and the triangular R with RᵀR = Σ*⁻¹: in coordinates in which Σ* = I, Σ is R L (R L)ᵀ. */
function whitened(jacobian: Matrix, beta: number, factor: Matrix): Matrix {
  return multiply(identityPlusGram(jacobian, beta).root, factor);
}

/** KL(N(0, Σ) ‖ N(0, Σ*)) = ½(‖RL‖²_F − d) − log|RL| in nats. */
function divergence(jacobian: Matrix, beta: number, factor: Matrix): number {
  const { root } = identityPlusGram(jacobian, beta);
  const logs = factor.map((row, i) => Math.log(Math.abs(row[i]! * root[i]![i]!)));
  return (sum(columnSquares(whitened(jacobian, beta, factor))) - factor.length) / 2 - sum(logs);
}

/**
 * Rounding of the loss, in which the other covariance may be large: tr(GΣ)/β is at most κ‖Σ‖, and the factor of Σ is known to
 * κ(Σ) ε.
 */
function divergenceSlack(jacobian: Matrix, beta: number, other: SpdCase, epsilon: number): Tolerance {
  const { plain } = identityPlusGram(jacobian, beta).conditioning;
  const kappa = plain * (1 + Math.max(...other.eigenvalues)) + other.kappa;
  return covarianceLossTolerance(jacobian[0]!.length, kappa, beta, epsilon);
}

function excess(view: CovarianceLossView): Clause {
  return clause({
    says: `the loss at Σ exceeds the minimum by β KL(N(0, Σ) ‖ N(0, Σ*)) (${view.through})`,
    needs: ["optimalCovariance", ...view.needs],
    given: anyCovariance,
    examine: async (subject, { jacobian, beta, other }, expect) => {
      const slack = divergenceSlack(jacobian, beta, other, expect.epsilon);
      expect.mayRefuse(slack);
      const [sigma] = await subject.optimalCovariance(full, [gram(jacobian)], beta);
      const optimum = factorOf("Σ*", sigma!, slack), factor = choleskyFactor(other.matrix);
      const difference = await view.loss(subject, jacobian, factor, beta) -
        await view.loss(subject, jacobian, optimum, beta);
      expect.close("loss(Σ) − loss(Σ*)", difference, beta * divergence(jacobian, beta, factor), slack);
    },
  });
}

const subjectKl = clause({
  says: "the KL of the subject, in coordinates in which Σ* is the prior, is that excess",
  needs: ["kl"],
  given: anyCovariance,
  examine: async (subject, { jacobian, beta, other }, expect) => {
    const slack = divergenceSlack(jacobian, beta, other, expect.epsilon);
    const factor = choleskyFactor(other.matrix);
    const upper = triangularFactor(transpose(whitened(jacobian, beta, factor)));
    const lower = transpose(upper.map((row, i) => row.map((entry) => entry * Math.sign(row[i]!))));
    const [kl] = await subject.kl(full, [factor.map(() => 0)], [rawOf(full, lower)]);
    const excess = covarianceLoss(gram(jacobian), factor, beta) -
      beta / 2 * identityPlusGram(jacobian, beta).logDeterminant;
    expect.close("β KL", beta * (kl ?? NaN), excess, slack);
  },
});

export const S2 = law({
  id: "S2",
  title: "The excess is a divergence",
  statement: "at any Σ ≻ 0 the loss exceeds its minimum by exactly β KL(N(0, Σ) ‖ N(0, Σ*))",
  tex:
    tex`\ell(\Sigma)-\ell(\Sigma^*)=\beta\,\mathrm{KL}\left(\mathcal N(0,\Sigma)\,\|\,\mathcal N(0,\Sigma^*)\right)`,
  source: "Gaussian p(z) and q(z|x)",
  kind: "identity",
  assumptions: ["Σ positive definite"],
  clauses: [...covarianceLossViews.map(excess), subjectKl],
});
