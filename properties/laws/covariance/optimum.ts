/**
 * S1 and S2: the optimal covariance, its value, and what any other covariance costs.
 *
 * @module
 */

import { gramCase, type JacobianCase, jacobianOf, size } from "../arbitrary/jacobian.ts";
import { listOf, logUniform, recordGiven } from "../arbitrary/number.ts";
import { orthogonal } from "../arbitrary/rotation.ts";
import { spd, type SpdCase } from "../arbitrary/spd.ts";
import { clause, law, tex, type Tolerance } from "../../contract/mod.ts";
import type { Matrix } from "../../contract/subject.ts";
import { choleskyFactor, columnSquares, gram, multiply, sum, transpose } from "../reference/algebra.ts";
import { linearCase } from "../reference/linear_model.ts";
import { identityPlusGram, triangularFactor } from "../reference/identity_plus_gram.ts";
import { rawOf } from "../reference/raw_factor.ts";
import { covarianceLossTolerance, inverseTolerance } from "../tolerance.ts";
import {
  covarianceLoss,
  curvatureAndKl,
  factorOf,
  lossClause,
  stretchCost,
  throughEachLoss,
} from "./loss.ts";

const full = { kind: "full" } as const;

/** The tolerance of a loss near its optimum, for a Jacobian. */
export function lossSlack({ jacobian, beta }: JacobianCase, epsilon: number): Tolerance {
  const { plain } = identityPlusGram(jacobian, beta).conditioning;
  return covarianceLossTolerance(jacobian[0]!.length, plain, beta, epsilon);
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

const value = lossClause({
  says: "its loss is (β/2) log|I + G/β|",
  given: gramCase,
  examine: async ({ loss, optimum }, given, expect) => {
    const slack = lossSlack(given, expect.epsilon);
    const expected = given.beta / 2 * identityPlusGram(given.jacobian, given.beta).logDeterminant;
    expect.close("loss at Σ*", await loss(given, await optimum(given, slack)), expected, slack);
  },
});

const unique = lossClause({
  says: "every other covariance costs more: stretched by λ it costs (β/2) Σ (λ − 1 − log λ)",
  given: recordGiven(gramCase, (given) => {
    const d = given.jacobian[0]!.length;
    return { given, lambdas: listOf(d, logUniform(-2, 2)), r: orthogonal(d) };
  }),
  examine: async ({ loss, optimum }, { given, lambdas, r }, expect) => {
    const slack = lossSlack(given, expect.epsilon);
    const factor = await optimum(given, slack);
    const root = multiply(factor, r.map((row) => row.map((entry, k) => entry * Math.sqrt(lambdas[k]!))));
    const stretched = factorOf("the stretched Σ*", multiply(root, transpose(root)), slack);
    const excess = await loss(given, stretched) - await loss(given, factor);
    const grown = { ...slack, value: slack.value * Math.max(1, ...lambdas) };
    expect.close("loss above the minimum", excess, stretchCost(lambdas, given.beta), grown);
  },
});

const profiled = clause({
  says: "the profiled objective of the full family adds (β/2) log|I + G/β| and the prior, and nothing else",
  needs: ["objectives.profiled"],
  given: gramCase,
  examine: async ({ objectives }, given, expect) => {
    const slack = lossSlack(given, expect.epsilon);
    expect.mayRefuse(slack);
    const total = curvatureAndKl(await objectives.profiled(linearCase(given, { family: full })));
    const expected = given.beta / 2 * identityPlusGram(given.jacobian, given.beta).logDeterminant;
    expect.close("curvature + kl", total, expected, slack);
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
  clauses: [closedForm, ...throughEachLoss(value, unique), profiled],
});

/** A well-conditioned optimum and any covariance, of condition number up to 1e6. */
const anyCovariance = recordGiven(
  size,
  (size) => ({ jacobian: jacobianOf(size, 1), beta: logUniform(-2, 2), other: spd(size.latent) }),
);

/** KL(N(0, Σ) ‖ N(0, Σ*)) = ½(‖RL‖²_F − d) − log|RL| in nats, for Σ = L Lᵀ and the triangular R with RᵀR = Σ*⁻¹. */
function divergence({ jacobian, beta }: JacobianCase, factor: Matrix): number {
  const { root } = identityPlusGram(jacobian, beta);
  const logs = factor.map((row, i) => Math.log(Math.abs(row[i]! * root[i]![i]!)));
  return (sum(columnSquares(multiply(root, factor))) - factor.length) / 2 - sum(logs);
}

/**
 * Rounding of the loss, in which the other covariance may be large: tr(GΣ)/β is at most κ‖Σ‖, and the factor of Σ is known to
 * κ(Σ) ε.
 */
function divergenceSlack({ jacobian, beta }: JacobianCase, other: SpdCase, epsilon: number): Tolerance {
  const { plain } = identityPlusGram(jacobian, beta).conditioning;
  const kappa = plain * (1 + Math.max(...other.eigenvalues)) + other.kappa;
  return covarianceLossTolerance(jacobian[0]!.length, kappa, beta, epsilon);
}

const excess = lossClause({
  says: "the loss at Σ exceeds the minimum by β KL(N(0, Σ) ‖ N(0, Σ*))",
  given: anyCovariance,
  examine: async ({ loss, optimum }, { other, ...given }, expect) => {
    const slack = divergenceSlack(given, other, expect.epsilon);
    const least = await optimum(given, slack), factor = choleskyFactor(other.matrix);
    const difference = await loss(given, factor) - await loss(given, least);
    expect.close("loss(Σ) − loss(Σ*)", difference, given.beta * divergence(given, factor), slack);
  },
});

const subjectKl = clause({
  says: "the KL of the subject, in coordinates in which Σ* is the prior, is that excess",
  needs: ["kl"],
  given: anyCovariance,
  examine: async (subject, { jacobian, beta, other }, expect) => {
    const slack = divergenceSlack({ jacobian, beta }, other, expect.epsilon);
    const { root, logDeterminant } = identityPlusGram(jacobian, beta);
    const factor = choleskyFactor(other.matrix);
    // In coordinates in which Σ* = I, Σ is R L (R L)ᵀ.
    const upper = triangularFactor(transpose(multiply(root, factor)));
    const lower = transpose(upper.map((row, i) => row.map((entry) => entry * Math.sign(row[i]!))));
    const [kl] = await subject.kl(full, [factor.map(() => 0)], [rawOf(full, lower)]);
    const excess = covarianceLoss(gram(jacobian), factor, beta) - beta / 2 * logDeterminant;
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
  clauses: [...throughEachLoss(excess), subjectKl],
});
