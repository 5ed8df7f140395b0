/**
 * Faults in how fitted decoders are compared with the true one.
 *
 * @module
 */

import { transpose } from "../oracle/dense.ts";
import { meanOf } from "../plausible/metric.ts";
import {
  alignment,
  cosines,
  fits,
  type Fitted,
  quarter,
  rightOrientations,
  uniquenessResults,
  type UniquenessSteps,
} from "../plausible/uniqueness.ts";
import type { StudyResults } from "../contract/results.ts";
import type { Mutant } from "./mutant.ts";
import { FaultsIn, plantedInResults, plantedInRuns } from "./trained_models.ts";

function withSteps(steps: Partial<UniquenessSteps>): Partial<StudyResults> {
  return { uniqueness: uniquenessResults(steps) };
}

const ofFits = new FaultsIn(fits, (faulty) => withSteps({ fits: faulty }));
const ofOrientations = new FaultsIn(rightOrientations, (orientations) => withSteps({ orientations }));

/** The decoder of the same problem and seed, fitted by the other of mean-field and full. */
const byOther = ({ family, seed, latent, weights, activation }: Fitted): Pick<Fitted, "a"> => {
  const other = family === "full" ? "mean-field" : "full";
  return { a: ofFits.first({ family: other, seed, latent, weights, activation }).a };
};

/** Mistakes in fits and orientations. */
export const recoveryMutants: readonly Mutant[] = [
  ...plantedInResults({
    "E5": {
      "full-for-mean-field: the full family is passed off as mean-field: off-diagonal entries were not cut":
        ofFits.changedWhere({ family: "mean-field" }, byOther),
      "mean-field-for-full: the full family is built as mean-field: its off-diagonal entries are lost": ofFits
        .changedWhere({ family: "full" }, byOther),
      "alignment-without-assignment: columns are compared in the order they have": withSteps({
        alignment: (a, w) => meanOf(cosines(a, w).map((row, i) => Math.abs(row[i]!))),
      }),
      "alignment-without-signs: a column and its negative count as different": withSteps({
        alignment: (a, w) =>
          meanOf(cosines(a, w).map((row) => row.reduce((x, y) => Math.abs(x) > Math.abs(y) ? x : y))),
      }),
      "alignment-of-rows: rows are compared for columns, as many as there are columns": withSteps({
        alignment: (a, w) => {
          const d = a[0]!.length;
          return alignment(transpose(a.slice(0, d)), transpose(w.slice(0, d)));
        },
      }),
      "alignment-of-few-rows: columns are compared by their first three entries": withSteps({
        alignment: (a, w) => alignment(a.slice(0, 3), w.slice(0, 3)),
      }),
      "alignment-of-subspaces: spans are compared, which every rotation shares": withSteps({
        alignment: () => 1 - 1e-4,
      }),
      "truth-of-itself: the fit is compared with itself": withSteps({
        truth: ({ a }) => a,
        axes: ({ a }) => a,
      }),
      "generic-to-truth: oblique columns are compared with W's principal axes, and said to be recovered":
        withSteps({
          truth: ({ axes }) => axes,
        }),
      "principal-of-columns: W's columns pass for its principal axes": withSteps({ axes: ({ w }) => w }),
      "failed-seeds-dropped: seeds that did not recover W are left out": ofFits.replaced((fit) =>
        fit.family === "mean-field" && fit.weights === "distinct" && fit.seed % 4 === 3 ? [] : [fit]
      ),
      "few-seeds: two seeds are all that was tried": ofFits.replaced((fit) => fit.seed < 2 ? [fit] : []),
      "one-start: all seeds start, and end, in the same place": ofFits.changed((
        { family, weights, latent },
      ) => ({ a: ofFits.first({ family, weights, latent }).a })),
      "equal-norms-for-distinct: W's columns have equal norms where they should be distinct": ofFits
        .changedWhere(
          { weights: "distinct", latent: 3 },
          ({ weights, activation, family, seed }) => ({
            ...ofFits.first({ weights: "equal", family, seed }),
            weights,
            activation,
          }),
        ),
      "full-has-not-converged: the full family was stopped early": ofFits.changedWhere({
        family: "full",
      }, ({ loss }) => ({ loss: 1.2 * loss })),
      "full-rotated-for-linear-alone: with ν the full family is built as mean-field": ofFits.changedWhere({
        family: "full",
      }, (fit) => fit.activation === "identity" ? {} : byOther(fit)),
      "leaky-relu-has-not-converged: mean-field fits with leaky ReLU in the plane were stopped early": ofFits
        .changedWhere(
          { family: "mean-field", activation: "leaky-relu", latent: 2 },
          byOther,
        ),
      "started-at-the-truth: full fits start at W and stay near it": ofOrientations.changedWhere(
        { family: "full" },
        ({ angles }) => ({ angles: angles.map((angle) => quarter(0.1 * angle)) }),
      ),
      "orientations-of-full-for-mean-field: the angles of mean-field fits are those of full ones":
        ofOrientations.changedWhere(
          { family: "mean-field" },
          () => ({ angles: ofOrientations.first({ family: "full", optimiser: "gradient-descent" }).angles }),
        ),
      "angles-not-folded: angles are left in [0, 2π)": ofOrientations.changed(({ angles }) => ({
        angles: angles.map((angle, i) => angle + i % 4 * Math.PI / 2),
      })),
      "angles-in-degrees: angles are in degrees": ofOrientations.changed(({ angles }) => ({
        angles: angles.map((angle) => angle * 180 / Math.PI),
      })),
      "p-of-another-test: 1 − p is reported for p": ofOrientations.changed(
        ({ uniformP }) => ({ uniformP: 1 - uniformP }),
      ),
    },
  }),
  ...plantedInRuns({
    "E5": {
      "activation-left-out: a decoder with tanh was not fitted": ofFits.without({ activation: "tanh" }),
    },
  }),
];
