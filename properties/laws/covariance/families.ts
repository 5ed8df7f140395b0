/**
 * S4: the optimal covariance within a family.
 *
 * @module
 */

import fc from "fast-check";
import { family } from "../arbitrary/model.ts";
import { gramCase, type JacobianCase } from "../arbitrary/jacobian.ts";
import { listOf, logUniform, recordGiven } from "../arbitrary/number.ts";
import { clause, law, tex } from "../../contract/mod.ts";
import type { FamilySpec, Matrix } from "../../contract/subject.ts";
import { blockSizeOf } from "../reference/raw_factor.ts";
import { columnSquares, consecutive, gram, sum, tabulate } from "../reference/algebra.ts";
import { linearCase } from "../reference/linear_model.ts";
import { identityPlusGram } from "../reference/identity_plus_gram.ts";
import { inverseTolerance } from "../tolerance.ts";
import { curvatureAndKl, lossClause, stretchCost, throughEachLoss } from "./loss.ts";
import { lossSlack } from "./optimum.ts";

const cases = recordGiven(gramCase, (given) => ({ given, family: family(given.jacobian[0]!.length) }));

/** The optimum of a family and its value. */
function optimumOf(
  spec: FamilySpec,
  { jacobian, beta }: JacobianCase,
): { readonly sigma: Matrix; readonly value: number } {
  const d = jacobian[0]!.length;
  if (spec.kind === "isotropic") {
    const excess = sum(columnSquares(jacobian)) / (beta * d);
    return {
      sigma: tabulate(d, d, (i, j) => (i === j ? 1 / (1 + excess) : 0)),
      value: beta * d / 2 * Math.log1p(excess),
    };
  }
  const size = blockSizeOf(spec, d);
  const blocks = consecutive(d, size).map((indices) =>
    identityPlusGram(jacobian.map((row) => indices.map((i) => row[i]!)), beta)
  );
  return {
    sigma: tabulate(d, d, (i, j) => {
      const block = Math.floor(i / size);
      return block === Math.floor(j / size) ? blocks[block]!.inverse[i % size]![j % size]! : 0;
    }),
    value: beta / 2 * sum(blocks.map(({ logDeterminant }) => logDeterminant)),
  };
}

const closedForm = clause({
  says:
    "mean-field: 1/(1 + G_ii/β); blocks: the inverse of each block of I + G/β; isotropic: 1/(1 + tr G/(βd)); 0 elsewhere",
  needs: ["optimalCovariance"],
  given: cases,
  examine: async ({ optimalCovariance }, { given, family }, expect) => {
    const { jacobian, beta } = given;
    const { plain } = identityPlusGram(jacobian, beta).conditioning;
    const slack = inverseTolerance(jacobian[0]!.length, plain, expect.epsilon);
    expect.mayRefuse(slack);
    const [sigma] = await optimalCovariance(family, [gram(jacobian)], beta);
    expect.closeMatrix("Σ", sigma ?? [], optimumOf(family, given).sigma, slack);
  },
});

const scalar = clause({
  says: "of one latent, exactly β/(β + G) in every family, relatively, over all sizes",
  needs: ["optimalCovariance"],
  given: fc.record({ square: logUniform(-8, 8), beta: logUniform(-4, 4), family: family(1) }),
  examine: async ({ optimalCovariance }, { square, beta, family }, expect) => {
    const [sigma] = await optimalCovariance(family, [[[square]]], beta);
    const expected = beta / (beta + square);
    const slack = inverseTolerance(1, 1, expect.epsilon, expected);
    expect.closeMatrix("Σ", sigma ?? [], [[expected]], slack);
  },
});

const values = lossClause({
  says:
    "the losses there are (β/2) Σ log(1 + G_ii/β), (β/2) Σ_blocks log|I + G_B/β|, (βd/2) log(1 + tr G/(βd)); another member of " +
    "the family costs (β/2) Σ (λ − 1 − log λ) more",
  given: recordGiven(
    cases,
    (drawn) => ({ ...drawn, lambdas: listOf(drawn.given.jacobian[0]!.length, logUniform(-2, 2)) }),
  ),
  examine: async ({ loss, optimum }, { given, family, lambdas }, expect) => {
    const slack = lossSlack(given, expect.epsilon);
    const factor = await optimum(given, slack, family);
    const least = await loss(given, factor);
    expect.close("loss at the optimum of the family", least, optimumOf(family, given).value, slack);
    const stretch = family.kind === "isotropic" ? lambdas.map(() => lambdas[0]!) : lambdas;
    const moved = factor.map((row) => row.map((entry, k) => entry * Math.sqrt(stretch[k]!)));
    const excess = await loss(given, moved) - least;
    const grown = { ...slack, value: slack.value * Math.max(1, ...stretch) };
    expect.close("loss above the minimum", excess, stretchCost(stretch, given.beta), grown);
  },
});

const profiled = clause({
  says: "the profiled objective has these values, family by family",
  needs: ["objectives.profiled"],
  given: cases,
  examine: async ({ objectives }, { given, family }, expect) => {
    const slack = lossSlack(given, expect.epsilon);
    expect.mayRefuse(slack);
    const total = curvatureAndKl(await objectives.profiled(linearCase(given, { family })));
    expect.close(`curvature + kl, ${family.kind}`, total, optimumOf(family, given).value, slack);
  },
});

export const S4 = law({
  id: "S4",
  title: "Optima within a family",
  statement:
    "mean-field: Σ_ii = 1/(1 + G_ii/β); block: the inverse of each diagonal block of I + G/β; isotropic: 1/(1 + tr G/(βd))",
  tex:
    tex`\Sigma_{ii}=\frac{1}{1+G_{ii}/\beta},\qquad\Sigma_{BB}=\left(I+\tfrac1\beta G_{BB}\right)^{-1},\qquad` +
    tex`\sigma^2=\frac{1}{1+\operatorname{tr}G/(\beta d)}`,
  source: "Gaussian p(z) and q(z|x)",
  kind: "identity",
  assumptions: ["G positive semi-definite", "β > 0"],
  clauses: [closedForm, scalar, ...throughEachLoss(values), profiled],
});
