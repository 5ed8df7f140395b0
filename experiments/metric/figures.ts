/**
 * The conclusion from the metrics of trained decoders: a summary over seeds, numbers, figures and a table.
 *
 * @module
 */

import { beside, heatMap, toSvg } from "../../figure/mod.ts";
import type { MetricResults, TrainedMetric } from "../../properties/contract/trained.ts";
import { charted } from "../runner/charted.ts";
import { spreadOf, spreadText } from "../runner/spread.ts";
import type { Conclusion, Figure, Table } from "../runner/study.ts";
import { activeLatents, activeRatio, agreement, normalised } from "./measures.ts";
import { type Panel, PANELS } from "./panel.ts";

/** The summary of a panel, or a control, over its seeds. */
type PanelSummary = ReturnType<typeof summaries>[number];

/** Summaries in the order of the panels, without those that have no model. */
export function summaries(models: readonly TrainedMetric[]) {
  return PANELS.flatMap((panel) => {
    const own = models.filter(({ label }) => label === panel.label);
    if (own.length === 0) return [];
    const active = own.map(({ metric, beta }) => activeLatents(metric.after, beta));
    const ratios = own.flatMap(({ metric, block }, i) => activeRatio(metric.after, block, active[i]!) ?? []);
    return [{
      panel,
      /** In the order of their seeds. */
      models: own,
      /** Off-block over within-block off-diagonal |JᵀJ|, before training and after. */
      before: spreadOf(own.map(({ ratio }) => ratio.before)),
      after: spreadOf(own.map(({ ratio }) => ratio.after)),
      /** That of the normalised metric over active latents; null where no seed has it. */
      active: ratios.length > 0 ? spreadOf(ratios) : null,
      activeSeeds: ratios.length,
      /** Latents of all seeds that have collapsed. */
      collapsed: active.flat().filter((is) => !is).length,
      /** Of learned variances with the optimum of the mean-field family. */
      variances: agreement(own.flatMap(({ variances }) => variances)),
    }];
  });
}

/** "(a)", "mean-field". */
const nameOf = ({ label, family }: Panel): string => family === "block" ? `(${label})` : label;

/** "(a) 0.45 (0.43–0.48), …, full none". */
const eachPanel = (all: readonly PanelSummary[], which: "before" | "after" | "active"): string =>
  all.map(({ panel, [which]: spread }) => `${nameOf(panel)} ${spread ? spreadText(spread) : "none"}`).join(
    ", ",
  );

/** The first seed's models as heat maps, one below the other, and a table of their entries. */
async function maps(
  about: Pick<Figure, "file" | "title" | "caption">,
  all: readonly PanelSummary[],
  quantity: string,
  matrixOf: (model: TrainedMetric) => readonly (readonly number[])[],
): Promise<Figure> {
  const drawn = all.map(({ panel, panel: { beta, latent, block }, models: [first] }) =>
    heatMap({
      matrix: matrixOf(first!),
      title: `${nameOf(panel)} β = ${beta}, d = ${latent}`,
      quantity,
      blocks: Array.from({ length: latent / block }, () => block),
    })
  );
  return {
    ...about,
    content: await toSvg(beside(drawn, 1)),
    data: {
      file: about.file.replace(/\.svg$/, ".csv"),
      title: `${about.title}: entries`,
      caption: "The entries of the maps; rows and columns are latents.",
      head: ["panel", "row", "column", quantity],
      rows: all.flatMap(({ panel, models: [first] }) =>
        matrixOf(first!).flatMap((row, i) => row.map((entry, j) => [nameOf(panel), i + 1, j + 1, entry]))
      ),
    },
  };
}

/** Every model's ratio before training and after: a column for each panel and control, a point for each seed. */
async function ratioChart(
  about: Pick<Figure, "file" | "title" | "caption">,
  all: readonly PanelSummary[],
): Promise<Figure> {
  const points = (at: "before" | "after", aside: number): { x: number; y: number }[] =>
    all.flatMap(({ models }, i) => models.map(({ ratio }) => ({ x: i + 1 + aside, y: ratio[at] })));
  return await charted(about, [{
    x: { title: "panel or control", names: all.map(({ panel }) => nameOf(panel)) },
    y: { title: "off-block over within-block", log: true },
    series: [
      { name: "before", mark: "point", points: points("before", -0.12) },
      { name: "after", mark: "point", points: points("after", 0.12) },
    ],
  }]);
}

/** E1: learned variances beside the optimum of the mean-field family. */
async function varianceChart({ panel, models, variances }: PanelSummary): Promise<Figure> {
  const points = models.flatMap((model) => model.variances).map(({ found: y, predicted: x }) => ({ x, y }));
  return await charted({
    file: "variances.svg",
    title: `Learned variances of the mean-field posterior, β = ${panel.beta}`,
    caption:
      "The optimum for a decoder that is linear over the posterior is the line y = x: latent k at an image has " +
      `the variance β/(β + ‖Jₖ‖²), Jₖ being column k of J there. ${points.length} pairs over ${models.length} models: ` +
      `the typical factor between the two is ${variances.factor.toFixed(2)}, and the correlation of their ` +
      `logarithms ${variances.correlation.toFixed(3)}.`,
  }, [{
    x: { title: "β/(β + ‖Jₖ‖²)", log: true },
    y: { title: "learned variance", log: true },
    series: [{ name: nameOf(panel), mark: "point", points }],
    identity: true,
  }]);
}

