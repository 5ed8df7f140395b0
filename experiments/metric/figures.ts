/**
 * What trained decoders' metrics come to: a summary over seeds, numbers, figures and a table.
 *
 * @module
 */

import { beside, chart, heatMap, toSvg } from "../../lib/figure/mod.ts";
import type { MetricResults, TrainedMetric } from "../../properties/laws/trained.ts";
import { type Spread, spreadOf } from "../runner/spread.ts";
import type { Conclusion, Figure, Table } from "../runner/study.ts";
import {
  activeLatents,
  activeRatio,
  type Agreement,
  agreement,
  lengthsAlone,
  normalised,
  offBlockRatio,
} from "./measures.ts";
import { type Panel, PANELS } from "./panel.ts";

/** A panel, or a control, over its seeds. */
export interface PanelSummary {
  readonly panel: Panel;
  /** Its models, in the order of their seeds. */
  readonly models: readonly TrainedMetric[];
  /** Off-block over within-block off-diagonal |JᵀJ|. */
  readonly before: Spread;
  readonly after: Spread;
  /** The same after training, from the lengths of columns alone. */
  readonly lengths: Spread;
  /** The same of the normalised metric, over active latents; null where no seed has it. */
  readonly active: Spread | null;
  /** How many seeds have that. */
  readonly activeSeeds: number;
  /** Latents of all seeds that have collapsed. */
  readonly collapsed: number;
  /** Of learned variances with the optimum of the mean-field family. */
  readonly variances: Agreement;
}

/** Summaries in the order of the panels, without those that have no model. */
export function summaries(models: readonly TrainedMetric[]): PanelSummary[] {
  return PANELS.flatMap((panel) => {
    const own = models.filter(({ label }) => label === panel.label);
    if (own.length === 0) return [];
    const active = own.map(({ metric, beta }) => activeLatents(metric.after, beta));
    const ratios = own.flatMap(({ metric, block }, i) => activeRatio(metric.after, block, active[i]!) ?? []);
    return [{
      panel,
      models: own,
      before: spreadOf(own.map(({ ratio }) => ratio.before)),
      after: spreadOf(own.map(({ ratio }) => ratio.after)),
      lengths: spreadOf(own.map(({ metric, block }) => offBlockRatio(lengthsAlone(metric.after), block))),
      active: ratios.length > 0 ? spreadOf(ratios) : null,
      activeSeeds: ratios.length,
      collapsed: active.flat().filter((is) => !is).length,
      variances: agreement(own.flatMap(({ variances }) => variances)),
    }];
  });
}

/** "(a)", "mean-field". */
const shortName = ({ label, family }: Panel): string => family === "block" ? `(${label})` : label;

/** "(c) β = 0.6, d = 12, b = 2", "mean-field, β = 0.2, d = 8". */
const fullName = (panel: Panel): string =>
  `${shortName(panel)}${panel.family === "block" ? "" : ","} β = ${panel.beta}, d = ${panel.latent}` +
  (panel.family === "block" ? `, b = ${panel.block}` : "");

