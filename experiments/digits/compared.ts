/**
 * The objectives that are compared.
 *
 * @module
 */

import type { ComparedObjective } from "../../properties/contract/trained.ts";
import { OBJECTIVE_TITLES } from "./names.ts";

/** An objective of the comparison. */
export interface Compared {
  readonly objective: ComparedObjective;
  /** As figures and sentences name it. */
  readonly name: string;
  /** About how long a training step takes, in milliseconds: for the weights of parts. */
  readonly cost: number;
}

const compared = (objective: ComparedObjective, cost: number): Compared => ({
  objective,
  name: OBJECTIVE_TITLES[objective],
  cost,
});

/** In the order of the slides, from the β-VAE on. The Taylor losses have its mean-field posterior; the GRAE ones have none. */
export const COMPARED: readonly Compared[] = [
  compared("beta-vae", 7),
  compared("taylor-hessian", 24),
  compared("taylor-jacobian", 17),
  compared("grae", 12),
  compared("grae-star", 17),
  compared("grae-star-stochastic", 8),
];