/** All figures; the first stands for the study. */
export async function figures(all: readonly PanelSummary[]): Promise<Figure[]> {
  const { seed } = all[0]!.models[0]!;
  const meanField = all.find(({ panel }) => panel.family === "mean-field");
  return [
    await ratioChart({
      file: "ratio.svg",
      title: "Off-block over within-block off-diagonal |JᵀJ|",
      caption:
        "A point for every model. Only a block posterior makes blocks in JᵀJ, which bring the ratio below 1; " +
        `collapsed latents also lower it. Before training: ${eachPanel(all, "before")}. ` +
        `After: ${eachPanel(all, "after")}. ` +
        `Over active latents, after normalising: ${eachPanel(all, "active")}.`,
    }, all),
    await maps(
      {
        file: "metric.svg",
        title: `Mean |JᵀJ| over held-out images after training, seed ${seed}`,
        caption:
          "Σ* = (I + JᵀJ/β)⁻¹ draws JᵀJ to zero outside the posterior's blocks, which are outlined; the controls " +
          "have the outlines of panel (a). Intensity² per latent²; every map has its own colours. Off-block over " +
          `within-block off-diagonal, mean over seeds (least–most): ${eachPanel(all, "after")}.`,
      },
      all,
      "mean |JᵀJ|",
      ({ metric }) => metric.after,
    ),
    await maps(
      {
        file: "normalised.svg",
        title: `Mean |JᵀJ| after training, normalised, seed ${seed}`,
        caption:
          "A normalised entry is mean |JᵀJ| over the geometric mean of the two diagonal entries in its row and " +
          "column: the lengths of J's columns cancel. Rows of collapsed latents are noise: those with a mean ‖Jₖ‖² " +
          `under β/10. Collapsed latents over all seeds: ` +
          `${all.map(({ panel, collapsed }) => `${nameOf(panel)} ${collapsed}`).join(", ")}.`,
      },
      all,
      "normalised entry",
      ({ metric }) => normalised(metric.after),
    ),
    ...(meanField ? [await varianceChart(meanField)] : []),
  ];
}

/** The numbers of a panel by name: `before.mean`, `variances.factor`; null where they are not defined. */
const measuresOf = ({ models, before, after, active, activeSeeds, collapsed, variances }: PanelSummary) => ({
  seeds: models.length,
  ...Object.fromEntries(
    Object.entries({ before, after, active }).flatMap(([name, spread]) =>
      (["mean", "least", "most"] as const).map((which) => [`${name}.${which}`, spread?.[which] ?? null])
    ),
  ) as Record<string, number | null>,
  "active.seeds": activeSeeds,
  collapsed,
  "variances.factor": variances.factor,
  "variances.correlation": variances.correlation,
});

/** A row for every panel and control. */
export function tables(all: readonly PanelSummary[]): Table[] {
  return [{
    file: "panels.csv",
    title: "Panels and controls",
    caption:
      "Mean off-block over mean within-block off-diagonal |JᵀJ| over seeds, before and after training. Active: " +
      "of normalised entries over latents with a mean ‖Jₖ‖² of β/10 or more; collapsed: how many have less. " +
      "Factor: typically between Σ_kk and β/(β + ‖Jₖ‖²), the optimum of the mean-field family and a lower bound " +
      "for the others; correlation: of their logarithms.",
    head: ["panel", "family", "β", "latents", "block", ...Object.keys(measuresOf(all[0]!))],
    rows: all.map((summary) => {
      const { label, family, beta, latent, block } = summary.panel;
      return [label, family, beta, latent, block, ...Object.values(measuresOf(summary))];
    }),
  }];
}

/** The key numbers of a panel: `before.a.mean`, `active.mean-field.most`, `variances.full.factor`. */
const numbersOf = (summary: PanelSummary): [string, number][] =>
  Object.entries(measuresOf(summary)).flatMap(([name, value]) => {
    const [kind, ...which] = name.split(".");
    return value === null ? [] : [[[kind, summary.panel.label, ...which].join("."), value]];
  });

/** Concludes from trained models. @throws (rejects) RangeError for none */
export async function conclude(models: readonly TrainedMetric[]): Promise<Conclusion<MetricResults>> {
  if (models.length === 0) {
    throw new RangeError("metric: at least one trained model is needed, but there is none");
  }
  const all = summaries(models);
  const after = all.map(({ panel, after }) => `${nameOf(panel)} ${after.mean.toFixed(2)}`).join(", ");
  const before = spreadText(spreadOf(all.map(({ before }) => before.mean)));
  return {
    results: { models },
    numbers: Object.fromEntries(all.flatMap(numbersOf)),
    answer:
      `Off-block over within-block |JᵀJ| after training, mean over seeds: ${after}; before it ${before}.`,
    caveat:
      "Collapsed latents lower the ratio too, so read it beside that of normalised entries over active latents; " +
      "networks trained for a few epochs reach no optimum exactly.",
    figures: await figures(all),
    tables: tables(all),
  };
}
