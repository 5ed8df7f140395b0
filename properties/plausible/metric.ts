/**
 * Made-up results of `metric`, from Jacobians; any step may be replaced.
 *
 * @module
 */

import type { Matrix } from "../contract/subject.ts";
import type { MetricResults, TrainedMetric, Variance } from "../contract/trained.ts";
import { tabulate } from "../oracle/dense.ts";
import { type Decoder, decoders } from "./decoders.ts";
import { gram } from "./matrices.ts";

/** The steps from Jacobians to results. */
export interface MetricSteps {
  /** Mean |JᵀJ|. */
  readonly metric: (jacobians: readonly Matrix[]) => Matrix;
  /** Its mean outside blocks over its mean inside, off the diagonal. */
  readonly ratio: (metric: Matrix, block: number) => number;
  /** σ² as it is reported, from that of the posterior. */
  readonly found: (variance: number) => number;
  /** The predicted σ² of each latent. */
  readonly predicted: (jacobian: Matrix, beta: number) => readonly number[];
}

/** Means of entries. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The right steps. */
export const metricSteps: MetricSteps = {
  metric: (jacobians) => {
    const grams = jacobians.map(gram), d = grams[0]!.length;
    return tabulate(d, d, (i, j) => meanOf(grams.map((g) => Math.abs(g[i]![j]!))));
  },
  ratio: (metric, block) => {
    const together = (i: number, j: number): boolean => Math.floor(i / block) === Math.floor(j / block);
    return meanOf(metric.flatMap((row, i) => row.filter((_, j) => !together(i, j)))) /
      meanOf(metric.flatMap((row, i) => row.filter((_, j) => i !== j && together(i, j))));
  },
  found: (variance) => variance,
  predicted: (j, beta) => gram(j).map((row, k) => beta / (beta + row[k]!)),
};

/** A model's results. */
function measured(decoder: Decoder, steps: MetricSteps): TrainedMetric {
  const { before, after, variances, ...options } = decoder;
  const metric = { before: steps.metric(before), after: steps.metric(after) };
  return {
    ...options,
    metric,
    ratio: {
      before: steps.ratio(metric.before, options.block),
      after: steps.ratio(metric.after, options.block),
    },
    variances: after.flatMap((j, digit): Variance[] => {
      const predicted = steps.predicted(j, options.beta);
      return variances[digit]!.map((variance, k) => ({
        found: steps.found(variance),
        predicted: predicted[k]!,
      }));
    }),
  };
}

/** The results, with other steps or of other decoders. */
export function metricResults(
  steps: Partial<MetricSteps> = {},
  given: readonly Decoder[] = decoders,
): MetricResults {
  return { models: given.map((decoder) => measured(decoder, { ...metricSteps, ...steps })) };
}
