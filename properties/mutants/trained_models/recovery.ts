/**
 * Faults in how fitted decoders are compared with the true one.
 *
 * @module
 */

import type { UniquenessResults } from "../../contract/trained.ts";
import { transpose } from "../../oracle/dense.ts";
import {
  alignment,
  cosines,
  fits,
  type Fitted,
  quarter,
  rightOrientations,
  uniquenessResults,
  type UniquenessSteps,
} from "../../plausible/uniqueness.ts";
import { meanOf } from "../../plausible/metric.ts";
import { type Fault, fault } from "./fault.ts";

function withSteps(id: string, description: string, steps: Partial<UniquenessSteps>): Fault {
  return fault(id, description, ["E5"], { uniqueness: uniquenessResults(steps) });
}

/** A mistake in which fits there are. */
function ofFits(id: string, description: string, change: (fit: Fitted) => readonly Fitted[]): Fault {
  return withSteps(id, description, { fits: fits.flatMap(change) });
}

/** A mistake in the orientations. */
function ofOrientations(
  id: string,
  description: string,
  change: (one: UniquenessResults["orientations"][number]) => UniquenessResults["orientations"],
): Fault {
  return withSteps(id, description, { orientations: rightOrientations.flatMap(change) });
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
export const recoveryFaults: readonly Fault[] = [
  ofFits(
    "full-for-mean-field",
    "the full family is passed off as mean-field: off-diagonal entries were not cut",
    (fit) => fit.family === "mean-field" ? [{ ...fit, a: byOther(fit).a }] : [fit],
  ),
  ofFits(
    "mean-field-for-full",
    "the full family is built as mean-field: its off-diagonal entries are lost",
    (fit) => fit.family === "full" ? [{ ...fit, a: byOther(fit).a }] : [fit],
  ),
  withSteps("alignment-without-assignment", "columns are compared in the order they have", {
    alignment: (a, w) => meanOf(cosines(a, w).map((row, i) => Math.abs(row[i]!))),
  }),
  withSteps("alignment-without-signs", "a column and its negative count as different", {
    alignment: (a, w) =>
      meanOf(cosines(a, w).map((row) => row.reduce((x, y) => Math.abs(x) > Math.abs(y) ? x : y))),
  }),
  withSteps("alignment-of-rows", "rows are compared for columns, as many as there are columns", {
    alignment: (a, w) => {
      const d = a[0]!.length;
      return alignment(transpose(a.slice(0, d)), transpose(w.slice(0, d)));
    },
  }),
  withSteps("alignment-of-few-rows", "columns are compared by their first three entries", {
    alignment: (a, w) => alignment(a.slice(0, 3), w.slice(0, 3)),
  }),
  withSteps("alignment-of-subspaces", "spans are compared, which every rotation shares", {
    alignment: () => 1 - 1e-4,
  }),
  withSteps("truth-of-itself", "the fit is compared with itself", {
    truth: ({ a }) => a,
    axes: ({ a }) => a,
  }),
  withSteps(
    "generic-to-truth",
    "oblique columns are compared with W's principal axes, and said to be recovered",
    {
      truth: ({ axes }) => axes,
    },
  ),
  withSteps("principal-of-columns", "W's columns pass for its principal axes", { axes: ({ w }) => w }),
  ofFits(
    "failed-seeds-dropped",
    "seeds that did not recover W are left out",
    (fit) => fit.family === "mean-field" && fit.weights === "distinct" && fit.seed % 4 === 3 ? [] : [fit],
  ),
  ofFits("few-seeds", "two seeds are all that was tried", (fit) => fit.seed < 2 ? [fit] : []),
  ofFits("one-start", "all seeds start, and end, in the same place", (fit) => [
    {
      ...fit,
      a: fits.find((one) =>
        one.family === fit.family && one.weights === fit.weights && one.latent === fit.latent
      )!.a,
    },
  ]),
  ofFits(
    "equal-norms-for-distinct",
    "W's columns have equal norms where they should be distinct",
    (fit) =>
      fit.weights === "distinct" && fit.latent === 3
        ? [{
          ...fits.find((one) =>
            one.weights === "equal" && one.family === fit.family && one.seed === fit.seed
          )!,
          ...{
            weights: fit.weights,
            activation: fit.activation,
          },
        }]
        : [fit],
  ),
  ofFits("full-has-not-converged", "the full family was stopped early", (fit) => [
    fit.family === "full" ? { ...fit, loss: 1.2 * fit.loss } : fit,
  ]),
  {
    ...ofFits(
      "activation-left-out",
      "a decoder with tanh was not fitted",
      (fit) => fit.activation === "tanh" ? [] : [fit],
    ),
    ofRunsAlone: true,
  },
  ofFits("full-rotated-for-linear-alone", "with ν the full family is built as mean-field", (fit) => [
    fit.family === "full" && fit.activation !== "identity" ? { ...fit, a: byOther(fit).a } : fit,
  ]),
  ofFits(
    "leaky-relu-has-not-converged",
    "mean-field fits with leaky ReLU in the plane were stopped early",
    (fit) =>
      fit.family === "mean-field" && fit.activation === "leaky-relu" && fit.latent === 2
        ? [{ ...fit, a: byOther(fit).a }]
        : [fit],
  ),
  ofOrientations("started-at-the-truth", "full fits start at W and stay near it", (one) => [
    one.family === "full" ? { ...one, angles: one.angles.map((angle) => quarter(0.1 * angle)) } : one,
  ]),
  ofOrientations(
    "orientations-of-full-for-mean-field",
    "the angles of mean-field fits are those of full ones",
    (one) => [
      one.family === "mean-field" ? { ...one, angles: orientationsOf("full").angles } : one,
    ],
  ),
  ofOrientations("angles-not-folded", "angles are left in [0, 2π)", (one) => [
    { ...one, angles: one.angles.map((angle, i) => angle + i % 4 * Math.PI / 2) },
  ]),
  ofOrientations("angles-in-degrees", "angles are in degrees", (one) => [
    { ...one, angles: one.angles.map((angle) => angle * 180 / Math.PI) },
  ]),
  ofOrientations(
    "p-of-another-test",
    "1 − p is reported for p",
    (one) => [{ ...one, uniformP: 1 - one.uniformP }],
  ),
];
