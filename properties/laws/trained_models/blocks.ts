/**
 * E2: the blocks of a posterior are seen in the metric of its decoder.
 *
 * @module
 */

import { type Clause, exact, law, tex, type Tolerance, tolerance } from "../../contract/mod.ts";
import type { Matrix } from "../../contract/subject.ts";
import type { TrainedMetric } from "../../contract/trained.ts";
import { diagonalOf, sum } from "../reference/algebra.ts";
import { geometricMean, mean } from "../reference/statistics.ts";
import { firstTwice, ofMetric, seedsOf } from "./every_run.ts";
import { modelName } from "./variances.ts";
import { both, least, most, says, SEEDS, type Threshold } from "./threshold.ts";

/** What E2 allows: ratios of mean |JᵀJ| outside blocks to that off the diagonal inside them, and others. */
export const ALLOWED = {
  panels: both(4, "the slide has four"),
  /** Where latents die early a single short training says little; what is held is the mean over seeds. */
  ratio: most([0.81, 2.1], [0.65, 1.6], "a quarter as much again is allowed"),
  meanRatio: most([0.61, 0.8], [0.48, 0.63], "a quarter as much again is allowed"),
  logOfOne: most([0.84, 1.8], [0.56, 1.2]),
  meanLogOfOnes: most(
    [0.37, 1.5],
    [0.091, 0.37],
    "since this is a mean over few seeds, four times as much is allowed",
  ),
  separation: least([1.5, 1], [1.9, 1.2], "five sixths of it are asked for"),
  change: least([1.8, 0.24], [2.8, 0.37]),
  fullOverMeanField: least([1.3, 1.1], [2.1, 1.7]),
} as const satisfies Readonly<Record<string, Threshold>>;

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
  says`there are the slide's panels with its β, d and b, and both controls, each of the same ${SEEDS} seeds or more, none twice`,
  ({ models }, scale) => {
    const labels = Map.groupBy(models, ({ label }) => label), seeds = seedsOf(models);
    scale.enough(
      "panels",
      [...labels.keys()].filter((label) => PANELS[label][0] === "block").length,
      ALLOWED.panels,
    );
    for (const control of ["mean-field", "full"] as const) {
      scale.is(`the control ${control} is there`, labels.has(control), true);
    }
    scale.enough("seeds", seeds.length, SEEDS);
    scale.is("a model that is there twice", firstTwice(models, modelName), "none");
    for (const [label, own] of labels) {
      const [family, beta, latent, block] = PANELS[label];
      const expected = `${family}, β ${beta}, d ${latent}, b ${block}`;
      scale.is(`${label}: seeds`, seedsOf(own).join(), seeds.join());
      for (const model of own) {
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
  says`after training with a block posterior, mean |JᵀJ| outside blocks is at most ${ALLOWED.ratio} of that off the diagonal inside them, and ${ALLOWED.meanRatio} in the mean over seeds`,
  ({ models }, scale) => {
    for (
      const [label, same] of Map.groupBy(models.filter((model) => !isControl(model)), ({ label }) => label)
    ) {
      for (const model of same) {
        scale.within(`${modelName(model)}: ratio after training`, model.ratio.after, 0, ALLOWED.ratio);
      }
      const typical = geometricMean(same.map(({ ratio }) => ratio.after));
      scale.within(`${label}: geometric mean of the ratio after training`, typical, 0, ALLOWED.meanRatio);
    }
  },
);

/** The ratios of models that know no blocks: near 1 each, and nearer in the mean over seeds. */
function nearOne(says: string, when: "before" | "after", chosen: (model: TrainedMetric) => boolean): Clause {
  return ofMetric(says, ({ models }, scale) => {
    for (const [label, same] of Map.groupBy(models.filter(chosen), ({ label }) => label)) {
      const logs = same.map((model) => Math.log(model.ratio[when]));
      logs.forEach((log, i) => {
        scale.within(`${modelName(same[i]!)}: log of the ratio ${when} training`, log, 0, ALLOWED.logOfOne);
      });
      scale.within(`${label}: mean log of the ratio ${when} training`, mean(logs), 0, ALLOWED.meanLogOfOnes);
    }
  });
}

const controls = nearOne(
  says`the mean-field and the full control show no such blocks: log of the ratio within ${ALLOWED.logOfOne} of 0, and ${ALLOWED.meanLogOfOnes} in the mean over seeds`,
  "after",
  isControl,
);
const untrained = nearOne(
  says`before training no decoder shows blocks: log of the ratio within ${ALLOWED.logOfOne} of 0, and ${ALLOWED.meanLogOfOnes} in the mean over seeds`,
  "before",
  () => true,
);

const separation = ofMetric(
  says`the controls' ratios are at least ${ALLOWED.separation} times those of every panel, in the mean over seeds`,
  ({ models }, scale) => {
    const typical = (control: boolean): number[] =>
      [...Map.groupBy(models.filter((model) => isControl(model) === control), ({ label }) => label).values()]
        .map((same) => geometricMean(same.map(({ ratio }) => ratio.after)));
    const least = Math.min(...typical(true)), greatest = Math.max(...typical(false));
    scale.atLeast(
      "the least control over the greatest panel, geometric means",
      least / greatest,
      ALLOWED.separation,
    );
  },
);

const change = ofMetric(
  says`training changed the metric by at least ${ALLOWED.change} of its norm`,
  ({ models }, scale) => {
    for (const model of models) {
      const { before, after } = model.metric;
      const norm = (entry: (i: number, j: number) => number): number =>
        Math.hypot(...before.flatMap((row, i) => row.map((_, j) => entry(i, j))));
      const change = norm((i, j) => after[i]![j]! - before[i]![j]!) / norm((i, j) => before[i]![j]!);
      scale.atLeast(`${modelName(model)}: ‖after − before‖/‖before‖`, change, ALLOWED.change);
    }
  },
);

const families = ofMetric(
  says`the full control, whose rotation is arbitrary, has at least ${ALLOWED.fullOverMeanField} times the mean-field one's share of |JᵀJ| off the diagonal`,
  ({ models }, scale) => {
    const share = (family: string): number =>
      mean(
        models.filter((model) => isControl(model) && model.family === family)
          .map(({ metric }) => offDiagonalShare(metric.after)),
      );
    scale.atLeast(
      "off the diagonal over on it, full over mean-field",
      share("full") / share("mean-field"),
      ALLOWED.fullOverMeanField,
    );
  },
);

export const E2 = law({
  id: "E2",
  title: "Blocks of the metric",
  statement:
    `trained with a block posterior, mean |JᵀJ| outside blocks is at most ${ALLOWED.meanRatio.run} of mean |JᵀJ| off the diagonal inside them over seeds, and near it for the mean-field and full controls`,
  tex:
    tex`\frac{\operatorname{mean}\{\lvert J^\top J\rvert_{ij}: i,j\text{ in different blocks}\}}{\operatorname{mean}\{\lvert J^\top J\rvert_{ij}: i\ne j\text{ in one block}\}}\ll 1`,
  source: "MNIST",
  kind: "empirical",
  assumptions: ["training has come near an optimum"],
  expected: "holds under stated assumptions",
  clauses: [enough, metrics, definition, blocks, controls, untrained, separation, change, families],
});
