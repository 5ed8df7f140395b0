/**
 * What the study found, in sentences.
 *
 * @module
 */

import { nameOf } from "./panels.ts";
import { eachPanel, liveText, type PanelSummary, spreadText } from "./summary.ts";

/** Halves of the latents whose mean ‖J_{:k}‖² are no further apart than this factor are not remarked on. */
const APART = 1.5;
/** "3 seeds", "1 seed". */
const seedsText = (count: number): string => `${count} seed${count === 1 ? "" : "s"}`;

/** What was found, the most important first. */
export function words(summaries: readonly PanelSummary[]): string[] {
  const panels = summaries.filter(({ panel }) => panel.family === "block");
  const controls = summaries.filter(({ panel }) => panel.family !== "block");
  const seeds = seedsText(panels[0]!.models.length);
  const before = (summary: PanelSummary): string => spreadText(summary.before);
  const after = (summary: PanelSummary): string => spreadText(summary.after);
  return [
    `After training with a block posterior, off-block |JᵀJ| over within-block off-diagonal |JᵀJ| is ` +
    `${eachPanel(panels, after)}; before, it was ${
      eachPanel(panels, before)
    } (mean over ${seeds}, least–most).`,
    "Blocks that die as wholes bring this ratio down as well: to (k − 1)/(B − 1) where k of B are left and nothing else " +
    "has changed. " +
    `Lengths of columns alone, √(M_ii M_jj) in the place of M_ij, make it ${
      eachPanel(summaries, ({ lengths }) => spreadText(lengths))
    }. The ratio of the normalised metric over latents that live, which neither lengths nor deaths bring down, is ${
      eachPanel(summaries, liveText)
    }.`,
    `The controls after training: ${eachPanel(controls, after)}; before: ${eachPanel(controls, before)}. ` +
    controls.map(fromOne).join(" "),
    ...controls.flatMap(halves),
    separation(panels, controls),
    ...panels.flatMap(misbehaved),
    variances(summaries),
  ];
}

/** How far a control's mean is from 1, and how sure that is. */
function fromOne({ panel, models: { length: count }, after: { mean, deviation } }: PanelSummary): string {
  const distance = Math.abs(mean - 1).toFixed(2);
  const where = distance === "0.00" ? "from" : mean > 1 ? "above" : "below";
  const error = deviation === null
    ? "one seed, no standard error"
    : `standard error ${(deviation / Math.sqrt(count)).toFixed(2)}`;
  return `${nameOf(panel)}'s mean is ${distance} ${where} 1 (${error}).`;
}

/** How long the columns of the full family's two halves are: nothing in the objective orders its latents. */
function halves({ panel: { family, latent }, models }: PanelSummary): string[] {
  if (family !== "full") return [];
  const half = latent / 2;
  const mean = (from: number): number => {
    const squares = models.flatMap(({ metric }) =>
      metric.after.slice(from, from + half).map((row, k) => row[from + k]!)
    );
    return squares.reduce((sum, square) => sum + square, 0) / squares.length;
  };
  const [first, second] = [mean(0), mean(half)];
  const found =
    `In the full control latents 1–${half} have a mean ‖J_{:k}‖² of ${first.toFixed(1)}, latents ` +
    `${half + 1}–${latent} of ${second.toFixed(1)}`;
  if (Math.max(first, second) <= APART * Math.min(first, second)) return [`${found}.`];
  return [
    `${found}: more than a factor of ${APART} apart. Nothing in the objective orders latents; the triangular factor ` +
    "in which Σ is learned may order them, and lengths that are alike inside blocks may move the ratio.",
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
