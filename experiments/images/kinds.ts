/**
 * The kinds of models of the study.
 *
 * @module
 */

/** β-VAEs by the family of their posteriors, and two objectives that optimise a mean-field one out. */
export const MODEL_NAMES = ["mean-field", "block", "full", "grae-star", "grae-star-stochastic"] as const;
/** The name of a kind of model. */
export type ModelName = typeof MODEL_NAMES[number];
