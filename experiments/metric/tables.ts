/**
 * Panels and controls in tables.
 *
 * @module
 */

import type { Table } from "../study/study.ts";
import { liveText, type PanelSummary, spreadText } from "./summary.ts";

/** Ratios: a row for every panel and control. */
export function ratioTable(summaries: readonly PanelSummary[]): Table {
  return {
    title: "Ratios of panels and controls",
    caption:
      "Mean off-block over mean within-block off-diagonal |JᵀJ|, mean over seeds (least–most). Lengths alone: the " +
      "ratio after training if columns of J were collinear, M_ij = √(M_ii M_jj), which is (k − 1)/(B − 1) where all " +
      "but k of B blocks have died and lengths are equal. Normalised, live latents: the ratio of M_ij / √(M_ii M_jj) " +
      "over latents with a mean ‖J_{:k}‖² of β/10 or more. Dead: how many have less, over all seeds.",
    head: [
      "",
      "β",
      "latents",
      "block",
      "ratio before",
      "ratio after",
      "lengths alone",
      "normalised, live latents",
      "dead",
    ],
    rows: summaries.map((summary) => [
      summary.panel.label,
      `${summary.panel.beta}`,
      `${summary.panel.latent}`,
      `${summary.panel.block}`,
      spreadText(summary.before),
      spreadText(summary.after),
      spreadText(summary.lengths),
      liveText(summary),
      `${summary.dead}/${summary.panel.latent * summary.models.length}`,
    ]),
  };
}

/** Learned variances beside their closed form: a row for every panel and control. */
export function varianceTable(summaries: readonly PanelSummary[]): Table {
  return {
    title: "Variances of panels and controls",
    caption:
      "The factor by which Σ_kk and β/(β + ‖J_{:k}‖²) are typically apart, and the correlation of their logarithms. " +
      "β/(β + ‖J_{:k}‖²) is the optimum of the mean-field family alone, and a lower bound for the others.",
    head: ["", "family", "pairs", "factor", "correlation"],
    rows: summaries.map(({ panel, models, variances: { ratio, correlation } }) => [
      panel.label,
      panel.family,
      `${models.reduce((sum, { variances }) => sum + variances.length, 0)}`,
      ratio.toFixed(2),
      correlation.toFixed(3),
    ]),
  };
}
