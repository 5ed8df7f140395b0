/**
 * What the laws on trained models allow, in one place: each figure with what was measured and the margin. For runs, and for
 * the short training.
 *
 * @module
 */

import type { Threshold } from "./threshold.ts";

export * from "./variance_thresholds.ts";
export * from "./block_thresholds.ts";
export * from "./objective_thresholds.ts";
export * from "./sample_thresholds.ts";
export * from "./recovery_thresholds.ts";

/** Models of a kind that differ by their seed alone, at the least. */
export const SEEDS: Threshold = { run: 3, short: 2, because: "fewer seeds would show a single model" };
