/**
 * Faults in posterior variances, and in what they are compared with.
 *
 * @module
 */

import type { Matrix } from "../../contract/subject.ts";
import { tabulate, transpose } from "../../oracle/dense.ts";
import { type Decoder, decoders, optimalVariances } from "../../plausible/decoders.ts";
import { gram } from "../../plausible/matrices.ts";
import { meanOf, metricResults, type MetricSteps, metricSteps } from "../../plausible/metric.ts";
import { type Fault, fault } from "./fault.ts";

/** A mistake in a step from Jacobians to results. */
function withStep(
  id: string,
  description: string,
  rejectedBy: readonly string[],
  steps: Partial<MetricSteps>,
): Fault {
  return fault(id, description, rejectedBy, { metric: metricResults(steps) });
}

/** A mistake in what is predicted from ‖J_{:k}‖². */
function withPrediction(
  id: string,
  description: string,
  predict: (square: number, beta: number) => number,
): Fault {
  return withStep(id, description, ["E1"], {
    predicted: (j, beta) => gram(j).map((row, k) => predict(row[k]!, beta)),
  });
}

/** A mistake in which decoders are looked at. */
function ofDecoders(
  id: string,
  description: string,
  change: (decoder: Decoder) => readonly Decoder[],
): Fault {
  return fault(id, description, ["E1"], { metric: metricResults({}, decoders.flatMap(change)) });
}

/** ‖J_{k:}‖² for the first d rows k. */
const rowSquares = (j: Matrix): readonly number[] =>
  gram(transpose(j)).slice(0, j[0]!.length).map((row, k) => row[k]!);

/** Mistakes in variances. */
export const varianceFaults: readonly Fault[] = [
  withStep("variance-is-deviation", "σ is reported for σ²", ["E1"], { found: Math.sqrt }),
  withStep("variance-is-precision", "1/σ² is reported for σ²", ["E1"], { found: (variance) => 1 / variance }),
  withStep("variance-from-half-log", "log σ² is taken for log σ, so that σ⁴ is reported for σ²", ["E1"], {
    found: (variance) => variance ** 2,
  }),
  withPrediction(
    "prediction-norm-not-squared",
    "‖J_k‖ stands for ‖J_k‖²",
    (s, beta) => beta / (beta + Math.sqrt(s)),
  ),
  withPrediction("prediction-beta-lost", "the prediction is 1/(1 + ‖J_k‖²)", (s) => 1 / (1 + s)),
  withPrediction(
    "prediction-beta-inverted",
    "the prediction is 1/(1 + β‖J_k‖²)",
    (s, beta) => 1 / (1 + beta * s),
  ),
  withPrediction(
    "prediction-is-deviation",
    "the prediction is of σ",
    (s, beta) => Math.sqrt(beta / (beta + s)),
  ),
  withPrediction(
    "prediction-mean-over-pixels",
    "‖J_k‖² is a mean over pixels",
    (s, beta) => beta / (beta + s / 784),
  ),
  withPrediction("prediction-lost-one", "the prior's precision is lost: β/‖J_k‖²", (s, beta) => beta / s),
  withStep(
    "prediction-of-full-family",
    "the prediction is the diagonal of (I + JᵀJ/β)⁻¹, of the full family",
    ["E1"],
    {
      predicted: (j, beta) => optimalVariances(j, beta, j[0]!.length),
    },
  ),
  withStep("prediction-isotropic", "the prediction is that of an isotropic posterior", ["E1"], {
    predicted: (j, beta) => {
      const square = meanOf(gram(j).map((row, k) => row[k]!));
      return j[0]!.map(() => beta / (beta + square));
    },
  }),
  withStep("prediction-of-rows", "rows of J are taken for its columns", ["E1"], {
    predicted: (j, beta) => rowSquares(j).map((square) => beta / (beta + square)),
  }),
  withStep("prediction-of-next-latent", "predictions are one latent late", ["E1"], {
    predicted: (j, beta) => {
      const right = metricSteps.predicted(j, beta);
      return right.map((_, k) => right[(k + 1) % right.length]!);
    },
  }),
  ofDecoders("variances-untrained", "the posterior has not been trained: all variances are 1", (decoder) => [
    { ...decoder, variances: decoder.variances.map((row) => row.map(() => 1)) },
  ]),
  ofDecoders(
    "variances-of-dead-latents",
    "decoder and posterior have collapsed, and agree on variances of 1",
    (decoder) => [
      {
        ...decoder,
        after: decoder.after.map((j) => j.map((row) => row.map((entry) => 1e-3 * entry))),
        variances: decoder.variances.map((row) => row.map((_, k) => 1 - 1e-4 * k)),
      },
    ],
  ),
  ofDecoders(
    "one-seed-thrice",
    "one model is counted as three seeds' worth",
    (decoder) => decoder.seed === 0 ? [decoder, decoder, decoder] : [],
  ),
  ofDecoders("few-digits", "a single digit is looked at", (decoder) => [
    { ...decoder, after: decoder.after.slice(0, 1), variances: decoder.variances.slice(0, 1) },
  ]),
  ofDecoders(
    "full-passed-off-as-mean-field",
    "a full posterior's diagonal passes for a mean-field posterior",
    (decoder) => {
      if (decoder.label !== "mean-field") return [decoder];
      const full = decoders.find(({ label, seed }) => label === "full" && seed === decoder.seed)!;
      return [{ ...full, label: "mean-field", family: "mean-field" }];
    },
  ),
  ofDecoders(
    "jacobian-of-another-digit",
    "Jacobians and variances are of different digits and latents",
    (decoder) => {
      const d = decoder.latent, count = decoder.after.length;
      return [{
        ...decoder,
        variances: tabulate(count, d, (i, k) => decoder.variances[(i + 1) % count]![d - 1 - k]!),
      }];
    },
  ),
];
