/**
 * Made-up fits, for tests of what is said and drawn of them.
 *
 * @module
 */

import type { MeasuredFit } from "./parts.ts";

/** A mean-field fit that is W, but for what is given. */
export const fit = (over: Partial<MeasuredFit>): MeasuredFit => ({
  weights: "distinct",
  activation: "identity",
  latent: 2,
  family: "mean-field",
  seed: 0,
  loss: -5,
  toTruth: 0.9995,
  toPrincipal: 0.9995,
  toBlocks: null,
  ...over,
});
