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

/** "(c) β = 0.6, d = 12, b = 2", "mean-field, β = 0.2, d = 8"; a line breaks between these, not within. */
export function titleOf({ label, family, beta, latent, block }: Panel): string {
  const sizes = [`β = ${beta}`, `d = ${latent}`, ...(family === "block" ? [`b = ${block}`] : [])]
    .map((size) => size.replaceAll(" ", "\u00a0"));
  return `${family === "block" ? `(${label})` : `${label},`} ${sizes.join(", ")}`;
}