/** "0.22 (0.17–0.26)". */
const spreadText = ({ mean, least, most }: Spread): string =>
  `${mean.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;

/** "(a) 0.45 (0.43–0.48), …, full none". */
const eachPanel = (
  all: readonly PanelSummary[],
  of: (summary: PanelSummary) => Spread | null,
): string =>
  all.map((summary) => {
    const spread = of(summary);
    return `${shortName(summary.panel)} ${spread === null ? "none" : spreadText(spread)}`;
  }).join(", ");

/** The first seed's models as heat maps, one below the other. */
async function maps(
  all: readonly PanelSummary[],
  quantity: string,
  of: (model: TrainedMetric) => readonly (readonly number[])[],
): Promise<string> {
  return await toSvg(beside(
    all.map(({ panel, models: [first] }) =>
      heatMap({
        matrix: of(first!),
        title: fullName(panel),
        quantity,
        blocks: Array.from({ length: panel.latent / panel.block }, () => panel.block),
      })
    ),
    1,
  ));
}

/** Every model's ratio before training and after: a place for each panel and control, a point for each seed. */
async function ratioChart(all: readonly PanelSummary[]): Promise<Figure> {
  const points = (at: "before" | "after", aside: number): { x: number; y: number }[] =>
    all.flatMap(({ models }, i) => models.map(({ ratio }) => ({ x: i + 1 + aside, y: ratio[at] })));
  const spec = chart({
    x: { title: "panel or control", names: all.map(({ panel }) => shortName(panel)) },
    y: { title: "off-block over within-block", log: true },
    series: [
      { name: "before", mark: "point", points: points("before", -0.12) },
      { name: "after", mark: "point", points: points("after", 0.12) },
    ],
  });
  return {
    file: "ratio.svg",
    title: "Off-block over within-block off-diagonal |JᵀJ|",
    caption:
      "A point for every model. Only a block posterior makes blocks in JᵀJ, which bring the ratio below 1; " +
      `collapsed latents lower it as well. Before training: ${
        eachPanel(all, ({ before }) => before)
      }. After: ${eachPanel(all, ({ after }) => after)}. Normalised, over active latents: ${
        eachPanel(all, ({ active }) => active)
      }.`,
    content: await toSvg(spec),
  };
}

/** E1, for the mean-field control. */
async function varianceChart({ panel, models, variances }: PanelSummary): Promise<Figure> {
  const pairs = models.flatMap((model) => model.variances);
  const spec = chart({
    x: { title: "β/(β + ‖Jₖ‖²)", log: true },
    y: { title: "learned variance", log: true },
    series: [{
      name: fullName(panel),
      mark: "point",
      points: pairs.map(({ found, predicted }) => ({ x: predicted, y: found })),
    }],
    identity: true,
  });
  return {
    file: "variances.svg",
    title: `Learned variances of the mean-field posterior, β = ${panel.beta}`,
    caption:
      "The optimum for a decoder that is linear over the posterior is the line y = x: latent k at an image has " +
      `the variance β/(β + ‖Jₖ‖²), Jₖ being column k of J there. Of ${pairs.length} pairs over ${models.length} ` +
      `models the typical factor between the two is ${
        variances.factor.toFixed(2)
      }, and the correlation of their ` +
      `logarithms ${variances.correlation.toFixed(3)}.`,
    content: await toSvg(spec),
  };
}

/** All figures; the first stands for the study. */
export async function figures(all: readonly PanelSummary[]): Promise<Figure[]> {
  const seed = all[0]!.models[0]!.seed;
  const meanField = all.find(({ panel }) => panel.family === "mean-field");
  const collapsed = all.map(({ panel, collapsed }) => `${shortName(panel)} ${collapsed}`).join(", ");
  return [
    {
      file: "metric.svg",
      title: `Mean |JᵀJ| over held-out images after training, seed ${seed}`,
      caption:
        "Σ* = (I + JᵀJ/β)⁻¹ draws JᵀJ to zero outside the posterior's blocks, which are outlined; the controls " +
        "have the outlines of panel (a). Intensity² per latent²; every map has its own colours. Off-block over " +
        `within-block off-diagonal, mean over seeds (least–most): ${eachPanel(all, ({ after }) => after)}.`,
      content: await maps(all, "mean |JᵀJ|", ({ metric }) => metric.after),
    },
    {
      file: "normalised.svg",
      title: `Mean |JᵀJ| after training, normalised, seed ${seed}`,
      caption:
        "A normalised entry is mean |JᵀJ| over the geometric mean of the two diagonal entries in its row and " +
        "column: the lengths of J's columns cancel. Rows of collapsed latents are noise: those with a mean ‖Jₖ‖² " +
        `under β/10, of all seeds together ${collapsed}.`,
      content: await maps(all, "normalised entry", ({ metric }) => normalised(metric.after)),
    },
    await ratioChart(all),
    ...(meanField ? [await varianceChart(meanField)] : []),
    {
      file: "before.svg",
      title: `Mean |JᵀJ| over held-out images before training, seed ${seed}`,
      caption:
        "The decoder that training starts from is random and knows no blocks. Off-block over within-block " +
        `off-diagonal, mean over seeds (least–most): ${eachPanel(all, ({ before }) => before)}.`,
      content: await maps(all, "mean |JᵀJ|", ({ metric }) => metric.before),
    },
  ];
}

/** A row for every panel and control. */
export function tables(all: readonly PanelSummary[]): Table[] {
  const spreads = ["before", "after", "lengths", "active"] as const;
  return [{
    file: "panels.csv",
    title: "Panels and controls",
    caption:
      "Mean off-block over mean within-block off-diagonal |JᵀJ| over seeds, before and after training. Lengths: " +
      "after, if J's columns were collinear, (k − 1)/(B − 1) where all but k of B blocks have collapsed and lengths are " +
      "equal. Active: of normalised entries over latents with a mean ‖Jₖ‖² of β/10 or more; collapsed: how many have " +
      "less. Factor: typically between Σ_kk and β/(β + ‖Jₖ‖²), the optimum of the mean-field family and a lower bound " +
      "for the others; correlation: of their logarithms.",
    head: [
      ...["panel", "family", "β", "latents", "block", "seeds"],
      ...spreads.flatMap((name) => [name, `${name}, least`, `${name}, most`]),
      ...["active, seeds", "collapsed", "factor", "correlation"],
    ],
    rows: all.map(({ panel: { label, family, beta, latent, block }, models, variances, ...of }) => [
      ...[label, family, beta, latent, block, models.length],
      ...spreads.flatMap((name) => {
        const { mean = null, least = null, most = null } = of[name] ?? {};
        return [mean, least, most];
      }),
      ...[of.activeSeeds, of.collapsed, variances.factor, variances.correlation],
    ]),
  }];
}

/** The key numbers of a panel: `before.a.mean`, `active.mean-field.most`, `variances.full.factor`. */
function numbersOf({ panel: { label }, models, variances, ...of }: PanelSummary): [string, number][] {
  const spreads = Object.entries({
    before: of.before,
    after: of.after,
    lengths: of.lengths,
    active: of.active,
  });
  return [
    [`seeds.${label}`, models.length],
    ...spreads.flatMap(([name, spread]) =>
      spread === null ? [] : (["mean", "least", "most"] as const).map((
        which,
      ): [string, number] => [`${name}.${label}.${which}`, spread[which]])
    ),
    [`collapsed.${label}`, of.collapsed],
    [`variances.${label}.factor`, variances.factor],
    [`variances.${label}.correlation`, variances.correlation],
  ];
}

/** What trained models come to. @throws (rejects) RangeError for none */
export async function conclude(models: readonly TrainedMetric[]): Promise<Conclusion<MetricResults>> {
  if (models.length === 0) {
    throw new RangeError("metric: at least one trained model is needed, but there is none");
  }
  const all = summaries(models);
  return {
    results: { models },
    numbers: Object.fromEntries(all.flatMap(numbersOf)),
    answer: `Off-block over within-block |JᵀJ| is ${eachPanel(all, ({ after }) => after)} after training ` +
      `(mean over seeds, least–most), and ${eachPanel(all, ({ before }) => before)} before it.`,
    caveat:
      "Collapsed latents lower the ratio too, so read it beside that of normalised entries over active latents; " +
      "networks trained for a few epochs reach no optimum exactly.",
    figures: await figures(all),
    tables: tables(all),
  };
}
