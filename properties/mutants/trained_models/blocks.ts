/**
 * Faults in the decoder's metric, and in how much of it lies outside blocks.
 *
 * @module
 */

import type { Matrix } from "../../contract/subject.ts";
import type { MetricResults, TrainedMetric } from "../../contract/trained.ts";
import { tabulate } from "../../oracle/dense.ts";
import { type Decoder, decoders } from "../../plausible/decoders.ts";
import { gram } from "../../plausible/matrices.ts";
import { meanOf, metricResults, type MetricSteps, metricSteps } from "../../plausible/metric.ts";
import { type Fault, fault } from "./fault.ts";

function withSteps(id: string, description: string, steps: Partial<MetricSteps>): Fault {
  return fault(id, description, ["E2"], { metric: metricResults(steps) });
}

/** A mistake in the ratio. */
function withRatio(id: string, description: string, ratio: MetricSteps["ratio"]): Fault {
  return withSteps(id, description, { ratio });
}

/** A mistake made with the results of models. */
function withModels(
  id: string,
  description: string,
  change: (model: TrainedMetric) => readonly TrainedMetric[],
): Fault {
  const { models }: MetricResults = metricResults();
  return fault(id, description, ["E2"], { metric: { models: models.flatMap(change) } });
}

/** A mistake in which decoders are trained, or whether. */
function ofDecoders(
  id: string,
  description: string,
  change: (decoder: Decoder) => readonly Decoder[],
): Fault {
  return fault(id, description, ["E2"], { metric: metricResults({}, decoders.flatMap(change)) });
}

/** The mean of entries where a condition on their blocks holds. */
function meanWhere(metric: Matrix, where: (i: number, j: number) => boolean): number {
  return meanOf(metric.flatMap((row, i) => row.filter((_, j) => where(i, j))));
}

const together = (i: number, j: number, block: number): boolean =>
  Math.floor(i / block) === Math.floor(j / block);

/** Latents in another order: those of a block far apart. */
const permuted = (metric: Matrix): Matrix => {
  const d = metric.length,
    from = metric.map((_, i) => (i * 3) % d + (d % 3 === 0 ? Math.floor(i * 3 / d) : 0));
  return tabulate(d, d, (i, j) => metric[from[i]!]![from[j]!]!);
};

/** Mistakes in the metric and its blocks. */
export const blockFaults: readonly Fault[] = [
  withRatio(
    "ratio-diagonal-inside",
    "the mean inside blocks has the diagonal in it",
    (metric, block) =>
      meanWhere(metric, (i, j) => !together(i, j, block)) /
      meanWhere(metric, (i, j) => together(i, j, block)),
  ),
  withRatio(
    "ratio-to-everything",
    "the mean is compared with that of all entries off the diagonal",
    (metric, block) =>
      meanWhere(metric, (i, j) => !together(i, j, block)) / meanWhere(metric, (i, j) => i !== j),
  ),
  withRatio("ratio-of-sums", "sums stand for means, whatever the number of entries", (metric, block) => {
    const d = metric.length;
    return metricSteps.ratio(metric, block) * (d - block) / (block - 1);
  }),
  withRatio(
    "ratio-inverted",
    "the ratio is upside down",
    (metric, block) => 1 / metricSteps.ratio(metric, block),
  ),
  withRatio(
    "ratio-count-for-size",
    "the block size is taken for the number of blocks",
    (metric, block) => metricSteps.ratio(metric, metric.length / block),
  ),
  withRatio("ratio-off-by-one", "blocks begin one latent late", (metric, block) => {
    const d = metric.length;
    return metricSteps.ratio(tabulate(d, d, (i, j) => metric[(i + 1) % d]![(j + 1) % d]!), block);
  }),
  withRatio(
    "ratio-of-squares",
    "squares are averaged for absolute values",
    (metric, block) => metricSteps.ratio(metric.map((row) => row.map((entry) => entry ** 2)), block),
  ),
  withSteps("metric-signs-kept", "the mean is of JᵀJ, whose signs cancel, not of |JᵀJ|", {
    metric: (jacobians) => {
      const grams = jacobians.map(gram), d = grams[0]!.length;
      return tabulate(d, d, (i, j) => meanOf(grams.map((g) => g[i]![j]!)));
    },
  }),
  withSteps(
    "metric-permuted",
    "latents are in the order of their use, not in that of the posterior's blocks",
    {
      metric: (jacobians) => permuted(metricSteps.metric(jacobians)),
    },
  ),
  withSteps("metric-row-order-alone", "rows are put into another order, and columns are not", {
    metric: (jacobians) => {
      const metric = metricSteps.metric(jacobians);
      return metric.map((_, i) => metric[(i + 1) % metric.length]!);
    },
  }),
  withModels(
    "before-for-after",
    "before and after training are exchanged",
    ({ metric, ratio, ...model }) => [{
      ...model,
      metric: { before: metric.after, after: metric.before },
      ratio: { before: ratio.after, after: ratio.before },
    }],
  ),
  ofDecoders("never-trained", "the decoder of the start is looked at twice", (decoder) => [
    { ...decoder, after: decoder.before },
  ]),
  ofDecoders("blocks-ignored", "the block posterior is built as a mean-field one", (decoder) => {
    const other = decoders.find(({ label, seed }) => label === "mean-field" && seed === decoder.seed)!;
    return decoder.label === "a" ? [{ ...decoder, after: other.after }] : [decoder];
  }),
  ofDecoders("controls-exchanged", "the labels of the two controls are exchanged", (decoder) => {
    if (decoder.family === "block") return [decoder];
    const label = decoder.label === "full" ? "mean-field" : "full";
    return [{ ...decoder, label, family: label }];
  }),
  ofDecoders("control-is-block", "the mean-field control was trained with blocks", (decoder) => {
    const other = decoders.find(({ label, seed }) => label === "a" && seed === decoder.seed)!;
    return decoder.label === "mean-field" ? [{ ...decoder, after: other.after }] : [decoder];
  }),
  ofDecoders(
    "control-left-out",
    "there is no full control",
    (decoder) => decoder.family === "full" ? [] : [decoder],
  ),
  ofDecoders(
    "panel-left-out",
    "a panel of the slide is missing",
    (decoder) => decoder.label === "c" ? [] : [decoder],
  ),
  ofDecoders(
    "seed-dropped",
    "a seed that did not come out well is left out of its panel",
    (decoder) => decoder.label === "b" && decoder.seed === 1 ? [] : [decoder],
  ),
  ofDecoders("panel-with-another-beta", "a panel was trained with the β of another", (decoder) => [
    decoder.label === "d" ? { ...decoder, beta: 0.4 } : decoder,
  ]),
];
