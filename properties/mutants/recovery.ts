/**
 * Faults in how fitted decoders are compared with the true one.
 *
 * @module
 */

import type { UniquenessResults } from "../contract/trained.ts";
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
import { plantedInResults, plantedInRuns } from "./trained_models.ts";

function withSteps(steps: Partial<UniquenessSteps>): Partial<StudyResults> {
  return { uniqueness: uniquenessResults(steps) };
}

/** A mistake in which fits there are. */
function ofFits(change: (fit: Fitted) => readonly Fitted[]): Partial<StudyResults> {
  return withSteps({ fits: fits.flatMap(change) });
}

/** A mistake in the orientations. */
function ofOrientations(
  change: (one: UniquenessResults["orientations"][number]) => UniquenessResults["orientations"],
): Partial<StudyResults> {
  return withSteps({ orientations: rightOrientations.flatMap(change) });
}

/** The same problem and seed, fitted by the other of mean-field and full. */
const byOther = (fit: Fitted): Fitted =>
  fits.find((other) =>
    other.family === (fit.family === "full" ? "mean-field" : "full") && other.seed === fit.seed &&
    other.latent === fit.latent &&
    other.weights === fit.weights && other.activation === fit.activation
  )!;

const orientationsOf = (family: string) =>
  rightOrientations.find((one) => one.family === family && one.optimiser === "gradient-descent")!;

/** Mistakes in fits and orientations. */
export const recoveryMutants: readonly Mutant[] = [
  ...plantedInResults({
    "E5": {
      "full-for-mean-field: the full family is passed off as mean-field: off-diagonal entries were not cut":
        ofFits((fit) => fit.family === "mean-field" ? [{ ...fit, a: byOther(fit).a }] : [fit]),
      "mean-field-for-full: the full family is built as mean-field: its off-diagonal entries are lost":
        ofFits((fit) => fit.family === "full" ? [{ ...fit, a: byOther(fit).a }] : [fit]),
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
      "failed-seeds-dropped: seeds that did not recover W are left out": ofFits((fit) =>
        fit.family === "mean-field" && fit.weights === "distinct" && fit.seed % 4 === 3 ? [] : [fit]
      ),
      "few-seeds: two seeds are all that was tried": ofFits((fit) => fit.seed < 2 ? [fit] : []),
      "one-start: all seeds start, and end, in the same place": ofFits((fit) => [
        {
          ...fit,
          a: fits.find((one) =>
            one.family === fit.family && one.weights === fit.weights && one.latent === fit.latent
          )!.a,
        },
      ]),
      "equal-norms-for-distinct: W's columns have equal norms where they should be distinct": ofFits((fit) =>
        fit.weights === "distinct" && fit.latent === 3
          ? [{
            ...fits.find((one) =>
              one.weights === "equal" && one.family === fit.family && one.seed === fit.seed
            )!,
            weights: fit.weights,
            activation: fit.activation,
          }]
          : [fit]
      ),
      "full-has-not-converged: the full family was stopped early": ofFits((fit) => [
        fit.family === "full" ? { ...fit, loss: 1.2 * fit.loss } : fit,
      ]),
      "full-rotated-for-linear-alone: with ν the full family is built as mean-field": ofFits((fit) => [
        fit.family === "full" && fit.activation !== "identity" ? { ...fit, a: byOther(fit).a } : fit,
      ]),
      "leaky-relu-has-not-converged: mean-field fits with leaky ReLU in the plane were stopped early": ofFits(
        (fit) =>
          fit.family === "mean-field" && fit.activation === "leaky-relu" && fit.latent === 2
            ? [{ ...fit, a: byOther(fit).a }]
            : [fit],
      ),
      "started-at-the-truth: full fits start at W and stay near it": ofOrientations((one) => [
        one.family === "full" ? { ...one, angles: one.angles.map((angle) => quarter(0.1 * angle)) } : one,
      ]),
      "orientations-of-full-for-mean-field: the angles of mean-field fits are those of full ones":
        ofOrientations((one) => [
          one.family === "mean-field" ? { ...one, angles: orientationsOf("full").angles } : one,
        ]),
      "angles-not-folded: angles are left in [0, 2π)": ofOrientations((one) => [
        { ...one, angles: one.angles.map((angle, i) => angle + i % 4 * Math.PI / 2) },
      ]),
      "angles-in-degrees: angles are in degrees": ofOrientations((one) => [
        { ...one, angles: one.angles.map((angle) => angle * 180 / Math.PI) },
      ]),
      "p-of-another-test: 1 − p is reported for p": ofOrientations(
        (one) => [{ ...one, uniformP: 1 - one.uniformP }],
      ),
    },
  }),
  ...plantedInRuns({
    "E5": {
      "activation-left-out: a decoder with tanh was not fitted": ofFits((fit) =>
        fit.activation === "tanh" ? [] : [fit]
      ),
    },
  }),
];
