/**
 * The objectives that are compared.
 *
 * @module
 */

import { COMPARED_OBJECTIVES, type ComparedObjective } from "../../properties/contract/trained.ts";
import { OBJECTIVE_TITLES } from "./names.ts";

/** About how long a training step takes, in milliseconds: for the weights of parts. In the order of the slides. */
const COSTS: Readonly<Record<ComparedObjective, number>> = {
  "beta-vae": 7,
  "taylor-hessian": 24,
  "taylor-jacobian": 17,
  "grae": 12,
  "grae-star": 17,
  "grae-star-stochastic": 8,
};

/** The objectives, with their names for readers. The Taylor losses have the β-VAE's mean-field posterior. */
export const COMPARED = COMPARED_OBJECTIVES.map((objective) => ({
  ...{ objective, name: OBJECTIVE_TITLES[objective], cost: COSTS[objective] },
}));
/** An objective of the comparison. */
export type Compared = typeof COMPARED[number];
