/**
 * What is trained: the panels of the slide "MNIST", and two controls.
 *
 * @module
 */

import type { TrainedMetric } from "../../properties/laws/trained.ts";

/** A panel, or a control. */
export type Panel = Pick<TrainedMetric, "label" | "family" | "beta" | "latent" | "block">;

/** Panel (a): β = .2, 8 latents in blocks of 2. */
const A: Panel = { label: "a", family: "block", beta: 0.2, latent: 8, block: 2 };

/** The four panels, β/d/b = .2/8/2, .4/8/2, .6/12/2, 1/8/2, and the controls, which have β and d of panel (a). */
export const PANELS: readonly Panel[] = [
  A,
  { ...A, label: "b", beta: 0.4 },
  { ...A, label: "c", beta: 0.6, latent: 12 },
  { ...A, label: "d", beta: 1 },
  { ...A, label: "mean-field", family: "mean-field" },
  { ...A, label: "full", family: "full" },
];

/** "panel (c)", "mean-field". */
export function nameOf({ label, family }: Panel): string {
  return family === "block" ? `panel (${label})` : label;
}

/** "panel (c): β = 0.6, d = 12, block posterior, b = 2". */
export function describe(panel: Panel): string {
  const { family, beta, latent, block } = panel;
  const blocks = family === "block" ? `, b = ${block}` : "";
  const name = family === "block" ? nameOf(panel) : "control";
  return `${name}: β = ${beta}, d = ${latent}, ${family} posterior${blocks}`;
}
