/**
 * The objectives without a learned posterior.
 *
 * @module
 */

import type { ObjectiveName, PosteriorName } from "./names.ts";

/** The families of the objectives in which Σ is optimised out. */
export const OPTIMISED_OUT: Readonly<Partial<Record<ObjectiveName, PosteriorName>>> = {
  "grae": "full",
  "grae-block": "block",
  "grae-star": "mean-field",
  "grae-star-stochastic": "mean-field",
};
