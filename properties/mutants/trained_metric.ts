/**
 * Faults in the decoder's metric and in posterior variances.
 *
 * @module
 */

import type { Matrix } from "../contract/subject.ts";
import { tabulate, transpose } from "../oracle/dense.ts";
import { decoders, optimalVariances } from "../plausible/decoders.ts";
import { gram } from "../plausible/matrices.ts";
import { meanOf, metricResults, type MetricSteps, metricSteps } from "../plausible/metric.ts";
import type { StudyResults } from "../contract/results.ts";
import { mapped } from "./altered.ts";
import type { Mutant } from "./mutant.ts";
import { FaultsIn, plantedInResults } from "./trained_models.ts";

type Made = Partial<StudyResults>;

/** Mistakes in steps from Jacobians to results. */
const withSteps = (steps: Partial<MetricSteps>): Made => ({ metric: metricResults(steps) });
const ratio = (ratio: MetricSteps["ratio"]): Made => withSteps({ ratio });
const withMetric = (metric: MetricSteps["metric"]): Made => withSteps({ metric });
const found = (found: MetricSteps["found"]): Made => withSteps({ found });
const predicted = (predicted: MetricSteps["predicted"]): Made => withSteps({ predicted });

/** A mistake in what is predicted from ‖J_{:k}‖². */
const fromSquare = (predict: (square: number, beta: number) => number): Made =>
  predicted((j, beta) => gram(j).map((row, k) => predict(row[k]!, beta)));

const ofModels = new FaultsIn(metricResults().models, (models) => ({ metric: { models } }));
const ofDecoders = new FaultsIn(decoders, (faulty) => ({ metric: metricResults({}, faulty) }));

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
export const metricMutants: readonly Mutant[] = plantedInResults({
  "E2": {
    "ratio-diagonal-inside: the mean inside blocks has the diagonal in it": ratio((metric, block) =>
      meanWhere(metric, (i, j) => !together(i, j, block)) /
      meanWhere(metric, (i, j) => together(i, j, block))
    ),
    "ratio-to-everything: the mean is compared with that of all entries off the diagonal": ratio(
      (metric, block) =>
        meanWhere(metric, (i, j) => !together(i, j, block)) / meanWhere(metric, (i, j) => i !== j),
    ),
    "ratio-of-sums: sums stand for means, whatever the number of entries": ratio((metric, block) => {
      const d = metric.length;
      return metricSteps.ratio(metric, block) * (d - block) / (block - 1);
    }),
    "ratio-inverted: the ratio is upside down": ratio((metric, block) =>
      1 / metricSteps.ratio(metric, block)
    ),
    "ratio-count-for-size: the block size is taken for the number of blocks": ratio((metric, block) =>
      metricSteps.ratio(metric, metric.length / block)
    ),
    "ratio-off-by-one: blocks begin one latent late": ratio((metric, block) => {
      const d = metric.length;
      return metricSteps.ratio(tabulate(d, d, (i, j) => metric[(i + 1) % d]![(j + 1) % d]!), block);
    }),
    "ratio-of-squares: squares are averaged for absolute values": ratio((metric, block) =>
      metricSteps.ratio(mapped(metric, (entry) => entry ** 2), block)
    ),
    "metric-signs-kept: the mean is of JᵀJ, whose signs cancel, not of |JᵀJ|": withMetric((jacobians) => {
      const grams = jacobians.map(gram), d = grams[0]!.length;
      return tabulate(d, d, (i, j) => meanOf(grams.map((g) => g[i]![j]!)));
    }),
    "metric-permuted: latents are in the order of their use, not in that of the posterior's blocks":
      withMetric((jacobians) => permuted(metricSteps.metric(jacobians))),
    "metric-row-order-alone: rows are put into another order, and columns are not": withMetric(
      (jacobians) => {
        const metric = metricSteps.metric(jacobians);
        return metric.map((_, i) => metric[(i + 1) % metric.length]!);
      },
    ),
    "before-for-after: before and after training are exchanged": ofModels.changed(
      ({ metric, ratio }) => ({
        metric: { before: metric.after, after: metric.before },
        ratio: { before: ratio.after, after: ratio.before },
      }),
    ),
    "never-trained: the decoder of the start is looked at twice": ofDecoders.changed(({ before }) => ({
      after: before,
    })),
    "blocks-ignored: the block posterior is built as a mean-field one": ofDecoders.changedWhere(
      { label: "a" },
      ({ seed }) => ({ after: ofDecoders.first({ label: "mean-field", seed }).after }),
    ),
    "controls-exchanged: the labels of the two controls are exchanged": ofDecoders.changed(({ label }) =>
      label === "full"
        ? { label: "mean-field", family: "mean-field" }
        : label === "mean-field"
        ? { label: "full", family: "full" }
        : {}
    ),
    "control-is-block: the mean-field control was trained with blocks": ofDecoders.changedWhere(
      { label: "mean-field" },
      ({ seed }) => ({ after: ofDecoders.first({ label: "a", seed }).after }),
    ),
    "control-left-out: there is no full control": ofDecoders.without({ family: "full" }),
    "panel-left-out: a panel of the slide is missing": ofDecoders.without({ label: "c" }),
    "seed-dropped: a seed that did not come out well is left out of its panel": ofDecoders.without({
      label: "b",
      seed: 1,
    }),
    "panel-with-another-beta: a panel was trained with the β of another": ofDecoders.changedWhere({
      label: "d",
    }, () => ({ beta: 0.4 })),
  },
});

