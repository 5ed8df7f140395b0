/**
 * Pictures of decoders' metrics: the first seed's models as heat maps, with blocks outlined.
 *
 * @module
 */

import { beside, heatMap, toSvg } from "../../lib/figure/mod.ts";
import type { TrainedMetric } from "../../properties/laws/trained.ts";
import type { Figure } from "../study/study.ts";
import { normalised } from "./normalised.ts";
import { nameOf, titleOf } from "./panels.ts";
import { eachPanel, type PanelSummary, spreadText } from "./summary.ts";

/** The first seed's models, two to a row. */
async function maps(
  summaries: readonly PanelSummary[],
  shown: (model: TrainedMetric) => readonly (readonly number[])[],
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

/** What the entries of the metric are. */
const METRIC = { quantity: "mean |JᵀJ|", unit: "intensity² per latent²" };

const seedOf = (summaries: readonly PanelSummary[]): number => summaries[0]!.models[0]!.seed;

/** Mean |JᵀJ| before training. */
export async function mapsBefore(summaries: readonly PanelSummary[]): Promise<Figure> {
  return {
    file: "before.svg",
    title: `Mean |JᵀJ| over held-out digits before training, seed ${seedOf(summaries)}`,
    theory:
      "The decoder that training starts from is random, and knows of no blocks: over seeds, entries off the diagonal " +
      "are as large inside the outlines as outside. Models of one family and size start from the same parameters, so " +
      "that maps of panels are alike. Every map has its own colour bar.",
    seen: `Off-block over within-block off-diagonal before training, mean over seeds (least–most): ${
      eachPanel(summaries, ({ before }) => spreadText(before))
    }.`,
    content: await maps(summaries, ({ metric }) => metric.before, METRIC),
  };
}

/** Mean |JᵀJ| after training. */
export async function mapsAfter(summaries: readonly PanelSummary[]): Promise<Figure> {
  return {
    file: "metric.svg",
    title: `Mean |JᵀJ| over held-out digits after training, seed ${seedOf(summaries)}`,
    theory:
      "Σ* = (I + JᵀJ/β)⁻¹ wants JᵀJ to be as the family is: zero outside the posterior's blocks (outlined), free " +
      "inside them. Mean-field wants it diagonal. The full family wants nothing: every rotation of the latents is as " +
      "good. The controls have no blocks, and are outlined where panel (a) has its own. Every map has its own colour " +
      "bar.",
    seen: `Off-block over within-block off-diagonal, mean over seeds (least–most): ${
      eachPanel(summaries, ({ after }) => spreadText(after))
    }.`,
    content: await maps(summaries, ({ metric }) => metric.after, METRIC),
  };
}

/** The same without the lengths of columns. */
export async function mapsNormalised(summaries: readonly PanelSummary[]): Promise<Figure> {
  const dead = summaries.reduce((sum, summary) => sum + summary.dead, 0);
  const latents = summaries.reduce((sum, { panel, models }) => sum + panel.latent * models.length, 0);
  return {
    file: "normalised.svg",
    title: `Mean |JᵀJ| after training over the geometric mean of its diagonal, M_ij / √(M_ii M_jj), seed ${
      seedOf(summaries)
    }`,
    theory:
      "Columns of unequal lengths make entries of unequal sizes; this takes the lengths away. Where a latent " +
      "has died (its column is nearly 0), what is left of its row is noise, and means nothing.",
    seen: `Of ${latents} latents in all models ${dead} have died, with a mean ‖J_{:k}‖² under β/10: ${
      summaries.map((summary) => `${nameOf(summary.panel)} ${summary.dead}`).join(", ")
    }.`,
    content: await maps(summaries, ({ metric }) => normalised(metric.after), {
      quantity: "normalised mean |JᵀJ|",
    }),
  };
}
