/**
 * Pictures of decoders' metrics, of their ratios, and of posterior variances.
 *
 * @module
 */

import { chart, toSvg } from "../../lib/figure/mod.ts";
import type { Figure } from "../study/study.ts";
import { mapsAfter, mapsBefore, mapsNormalised } from "./maps.ts";
import { titleOf } from "./panels.ts";
import { eachPanel, liveText, type PanelSummary, spreadText } from "./summary.ts";

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
      "brings it down; mean-field and full posteriors know of no blocks either, and leave it near 1. Blocks that die as " +
      "wholes bring it down too, which the ratio of the normalised metric over latents that live does not see.",
    seen: `Before: ${eachPanel(summaries, ({ before }) => spreadText(before))}. After: ${
      eachPanel(summaries, ({ after }) => spreadText(after))
    }. It fell in ${fell} of ${panels} models with a block posterior. Normalised, over latents that live, it is ${
      eachPanel(summaries, liveText)
    } after training.`,
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
      "σ_k² = β/(β + ‖J_{:k}‖²), example by example: the line y = x. That assumes a loss that is its Taylor " +
      "expansion at the posterior's mean to second order, with a decoder that is linear over the posterior, and " +
      "training at its optimum, with an encoder that has a variance of its own for each example. Networks that have " +
      "been trained for some epochs meet neither exactly, and single variances scatter around the line by a factor.",
    seen:
      `${pairs.length} pairs over ${models.length} models: typically a factor of ${
        variances.ratio.toFixed(2)
      } apart, ` +
      `correlation of logarithms ${variances.correlation.toFixed(3)}.`,
    content: await toSvg(spec),
  };
}

/** All pictures; the first stands for the study. */
export async function figures(summaries: readonly PanelSummary[]): Promise<Figure[]> {
  return [
    await mapsAfter(summaries),
    await mapsBefore(summaries),
    await mapsNormalised(summaries),
    await ratioChart(summaries),
    await varianceChart(summaries),
  ];
}
