/**
 * E2: the blocks of a posterior are seen in the metric of its decoder.
 *
 * @module
 */

import type { Clause } from "../../contract/clause.ts";
import { exact, type Tolerance, tolerance } from "../../contract/tolerance.ts";
import { law, tex } from "../../contract/law.ts";
import type { Matrix } from "../../contract/subject.ts";
import type { TrainedMetric } from "../../contract/trained.ts";
import { diagonalOf, sum } from "../reference/algebra.ts";
import { geometricMean, mean } from "../reference/statistics.ts";
import { ofMetric } from "./every_run.ts";
import { firstTwice, grouped, seedsOf } from "./groups.ts";
import {
  BLOCK_RATIO,
  FULL_OVER_MEAN_FIELD_SHARE,
  LOG_RATIO_OF_ONE,
  MEAN_BLOCK_RATIO,
  MEAN_LOG_RATIO_OF_ONES,
  METRIC_CHANGE,
  PANEL_COUNT,
  RATIO_SEPARATION,
  SEEDS,
} from "./thresholds.ts";
import { modelName } from "./variances.ts";

/** The panels of the slide "MNIST": family, β, d, b; and the controls, in which the blocks of panel (a) are looked at. */
const PANELS: Readonly<Record<TrainedMetric["label"], readonly [string, number, number, number]>> = {
  "a": ["block", 0.2, 8, 2],
  "b": ["block", 0.4, 8, 2],
  "c": ["block", 0.6, 12, 2],
  "d": ["block", 1, 8, 2],
  "mean-field": ["mean-field", 0.2, 8, 2],
  "full": ["full", 0.2, 8, 2],
};

const isControl = ({ family }: TrainedMetric): boolean => family !== "block";

/** Mean off-block entry over mean entry off the diagonal inside blocks of `size` consecutive latents. */
function offBlockRatio(metric: Matrix, size: number): number {
  const block = (i: number): number => Math.floor(i / size);
  const within = metric.flatMap((row, i) => row.filter((_, j) => i !== j && block(i) === block(j)));
  const outside = metric.flatMap((row, i) => row.filter((_, j) => block(i) !== block(j)));
  return mean(outside) / mean(within);
}

/** Mean entry off the diagonal over mean entry on it. */
function offDiagonalShare(metric: Matrix): number {
  const trace = sum(diagonalOf(metric)), d = metric.length;
  return (sum(metric.map(sum)) - trace) / (d - 1) / trace;
}

const enough = ofMetric(
  "there are the slide's panels with its β, d and b, and both controls, each of the same seeds, none twice",
  ({ models }, scale) => {
    const labels = grouped(models, ({ label }) => label), seeds = seedsOf(models);
    scale.atLeast(
      "panels",
      [...labels.keys()].filter((label) => PANELS[label][0] === "block").length,
      PANEL_COUNT,
    );
    for (const control of ["mean-field", "full"] as const) {
      scale.is(`the control ${control} is there`, labels.has(control), true);
    }
    scale.atLeast("seeds", seeds.length, SEEDS);
    scale.is("a model that is there twice", firstTwice(models, modelName) ?? "none", "none");
    for (const [label, of] of labels) {
      const [family, beta, latent, block] = PANELS[label];
      const expected = `${family}, β ${beta}, d ${latent}, b ${block}`;
      scale.is(`${label}: seeds`, seedsOf(of).join(), seeds.join());
      for (const model of of) {
        const given = `${model.family}, β ${model.beta}, d ${model.latent}, b ${model.block}`;
        scale.is(modelName(model), given, expected);
      }
    }
  },
);

const metrics = ofMetric(
  "mean |JᵀJ| is symmetric, non-negative and obeys |G_ij| ≤ √(G_ii G_jj) (Cauchy and Schwarz)",
  ({ models }, scale) => {
    for (const model of models) {
      for (const [when, metric] of Object.entries(model.metric)) {
        const name = `${modelName(model)}, ${when} training`, scales = diagonalOf(metric);
        scale.is(`${name}: rows`, metric.length, model.latent);
        metric.forEach((row, i) => {
          scale.is(`${name}: columns`, row.length, model.latent);
          row.forEach((entry, j) => {
            const most = Math.sqrt(scales[i]! * scales[j]!), slack = float32(most);
            scale.close(`${name}: [${i}][${j}] less [${j}][${i}]`, entry - metric[j]![i]!, 0, slack);
            scale.notBelow(`${name}: [${i}][${j}]`, entry, 0, exact("a mean of absolute values"));
            scale.notBelow(`${name}: √(G_ii G_jj) less [${i}][${j}]`, most - entry, 0, slack);
          });
        });
      }
    }
  },
);

