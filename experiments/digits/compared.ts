/**
 * The objectives that are compared, and what is trained for each.
 *
 * @module
 */

import type { ComparedObjective } from "../../properties/contract/trained.ts";

/** An objective of the comparison. */
export interface Compared {
  readonly objective: ComparedObjective;
  /** As figures and sentences name it. */
  readonly name: string;
  /** About how long a training step takes, in milliseconds: for the weights of parts. */
  readonly cost: number;
}

/** In the order of the slides, from the β-VAE on. The Taylor losses have its mean-field posterior; the GRAE ones have none. */
export const COMPARED: readonly Compared[] = [
  { objective: "beta-vae", name: "β-VAE", cost: 7 },
  { objective: "taylor-hessian", name: "Taylor (Hessian)", cost: 24 },
  { objective: "taylor-jacobian", name: "Taylor (Jacobian)", cost: 17 },
  { objective: "grae", name: "GRAE", cost: 12 },
  { objective: "grae-star", name: "GRAE*", cost: 17 },
  { objective: "grae-star-stochastic", name: "GRAE*, stochastic", cost: 8 },
];
