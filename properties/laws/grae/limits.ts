/**
 * G5 and G6: GRAE* − GRAE for small β, and GRAE for large β.
 *
 * @module
 */

import fc from "fast-check";
import { beta, halvings, listOf, logUniform, recordGiven, upTo } from "../arbitrary/number.ts";
import { jacobianCase, jacobianOf, size, withSingularValues } from "../arbitrary/jacobian.ts";
import { added, law, tex, type Tolerance } from "../../contract/mod.ts";
import { columnSquares, gram, sum } from "../reference/algebra.ts";
import { frobenius } from "../reference/network_bound.ts";
import { logDeterminantOfGram } from "../reference/identity_plus_gram.ts";
import { routeTolerance } from "../tolerance.ts";
import { throughEachView, volumeClause } from "./volume.ts";

/** J of full column rank, singular values within a factor of 4 of each other, of any size from 1e-1 to 1e1. */
const fullRank = recordGiven(
  fc.tuple(upTo(4), fc.integer({ min: 0, max: 3 }), logUniform(-1, 1)),
  ([latent, extra, unit]) => ({
    factored: withSingularValues(
      { data: latent + extra, latent },
      listOf(latent, logUniform(-0.3, 0.3).map((value) => value * unit)),
    ),
    smallest: unit * 10 ** -0.3,
  }),
);

/** A lower precision resolves fewer points. */
const pointsAt = (epsilon: number): number => epsilon < 2 ** -30 ? 8 : 4;

const contrast = volumeClause({
  says: "(GRAE* − GRAE)/β tends to ½(Σ log‖J_i‖² − log|JᵀJ|) from below, with an error of order β",
  needs: ["grae", "graeStar"],
  given: fullRank,
  examine: async (volume, { factored: { jacobian }, smallest }, expect) => {
    const limit = (sum(columnSquares(jacobian).map(Math.log)) - logDeterminantOfGram(jacobian)) / 2;
    const points = await Array.fromAsync(halvings(3, pointsAt(expect.epsilon)), async (t) => {
      const beta = t * smallest ** 2, given = { jacobian, beta };
      const slack = routeTolerance(given, expect);
      const rounding = { ...slack, value: slack.value / beta };
      const ratio = (await volume.graeStar(given) - await volume.grae(given)) / beta;
      expect.atLeast(`(GRAE* − GRAE)/β at β = ${beta}`, ratio, 0, rounding);
      expect.atMost(`(GRAE* − GRAE)/β at β = ${beta}`, ratio, limit, rounding);
      // |limit − ratio| = ½ Σ_k log(1 + β/s_k²) − ½ Σ_i log(1 + β/G_ii) ≤ (β/2) tr G⁻¹.
      const bound = jacobian[0]!.length * t / 2;
      expect.atLeast(`(GRAE* − GRAE)/β at β = ${beta}`, ratio, limit - bound, rounding);
      return { t, error: Math.abs(limit - ratio), rounding: rounding.value };
    });
    // The error is Σ ψ(s²) − Σ ψ(G_ii) with ψ(x) = log(1 + β/x), and its derivative in log β the same with
    // β/(x + β). Both are convex with a ratio of curvatures 1/((1 + β/x)(1 + β/2x)), so the slope is at least 0.83
    // for β ≤ s²/8, and at most 1. Orthogonal columns have no error: unresolved.
    expect.order("order of the error in β", points, 1, 0.17);
  },
});

const monotone = volumeClause({
  says: "each regulariser is non-decreasing in β and at most ½‖J‖²_F",
  needs: ["grae", "graeBlock", "graeStar"],
  given: fc.record({ given: jacobianCase, factor: logUniform(0, 4) }),
  examine: async (volume, { given, factor }, expect) => {
    const larger = { ...given, beta: given.beta * factor }, block = given.jacobian[0]!.length;
    const below = routeTolerance(given, expect), above = routeTolerance(larger, expect);
    const penalty = sum(columnSquares(given.jacobian)) / 2;
    for (const name of ["grae", "graeBlock", "graeStar"] as const) {
      const less = await volume[name](given, block), more = await volume[name](larger, block);
      expect.atMost(`${name} at β and at ${factor} β`, less, more, added(below, above));
      expect.atMost(`${name} below ½‖J‖²`, more, penalty, above);
    }
  },
});

const penalty = volumeClause({
  says: "½‖J‖²_F − GRAE is at most ‖JᵀJ‖²_F/(4β), and of order 1/β",
  needs: ["grae"],
  given: recordGiven(size, (size) => ({ jacobian: jacobianOf(size, 1), beta })),
  examine: async (volume, { jacobian, beta }, expect) => {
    const squares = sum(columnSquares(jacobian)), quartic = frobenius(gram(jacobian)) ** 2;
    const difference = async (beta: number): Promise<{ error: number; slack: Tolerance }> => ({
      error: squares / 2 - await volume.grae({ jacobian, beta }),
      slack: routeTolerance({ jacobian, beta }, expect),
    });
    const { error, slack } = await difference(beta);
    expect.atLeast("½‖J‖² − GRAE", error, 0, slack);
    expect.atMost("½‖J‖² − GRAE", error, quartic / (4 * beta), slack);
    if (squares === 0) return;
    const points = await Array.fromAsync(halvings(2, pointsAt(expect.epsilon)), async (t) => {
      const { error, slack } = await difference(squares / t);
      return { t, error: Math.abs(error), rounding: slack.value };
    });
    // With u = s²/β ≤ ¼ the slope of u − log(1 + u) over u, less 1, is between 0.86 and 1.
    expect.order("order of the difference in 1/β", points, 1, 0.14);
  },
});

export const G5 = law({
  id: "G5",
  title: "Small β: independent mechanisms",
  statement:
    "as β → 0, (GRAE* − GRAE)/β tends to ½(Σ log‖J_i‖² − log|JᵀJ|), the independent-mechanism contrast, with an error of order β",
  tex:
    tex`\frac{\mathrm{GRAE}^*-\mathrm{GRAE}}{\beta}=\tfrac12\Big(\sum_i\log\|J_{:i}\|^2-\log|J^\top J|\Big)+O(\beta)`,
  source: "Gaussian p(z), q(z|x), p(x|z)",
  kind: "order",
  assumptions: ["J of full column rank"],
  expected: "holds under stated assumptions",
  clauses: throughEachView(contrast),
});

export const G6 = law({
  id: "G6",
  title: "Large β: the gradient penalty",
  statement: "(β/2) log|I + JᵀJ/β| is non-decreasing in β and tends to ½‖J‖²_F, with an error of order 1/β",
  tex:
    tex`\tfrac\beta2\log\left|I+\tfrac1\beta J^\top J\right|\;\nearrow\;\tfrac12\|J\|_F^2\quad(\beta\to\infty)`,
  source: "Gaussian p(z), q(z|x), p(x|z)",
  kind: "inequality",
  assumptions: ["β > 0"],
  clauses: throughEachView(monotone, penalty),
});
