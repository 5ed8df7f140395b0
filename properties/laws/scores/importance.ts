/**
 * D3, D4: disentanglement and completeness of importances, and the lasso that gives them.
 *
 * @module
 */

import fc from "fast-check";
import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import type { Matrix, Vector } from "../../contract/subject.ts";
import type { Ledger } from "../../contract/ledger.ts";
import type { Tolerance } from "../../contract/tolerance.ts";
import { between, listOf, recordGiven, seed, sizeUpTo } from "../arbitrary/number.ts";
import { signedPermutation } from "../arbitrary/rotation.ts";
import { apply, dot, sum, tabulate, transpose } from "../reference/algebra.ts";
import { normalSource } from "../reference/random.ts";
import { mean } from "../reference/statistics.ts";

/** Importances `[latent][factor]`, some of them 0; every factor has one that is not. */
const importances = recordGiven(
  fc.record({ latent: sizeUpTo(2, 5, 10), factor: sizeUpTo(2, 4, 7) }),
  ({ latent, factor }) => ({
    importance: listOf(latent, listOf(factor, fc.oneof(between(0.01, 3), fc.constant(0)))).map((rows) =>
      rows.map((row, i) => row.map((entry, f) => i === f % latent ? entry + 0.5 : entry))
    ),
  }),
);

/** The rounding of the shares and their logarithms. */
const slackOf = (expect: Ledger, importance: Matrix): Tolerance =>
  expect.rounding("rounding of the shares and their logarithms", {
    c: 64 * importance.length * importance[0]!.length,
  });

/** 1 less the entropy of the shares, in units of its greatest value; 0 of nothing. */
function concentration(row: Vector): number {
  const all = sum(row);
  if (all === 0) return 0;
  const shares = row.map((entry) => entry / all).filter((share) => share > 0);
  return 1 + sum(shares.map((share) => share * Math.log(share))) / Math.log(row.length);
}

const weighted = clause({
  says: "disentanglement weights latents by their importance",
  needs: ["scores.disentanglement"],
  given: importances,
  examine: async ({ scores }, { importance }, expect) => {
    const all = sum(importance.flat());
    const expected = sum(importance.map((row) => sum(row) / all * concentration(row)));
    expect.close(
      "disentanglement",
      await scores.disentanglement(importance),
      expected,
      slackOf(expect, importance),
    );
  },
});

const plain = clause({
  says: "completeness does not weight factors",
  needs: ["scores.completeness"],
  given: importances,
  examine: async ({ scores }, { importance }, expect) => {
    const expected = mean(transpose(importance).map(concentration));
    expect.close(
      "completeness",
      await scores.completeness(importance),
      expected,
      slackOf(expect, importance),
    );
  },
});

const extremes = clause({
  says: "a latent to a factor has 1 of both, and every latent alike has 0 of both",
  needs: ["scores.disentanglement", "scores.completeness"],
  given: fc.integer({ min: 2, max: 7 }).chain(signedPermutation),
  examine: async ({ scores }, turn, expect) => {
    const slack = expect.rounding("rounding of the shares and their logarithms", {
      c: 64 * turn.length ** 2,
    });
    const own = turn.map((row) => row.map((entry) => 0.3 * Math.abs(entry)));
    const alike = turn.map((row) => row.map(() => 0.7));
    for (const [importance, expected] of [[own, 1], [alike, 0]] as const) {
      expect.close("disentanglement", await scores.disentanglement(importance), expected, slack);
      expect.close("completeness", await scores.completeness(importance), expected, slack);
    }
    // A latent that says nothing counts for nothing.
    const dead = [...own, own.map(() => 0)];
    expect.close("disentanglement with a dead latent", await scores.disentanglement(dead), 1, slack);
  },
});

export const D3 = law({
  id: "D3",
  title: "Disentanglement and completeness",
  statement:
    "D = Σ_i ρ_i (1 − H_F(P_i)) weights latents by importance; C = (1/F) Σ_f (1 − H_d(P_f)) weights no factor",
  tex: tex`D=\sum_i\rho_i\bigl(1-H_F(P_i)\bigr),\qquad C=\frac1F\sum_f\bigl(1-H_d(P_f)\bigr)`,
  source:
    "Eastwood, Williams, A Framework for the Quantitative Evaluation of Disentangled Representations, 2018",
  kind: "identity",
  clauses: [weighted, plain, extremes],
});

/** Codes with correlations, offsets and scales, targets that a few of them make, and a penalty. */
const regressions = fc.record({
  latent: sizeUpTo(1, 4, 8),
  n: fc.integer({ min: 10, max: 40 }),
  seed,
  penalty: fc.constantFrom(0.02, 0.1, 0.3),
}).map(({ latent, n, seed, penalty }) => {
  const normal = normalSource(seed);
  const mixing = tabulate(latent, latent, (i, k) => (i === k ? 1 : 0.4 * normal()));
  const offsets = mixing.map(() => normal()), scales = mixing.map(() => Math.exp(normal()));
  const codes = tabulate(n, latent, normal).map((row) =>
    apply(mixing, row).map((entry, i) => offsets[i]! + scales[i]! * entry)
  );
  const weights = mixing.map((_, i) => (i % 2 === 0 ? normal() / scales[i]! : 0));
  return { codes, targets: codes.map((row) => 5 + dot(row, weights) + 0.3 * normal()), penalty };
});

function standardised(v: Vector): number[] {
  const centre = mean(v), centred = v.map((entry) => entry - centre);
  const deviation = Math.sqrt(mean(centred.map((entry) => entry ** 2)));
  return centred.map((entry) => entry / deviation);
}

const stationary = clause({
  says:
    "the weights are the minimiser: no correlation with the residual is above the penalty, and where a weight is not 0 it is the penalty",
  needs: ["scores.lasso"],
  given: regressions,
  examine: async ({ scores }, { codes, targets, penalty }, expect) => {
    const weights = await scores.lasso(codes, targets, penalty);
    expect.is("weights", weights.length, codes[0]!.length);
    const columns: Matrix = transpose(codes).map(standardised);
    const residual = standardised(targets).map((y, n) => y - sum(columns.map((u, i) => u[n]! * weights[i]!)));
    // Iterations end when no weight moves by 1e-9 of the targets' deviation, or at rounding.
    const size = 1 + sum(weights.map(Math.abs));
    const slack = expect.rounding("iterations that end at 1e-9, and rounding of the moments", {
      c: 256 * codes.length,
      scale: size,
      floor: 1e-7,
    });
    columns.forEach((u, i) => {
      const along = dot(u, residual) / codes.length;
      expect.atMost(`correlation ${i} with the residual`, Math.abs(along), penalty, slack);
      if (weights[i] !== 0) {
        expect.close(`correlation ${i}, active`, along, penalty * Math.sign(weights[i]!), slack);
      }
    });
  },
});

export const D4 = law({
  id: "D4",
  title: "Importances by the lasso",
  statement:
    "the importances are |w| for w = argmin ‖y − Zw‖²/(2n) + α‖w‖₁, of codes and factors with mean 0 and variance 1",
  tex: tex`\tfrac1nZ^\top(y-Zw)\in\alpha\,\partial\lVert w\rVert_1`,
  source: "Tibshirani, Regression Shrinkage and Selection via the Lasso, 1996; Eastwood, Williams 2018",
  kind: "identity",
  clauses: [stationary],
});