/** Sums over pixels and digits in float32. */
const float32 = (size: number): Tolerance =>
  tolerance("sums over pixels and digits in float32", { c: 1000, epsilon: 2 ** -24, scale: size });

const definition = ofMetric(
  "the ratio is the mean entry outside blocks over the mean entry off the diagonal inside them",
  ({ models }, scale) => {
    for (const model of models) {
      for (const when of ["before", "after"] as const) {
        const ratio = offBlockRatio(model.metric[when], model.block);
        const slack = tolerance("rounding of two means", { c: 1000, epsilon: 2 ** -53, scale: ratio });
        scale.close(`${modelName(model)}: ratio ${when} training`, model.ratio[when], ratio, slack);
      }
    }
  },
);

const blocks = ofMetric(
  "after training with a block posterior, JᵀJ outside blocks is far below JᵀJ inside them, for every seed and more so in the mean",
  ({ models }, scale) => {
    for (const [label, same] of grouped(models.filter((model) => !isControl(model)), ({ label }) => label)) {
      for (const model of same) {
        scale.within(`${modelName(model)}: ratio after training`, model.ratio.after, 0, BLOCK_RATIO);
      }
      const typical = geometricMean(same.map(({ ratio }) => ratio.after));
      scale.within(`${label}: geometric mean of the ratio after training`, typical, 0, MEAN_BLOCK_RATIO);
    }
  },
);

/** The ratios of models that know no blocks: near 1 each, and nearer in the mean over seeds. */
function nearOne(says: string, when: "before" | "after", of: (model: TrainedMetric) => boolean): Clause {
  return ofMetric(says, ({ models }, scale) => {
    for (const [label, same] of grouped(models.filter(of), ({ label }) => label)) {
      const logs = same.map((model) => Math.log(model.ratio[when]));
      logs.forEach((log, i) => {
        scale.within(`${modelName(same[i]!)}: log of the ratio ${when} training`, log, 0, LOG_RATIO_OF_ONE);
      });
      scale.within(`${label}: mean log of the ratio ${when} training`, mean(logs), 0, MEAN_LOG_RATIO_OF_ONES);
    }
  });
}

const controls = nearOne(
  "the mean-field and the full control show no such blocks: near 1",
  "after",
  isControl,
);
const untrained = nearOne("before training no decoder shows blocks: near 1", "before", () => true);

const separation = ofMetric(
  "the controls' ratios lie above those of every panel, in the mean over seeds",
  ({ models }, scale) => {
    const typical = (control: boolean): number[] =>
      [...grouped(models.filter((model) => isControl(model) === control), ({ label }) => label).values()]
        .map((same) => geometricMean(same.map(({ ratio }) => ratio.after)));
    const least = Math.min(...typical(true)), greatest = Math.max(...typical(false));
    scale.atLeast(
      "the least control over the greatest panel, geometric means",
      least / greatest,
      RATIO_SEPARATION,
    );
  },
);

const change = ofMetric("training changed the metric", ({ models }, scale) => {
  for (const model of models) {
    const { before, after } = model.metric;
    const norm = (of: (i: number, j: number) => number): number =>
      Math.hypot(...before.flatMap((row, i) => row.map((_, j) => of(i, j))));
    const change = norm((i, j) => after[i]![j]! - before[i]![j]!) / norm((i, j) => before[i]![j]!);
    scale.atLeast(`${modelName(model)}: ‖after − before‖/‖before‖`, change, METRIC_CHANGE);
  }
});

const families = ofMetric(
  "the mean-field control's JᵀJ is nearer to diagonal than that of the full one, whose rotation is arbitrary",
  ({ models }, scale) => {
    const share = (family: string): number =>
      mean(
        models.filter((model) => isControl(model) && model.family === family)
          .map(({ metric }) => offDiagonalShare(metric.after)),
      );
    scale.atLeast(
      "off the diagonal over on it, full over mean-field",
      share("full") / share("mean-field"),
      FULL_OVER_MEAN_FIELD_SHARE,
    );
  },
);

/** E2. */
export const E2 = law({
  id: "E2",
  title: "Blocks of the metric",
  statement:
    "trained with a block posterior, mean |JᵀJ| outside blocks is far below mean |JᵀJ| off the diagonal inside them, and near it for the mean-field and full controls",
  tex:
    tex`\frac{\operatorname{mean}\{\lvert J^\top J\rvert_{ij}: i,j\text{ in different blocks}\}}{\operatorname{mean}\{\lvert J^\top J\rvert_{ij}: i\ne j\text{ in one block}\}}\ll 1`,
  source: "MNIST",
  kind: "empirical",
  assumptions: ["training has come near an optimum"],
  expected: "holds under stated assumptions",
  clauses: [enough, metrics, definition, blocks, controls, untrained, separation, change, families],
});
