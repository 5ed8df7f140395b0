/**
 * G3: GRAE* is exact for the mean-field family; what it adds to GRAE is the price of that family.
 *
 * @module
 */

import fc from "fast-check";
import { divisors, objectiveCase } from "../arbitrary/model.ts";
import { type JacobianCase, jacobianCase, jacobianOf, size } from "../arbitrary/jacobian.ts";
import { unitGaussian } from "../arbitrary/likelihood.ts";
import { logUniform, recordGiven, vector } from "../arbitrary/number.ts";
import { clause, law, tex } from "../../contract/mod.ts";
import type { FamilySpec } from "../../contract/subject.ts";
import { columnSquares, consecutive, sum } from "../reference/algebra.ts";
import { linearCase } from "../reference/linear_model.ts";
import { identityPlusGram } from "../reference/identity_plus_gram.ts";
import { linearTolerance, objectiveTolerance, routeTolerance, volumeTolerance } from "../tolerance.ts";
import { throughEachView, volumeClause } from "./volume.ts";
import { constantOf, perExample } from "./profiled.ts";

/**
 * KL(N(0, D) ‖ N(0, Σ*)) for D = diag(1/A_ii), A = Σ*⁻¹ = I + JᵀJ/β: ½ Σ (μ − 1 − log μ) over the eigenvalues μ of
 * D^½ A D^½.
 */
export function priceOfMeanField({ jacobian, beta }: JacobianCase): number {
  const { correlations } = identityPlusGram(jacobian, beta);
  return sum(correlations.map((mu) => (mu - 1 - Math.log(mu)) / 2));
}

const price = volumeClause({
  says: "GRAE* − GRAE = β KL(N(0, diag Σ) ‖ N(0, Σ*))",
  needs: ["grae", "graeStar"],
  given: jacobianCase,
  examine: async (volume, given, expect) => {
    const difference = await volume.graeStar(given) - await volume.grae(given);
    const expected = given.beta * priceOfMeanField(given);
    expect.close("GRAE* − GRAE", difference, expected, routeTolerance(given, expect));
  },
});

const meanField = volumeClause({
  says: "GRAE* is ½ tr(GD) + (β/2)(tr D − log|D| − d) at the D = diag(1/(1 + G_ii/β)) that minimises it",
  needs: ["graeStar"],
  given: jacobianCase,
  examine: async (volume, given, expect) => {
    const { jacobian, beta } = given;
    const losses = columnSquares(jacobian).map((square) => {
      const variance = 1 / (1 + square / beta);
      return (square * variance + beta * (variance - 1 - Math.log(variance))) / 2;
    });
    const slack = volumeTolerance(given, expect.epsilon);
    expect.close("GRAE*", await volume.graeStar(given), sum(losses), slack);
  },
});

const blocks = volumeClause({
  says: "GRAE-block is the sum of the optima of its blocks, and of GRAE* and GRAE at blocks of 1 and d",
  needs: ["graeBlock"],
  given: jacobianCase,
  examine: async (volume, given, expect) => {
    const { jacobian, beta } = given;
    const slack = routeTolerance(given, expect), latent = jacobian[0]!.length;
    for (const block of divisors(latent)) {
      const parts = consecutive(latent, block).map((indices) =>
        identityPlusGram(jacobian.map((row) => indices.map((i) => row[i]!)), beta).logDeterminant
      );
      const value = await volume.graeBlock(given, block);
      expect.close(`GRAE-block(${block})`, value, beta / 2 * sum(parts), slack);
    }
  },
});

const profiledMeanField = clause({
  says:
    "the profiled loss of the mean-field family is GRAE* + the constant, and that of blocks is GRAE-block + the constant",
  needs: ["objectives.profiled", "objectives.grae-star", "objectives.grae-block"],
  given: objectiveCase({ minLatent: 2 }),
  examine: async ({ objectives }, given, expect) => {
    const slack = objectiveTolerance(given, expect.epsilon);
    const shift = constantOf(given.model.likelihood, given.x[0]!.length);
    const families: Readonly<Record<"grae-star" | "grae-block", FamilySpec>> = {
      "grae-star": { kind: "mean-field" },
      "grae-block": { kind: "block", size: given.block },
    };
    for (const name of ["grae-star", "grae-block"] as const) {
      const inFamily = { ...given, model: { ...given.model, family: families[name] } };
      const direct = perExample(await objectives[name](inFamily));
      const expected = perExample(await objectives.profiled(inFamily)).map((value) => value - shift);
      expect.closeVector(name, direct, expected, slack);
    }
  },
});

const noBetter = clause({
  says: "no diagonal covariance has a smaller Taylor (Jacobian) loss than GRAE* + the constant",
  needs: ["objectives.taylor-jacobian", "objectives.grae-star"],
  given: recordGiven(size, (size) => ({
    jacobian: jacobianOf(size, 1),
    beta: logUniform(-2, 2),
    logs: vector(size.latent, 2),
    at: fc.boolean(),
  })),
  examine: async ({ objectives }, { jacobian, beta, logs, at }, expect) => {
    const optimal = columnSquares(jacobian).map((square) => -Math.log1p(square / beta) / 2);
    const raw = optimal.map((log, i) => (at ? log : log + logs[i]!));
    const given = linearCase({ jacobian, beta }, { raw });
    const slack = linearTolerance({ jacobian, beta }, given, expect.epsilon);
    const { loss } = await objectives["taylor-jacobian"](given);
    const star = (await objectives["grae-star"](given)).loss + constantOf(unitGaussian, jacobian.length);
    // The excess of one latent at e^2u times its optimal variance is (β/2)(e^2u − 1 − 2u).
    const excess = at ? 0 : beta / 2 * sum(logs.map((u) => Math.expm1(2 * u) - 2 * u));
    const grown = { ...slack, value: slack.value * Math.exp(4) };
    expect.close("Taylor (Jacobian) loss − GRAE*", loss - star, excess, grown);
  },
});

export const G3 = law({
  id: "G3",
  title: "The price of mean-field",
  statement:
    "GRAE* is the profiled loss of the mean-field family exactly, so GRAE* − GRAE = β KL(mean-field optimum ‖ Σ*)",
  tex:
    tex`\tfrac\beta2\sum_i\log\left(1+\tfrac1\beta\|J_{:i}\|^2\right)-\tfrac\beta2\log\left|I+\tfrac1\beta J^\top J\right|=` +
    tex`\beta\,\mathrm{KL}\left(\mathcal N(0,\operatorname{diag}\Sigma)\,\|\,\mathcal N(0,\Sigma^*)\right)`,
  source: "Gaussian p(z), q(z|x), p(x|z)",
  kind: "identity",
  assumptions: ["G = JᵀJ, or Jᵀdiag(w)J with w the curvature of −log p"],
  clauses: [...throughEachView(price, meanField, blocks), profiledMeanField, noBetter],
});
