/**
 * What the study found, in sentences and in a table.
 *
 * @module
 */

import type { Table } from "../study/study.ts";
import { nameOf } from "./panels.ts";
import { type PanelSummary, spreadText } from "./summary.ts";

/**
 * A control is near 1 if the mean over its seeds is within this factor of it. Before training the ratio has a standard
 * deviation of about .25, and the mean over 10 seeds one of .08: this is three of them.
 */
const NEAR = 1.25;
/** "3 seeds", "1 seed". */
const seedsText = (count: number): string => `${count} seed${count === 1 ? "" : "s"}`;

/** What was found, the most important first. */
export function words(summaries: readonly PanelSummary[]): string[] {
  const panels = summaries.filter(({ panel }) => panel.family === "block");
  const controls = summaries.filter(({ panel }) => panel.family !== "block");
  const seeds = seedsText(panels[0]!.models.length);
  const each = (of: readonly PanelSummary[], at: "before" | "after"): string =>
    of.map((summary) => `${nameOf(summary.panel)} ${spreadText(summary[at])}`).join(", ");
  return [
    `After training with a block posterior, off-block |JᵀJ| over within-block off-diagonal |JᵀJ| is ` +
    `${each(panels, "after")}; before, it was ${each(panels, "before")} (mean over ${seeds}, least–most).`,
    `The controls after training: ${each(controls, "after")}; before: ${each(controls, "before")}. ` +
    controls.map(near).join(" "),
    ...controls.flatMap(ordered),
    separation(panels, controls),
    ...panels.flatMap(misbehaved),
    variances(summaries),
  ];
}

const isNear = (mean: number): boolean => Math.max(mean, 1 / mean) <= NEAR;

/** Whether a control stayed where it should. */
function near({ panel, after: { mean } }: PanelSummary): string {
  return `${nameOf(panel)} ${
    isNear(mean) ? "stayed" : "did not stay"
  } near 1 on average (within a factor of ${NEAR}).`;
}

/** Where the full family did not stay near 1: whether its latents have an order, which nothing in the objective gives. */
function ordered({ panel: { family, latent }, models, after }: PanelSummary): string[] {
  if (family !== "full" || isNear(after.mean)) return [];
  const half = latent / 2;
  const mean = (from: number): string => {
    const squares = models.flatMap(({ metric }) =>
      metric.after.slice(from, from + half).map((row, k) => row[from + k]!)
    );
    return (squares.reduce((sum, square) => sum + square, 0) / squares.length).toFixed(1);
  };
  return [
    `In the full control latents 1–${half} have a mean ‖J_{:k}‖² of ${mean(0)}, latents ${
      half + 1
    }–${latent} of ` +
    `${
      mean(half)
    }. Nothing in the objective orders latents; the triangular factor in which Σ is learned may, and ` +
    "blocks of neighbours of like lengths then move the ratio away from 1.",
  ];
}

/** Whether every panel's models lie below every control's. */
function separation(panels: readonly PanelSummary[], controls: readonly PanelSummary[]): string {
  const floor = Math.min(...controls.map(({ after }) => after.least));
  const over = panels.filter(({ after }) => after.most >= floor).map(({ panel }) => nameOf(panel));
  const lowest = `the lowest of a control, ${floor.toFixed(2)}`;
  return over.length === 0
    ? `Every model with a block posterior has a ratio below ${lowest}.`
    : `Not every model with a block posterior has a ratio below ${lowest}: ${over.join(", ")} ${
      over.length === 1 ? "overlaps" : "overlap"
    }.`;
}

/** Models whose ratio did not fall. */
function misbehaved({ panel, models }: PanelSummary): string[] {
  const seeds = models.filter(({ ratio }) => ratio.after >= ratio.before).map(({ seed }) => seed);
  if (seeds.length === 0) return [];
  return [
    `In ${nameOf(panel)} the ratio did not fall for ${seeds.length} of ${seedsText(models.length)}: ` +
    `${seeds.join(", ")}.`,
  ];
}

/** E1. */
function variances(summaries: readonly PanelSummary[]): string {
  const { panel, models, variances: { ratio, correlation } } = summaries.find(
    ({ panel }) => panel.family === "mean-field",
  )!;
  const count = models.reduce((sum, model) => sum + model.variances.length, 0);
  return `Learned mean-field variances σ_k² and β/(β + ‖J_{:k}‖²) at the same held-out digits (β = ${panel.beta}, ` +
    `${count} pairs) are typically a factor of ${ratio.toFixed(2)} apart (median of |log ratio| ` +
    `${Math.log(ratio).toPrecision(2)}), and the correlation of their logarithms is ${
      correlation.toFixed(3)
    }.`;
}

/** A row for every panel and control. */
export function ratioTable(summaries: readonly PanelSummary[]): Table {
  return {
    title: "Panels and controls",
    caption:
      "Ratios: mean off-block over mean within-block off-diagonal |JᵀJ|, mean over seeds (least–most). " +
      "Variances: the factor by which Σ_kk and β/(β + ‖J_{:k}‖²) are typically apart, which is the optimum of the mean-field family " +
      "alone and a lower bound for the others, and the correlation of logarithms.",
    head: [
      "",
      "family",
      "β",
      "latents",
      "block",
      "ratio before",
      "ratio after",
      "variances' factor",
      "correlation",
    ],
    rows: summaries.map(({ panel, before, after, variances: { ratio, correlation } }) => [
      panel.label,
      panel.family,
      `${panel.beta}`,
      `${panel.latent}`,
      `${panel.block}`,
      spreadText(before),
      spreadText(after),
      ratio.toFixed(2),
      correlation.toFixed(3),
    ]),
  };
}
