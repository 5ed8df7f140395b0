/**
 * Panels and controls in a table.
 *
 * @module
 */

import type { Table } from "../study/study.ts";
import { liveText, type PanelSummary, spreadText } from "./summary.ts";

/** A row for every panel and control. */
export function ratioTable(summaries: readonly PanelSummary[]): Table {
  return {
    title: "Panels and controls",
    caption:
      "Models (a) to (d) have a block posterior, the controls the one that they are named after. Ratios: mean off-block over mean within-block off-diagonal |JᵀJ|, mean over seeds (least–most). Lengths alone: " +
      "the ratio after training if columns of J were collinear, M_ij = √(M_ii M_jj), which is (k − 1)/(B − 1) where all " +
      "but k of B blocks have died. Normalised, live latents: the ratio of M_ij / √(M_ii M_jj) over latents with a mean " +
      "‖J_{:k}‖² of β/10 or more. Dead: how many have less, of those of all seeds. Variances: the factor by which Σ_kk " +
      "and β/(β + ‖J_{:k}‖²) are typically apart, which is the optimum of the mean-field family alone and a lower bound " +
      "for the others, and the correlation of logarithms.",
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
      "variances' factor",
      "correlation",
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
      `${summary.dead} of ${summary.panel.latent * summary.models.length}`,
      summary.variances.ratio.toFixed(2),
      summary.variances.correlation.toFixed(3),
    ]),
  };
}
