/**
 * G4: the stochastic GRAE* averages to GRAE*, in value and in parameter gradient, by enumeration.
 *
 * @module
 */

import { jacobianCase } from "../arbitrary/jacobian.ts";
import { objectiveCase } from "../arbitrary/model.ts";
import { clause, law, tex } from "../../contract/mod.ts";
import { gradientOf, gradientTolerance } from "../implementation/loss_tolerance.ts";
import type { Matrix, ObjectiveCase } from "../../contract/subject.ts";
import { columnSquares, sum, transpose } from "../reference/algebra.ts";
import { mean } from "../reference/statistics.ts";
import { objectiveTolerance, volumeTolerance } from "../tolerance.ts";
import { throughEachView, volumeClause } from "./volume.ts";

/** The mean of equally long vectors. */
function meanVector(vectors: Matrix): number[] {
  return transpose(vectors).map(mean);
}

/** The columns of every example moved on by each of 0 … d − 1: every example sees every column once. */
function everyColumn(given: Required<ObjectiveCase>): Required<ObjectiveCase>[] {
  const { latent } = given.model;
  return Array.from({ length: latent }, (_, shift) => ({
    ...given,
    columns: given.columns.map((first) => (first + shift) % latent),
  }));
}

const average = volumeClause({
  says: "its mean over the columns is GRAE*",
  needs: ["graeStar", "graeStarStochastic"],
  given: jacobianCase,
  examine: async (volume, given, expect) => {
    const slack = volumeTolerance(given, expect.epsilon);
    const values = await Array.fromAsync(given.jacobian[0]!, (_, i) => volume.graeStarStochastic(given, i));
    values.forEach((value, i) => expect.atLeast(`column ${i}`, value, 0, slack));
    expect.close("mean over the columns", mean(values), await volume.graeStar(given), slack);
  },
});

const column = clause({
  says: "it is (β/2) d log(1 + ‖J_i‖²/β) for each column (as a function of J)",
  needs: ["volume.graeStarStochastic"],
  given: jacobianCase,
  examine: async ({ volume }, { jacobian, beta }, expect) => {
    const d = jacobian[0]!.length, slack = volumeTolerance({ jacobian, beta }, expect.epsilon);
    for (const [i, square] of columnSquares(jacobian).entries()) {
      const found = await volume.graeStarStochastic(jacobian, beta, i);
      const expected = beta / 2 * d * Math.log1p(square / beta);
      expect.close(`column ${i}`, found, expected, { ...slack, value: d * slack.value });
    }
  },
});

const value = clause({
  says: "the objective averages to GRAE*, example by example, each example by its own column",
  needs: ["objectives.grae-star", "objectives.grae-star-stochastic"],
  given: objectiveCase({ minLatent: 2 }),
  examine: async ({ objectives }, given, expect) => {
    const slack = objectiveTolerance(given, expect.epsilon);
    const star = await objectives["grae-star"](given);
    const drawn = await Array.fromAsync(
      everyColumn(given),
      (shifted) => objectives["grae-star-stochastic"](shifted),
    );
    expect.close("mean loss", mean(drawn.map(({ loss }) => loss)), star.loss, slack);
    const volumes = meanVector(drawn.map(({ terms }) => terms.volume ?? []));
    expect.closeVector("mean volume per example", volumes, star.terms.volume ?? [], slack);
    for (const [example, x] of given.x.entries()) {
      const alone = { ...given, x: [x], columns: [given.columns[example]!], noise: [] };
      const { loss } = await objectives["grae-star-stochastic"](alone);
      const terms = Object.values(drawn[0]!.terms).map((term) => term[example] ?? NaN);
      expect.close(`example ${example} among others, and alone`, sum(terms), loss, slack);
    }
  },
});

const gradient = clause({
  says: "its parameter gradient averages to the gradient of GRAE*",
  needs: ["objectives.grae-star", "objectives.grae-star-stochastic"],
  given: objectiveCase({ minLatent: 2 }),
  examine: async ({ objectives }, given, expect) => {
    const star = gradientOf(await objectives["grae-star"](given), "grae-star");
    const drawn = await Array.fromAsync(
      everyColumn(given),
      async (shifted) =>
        gradientOf(await objectives["grae-star-stochastic"](shifted), "grae-star-stochastic"),
    );
    const slack = gradientTolerance(objectiveTolerance(given, expect.epsilon), drawn.flat(), expect.epsilon);
    expect.closeVector("mean gradient", meanVector(drawn), star, slack);
  },
});

export const G4 = law({
  id: "G4",
  title: "The stochastic bound is unbiased",
  statement:
    "d log(1 + ‖J_i‖²/β) with i uniform on 1 … d averages to Σ_i log(1 + ‖J_i‖²/β), and so do the parameter gradients",
  tex:
    tex`\frac1d\sum_{i=1}^d\;d\,\log\left(1+\tfrac1\beta\|J_{:i}\|^2\right)=\sum_{i=1}^d\log\left(1+\tfrac1\beta\|J_{:i}\|^2\right)`,
  source: "Gaussian p(z), q(z|x), p(x|z)",
  kind: "identity",
  assumptions: ["i uniform, one column per example and step"],
  clauses: [...throughEachView(average), value, gradient, column],
});