/** ‖J_{k:}‖² for the first d rows k. */
const rowSquares = (j: Matrix): readonly number[] =>
  gram(transpose(j)).slice(0, j[0]!.length).map((row, k) => row[k]!);

/** Mistakes in variances. */
export const varianceMutants: readonly Mutant[] = plantedInResults({
  "E1": {
    "variance-is-deviation: σ is reported for σ²": found(Math.sqrt),
    "variance-is-precision: 1/σ² is reported for σ²": found((variance) => 1 / variance),
    "variance-from-half-log: log σ² is taken for log σ, so that σ⁴ is reported for σ²": found((variance) =>
      variance ** 2
    ),
    "prediction-of-full-family: the prediction is the diagonal of (I + JᵀJ/β)⁻¹, of the full family":
      predicted((j, beta) => optimalVariances(j, beta, j[0]!.length)),
    "prediction-isotropic: the prediction is that of an isotropic posterior": predicted((j, beta) => {
      const square = meanOf(gram(j).map((row, k) => row[k]!));
      return j[0]!.map(() => beta / (beta + square));
    }),
    "prediction-of-rows: rows of J are taken for its columns": predicted((j, beta) =>
      rowSquares(j).map((square) => beta / (beta + square))
    ),
    "prediction-of-next-latent: predictions are one latent late": predicted((j, beta) => {
      const right = metricSteps.predicted(j, beta);
      return right.map((_, k) => right[(k + 1) % right.length]!);
    }),
    "prediction-norm-not-squared: ‖J_k‖ stands for ‖J_k‖²": fromSquare((s, beta) =>
      beta / (beta + Math.sqrt(s))
    ),
    "prediction-beta-lost: the prediction is 1/(1 + ‖J_k‖²)": fromSquare((s) => 1 / (1 + s)),
    "prediction-beta-inverted: the prediction is 1/(1 + β‖J_k‖²)": fromSquare((s, beta) =>
      1 / (1 + beta * s)
    ),
    "prediction-is-deviation: the prediction is of σ": fromSquare((s, beta) => Math.sqrt(beta / (beta + s))),
    "prediction-mean-over-pixels: ‖J_k‖² is a mean over pixels": fromSquare((s, beta) =>
      beta / (beta + s / 784)
    ),
    "prediction-lost-one: the prior's precision is lost: β/‖J_k‖²": fromSquare((s, beta) => beta / s),
    "variances-untrained: the posterior has not been trained: all variances are 1": ofDecoders.changed((
      { variances },
    ) => ({ variances: mapped(variances, () => 1) })),
    "variances-of-dead-latents: decoder and posterior have collapsed, and agree on variances of 1": ofDecoders
      .changed(({ after, variances }) => ({
        after: after.map((j) => mapped(j, (entry) => 1e-3 * entry)),
        variances: mapped(variances, (_, __, k) => 1 - 1e-4 * k),
      })),
    "one-seed-thrice: one model is counted as three seeds' worth": ofDecoders.replaced((decoder) =>
      decoder.seed === 0 ? [decoder, decoder, decoder] : []
    ),
    "few-digits: a single digit is looked at": ofDecoders.changed(({ after, variances }) => ({
      after: after.slice(0, 1),
      variances: variances.slice(0, 1),
    })),
    "full-passed-off-as-mean-field: a full posterior's diagonal passes for a mean-field posterior": ofDecoders
      .changedWhere({ label: "mean-field" }, ({ seed, label, family }) => ({
        ...ofDecoders.first({ label: "full", seed }),
        label,
        family,
      })),
    "jacobian-of-another-digit: Jacobians and variances are of different digits and latents": ofDecoders
      .changed(
        ({ variances }) => ({
          variances: mapped(variances, (_, i, k) => variances[(i + 1) % variances.length]!.at(-1 - k)!),
        }),
      ),
  },
});
