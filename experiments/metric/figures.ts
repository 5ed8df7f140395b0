/**
 * Pictures of decoders' metrics, of their blocks, and of posterior variances.
 *
 * @module
 */

import { beside, chart, heatMap, toSvg } from "../../lib/figure/mod.ts";
import type { TrainedMetric } from "../../properties/laws/trained.ts";
import type { Figure } from "../study/study.ts";
import { normalised } from "./normalised.ts";
import { nameOf, titleOf } from "./panels.ts";
import { type PanelSummary, spreadText } from "./summary.ts";

/** The first seed's models as heat maps, blocks outlined, two to a row. */
async function maps(
  summaries: readonly PanelSummary[],
  shown: (model: TrainedMetric) => number[][],
  quantity: { readonly quantity: string; readonly unit?: string },
): Promise<string> {
  const figures = summaries.map(({ panel, models }) =>
    heatMap({
      matrix: shown(models[0]!),
      title: titleOf(panel),
      ...quantity,
      blocks: Array.from({ length: panel.latent / panel.block }, () => panel.block),
    })
  );
  return await toSvg(beside(figures, 2));
}

/** "panel (a) 0.45 (0.43–0.48), …" */
const ratios = (summaries: readonly PanelSummary[], at: "before" | "after"): string =>
  summaries.map((summary) => `${nameOf(summary.panel)} ${spreadText(summary[at])}`).join(", ");

/** mean |JᵀJ| after training. */
async function metricMaps(summaries: readonly PanelSummary[]): Promise<Figure> {
  const { seed } = summaries[0]!.models[0]!;
  return {
    file: "metric.svg",
    title: `Mean |JᵀJ| over held-out digits after training, seed ${seed}`,
    theory:
      "Σ* = (I + JᵀJ/β)⁻¹ wants JᵀJ to be as the family is: zero outside the posterior's blocks (outlined), free " +
      "inside them. Mean-field wants it diagonal. The full family wants nothing: every rotation of the latents is as " +
      "good. The controls have no blocks, and are outlined where panel (a) has its own.",
    seen: `Off-block over within-block off-diagonal, mean over seeds (least–most): ${
      ratios(summaries, "after")
    }.`,
    content: await maps(summaries, ({ metric }) => metric.after.map((row) => [...row]), {
      quantity: "mean |JᵀJ|",
      unit: "intensity² per latent²",
    }),
  };
}

/** The same without the scale of latents. */
async function normalisedMaps(summaries: readonly PanelSummary[]): Promise<Figure> {
  const { seed } = summaries[0]!.models[0]!;
  const dead = summaries.map(({ models }) => models.reduce((sum, model) => sum + deadLatents(model), 0));
  const latents = summaries.reduce((sum, { panel, models }) => sum + panel.latent * models.length, 0);
  return {
    file: "normalised.svg",
    title: `The same over the geometric mean of its diagonal, M_ij / √(M_ii M_jj), seed ${seed}`,
    theory:
      "Columns of unequal lengths make entries of unequal sizes; this takes the lengths away. Where a latent " +
      "has died (its column is nearly 0), what is left of its row is noise, and means nothing.",
    seen:
      `Of ${latents} latents in all models ${dead.reduce((sum, n) => sum + n, 0)} have died, with a mean ` +
      `‖J_{:k}‖² under β/10: ${summaries.map(({ panel }, i) => `${nameOf(panel)} ${dead[i]}`).join(", ")}.`,
    content: await maps(summaries, ({ metric }) => normalised(metric.after), {
      quantity: "normalised mean |JᵀJ|",
    }),
  };
}

/** Latents whose column of J is too short for the posterior to tell from the prior: mean ‖J_{:k}‖² < β/10. */
function deadLatents({ metric, beta }: TrainedMetric): number {
  return metric.after.filter((row, k) => row[k]! < beta / 10).length;
}

/** Every model's ratio before training and after: a place for each panel and control, a point for each seed. */
async function ratioChart(summaries: readonly PanelSummary[]): Promise<Figure> {
  const models = summaries.flatMap(({ models }) => models);
  const points = (at: "before" | "after", aside: number): { x: number; y: number }[] =>
    summaries.flatMap(({ models }, i) => models.map(({ ratio }) => ({ x: i + 1 + aside, y: ratio[at] })));
  const spec = chart({
    x: { title: "panel or control", names: summaries.map(({ panel }) => titleOf(panel)) },
    y: { title: "off-block over within-block off-diagonal", log: true },
    series: [
      { name: "before training", mark: "point", points: points("before", -0.12) },
      { name: "after", mark: "point", points: points("after", 0.12) },
    ],
    width: 640,
    height: 320,
  });
  const fell = models.filter(({ family, ratio }) => family === "block" && ratio.after < ratio.before).length;
  const panels = models.filter(({ family }) => family === "block").length;
  return {
    file: "ratio.svg",
    title: "Off-block over within-block off-diagonal |JᵀJ|, a point for every model",
    theory:
      "Before training the decoder knows of no blocks: the ratio scatters around 1. A block posterior " +
      "brings it down; mean-field and full posteriors know of no blocks either, and leave it near 1.",
    seen:
      `Before: ${ratios(summaries, "before")}. After: ${ratios(summaries, "after")}. It fell in ${fell} of ` +
      `${panels} models with a block posterior.`,
    content: await toSvg(spec),
  };
}

/** E1. */
async function varianceChart(summaries: readonly PanelSummary[]): Promise<Figure> {
  const { panel, models, variances } = summaries.find(({ panel }) => panel.family === "mean-field")!;
  const pairs = models.flatMap((model) => model.variances);
  const spec = chart({
    x: { title: "β/(β + ‖J_{:k}‖²)", log: true },
    y: { title: "learned σ_k²", log: true },
    series: [{
      name: titleOf(panel),
      mark: "point",
      points: pairs.map(({ found, predicted }) => ({ x: predicted, y: found })),
    }],
    identity: true,
    width: 420,
    height: 420,
  });
  return {
    file: "variances.svg",
    title: `Learned variances of the mean-field posterior beside their closed form, β = ${panel.beta}`,
    theory:
      "At the optimum σ_k² = β/(β + ‖J_{:k}‖²), example by example, as far as the decoder is linear over the " +
      "posterior and the encoder can say so.",
    seen:
      `${pairs.length} pairs over ${models.length} models: typically a factor of ${
        variances.ratio.toFixed(2)
      } apart, ` +
      `correlation of logarithms ${variances.correlation.toFixed(3)}.`,
    content: await toSvg(spec),
  };
}

/** All pictures. */
export async function figures(summaries: readonly PanelSummary[]): Promise<Figure[]> {
  return [
    await metricMaps(summaries),
    await normalisedMaps(summaries),
    await ratioChart(summaries),
    await varianceChart(summaries),
  ];
}
