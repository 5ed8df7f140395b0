/**
 * The objectives that are compared, and what is trained for each.
 *
 * @module
 */

import type { ComparedObjective } from "../../properties/contract/trained.ts";
import type { PosteriorName } from "./names.ts";

/** An objective of the comparison. */
export interface Compared {
  readonly objective: ComparedObjective;
  /** As figures and sentences name it. */
  readonly name: string;
  /** The family of its learned posterior; null where Σ is optimised out. */
  readonly posterior: PosteriorName | null;
  /** About how long a training step takes, in milliseconds: for the weights of parts. */
  readonly cost: number;
}

/** In the order of the slides, from the β-VAE to what needs least. Taylor losses keep the β-VAE's posterior. */
export const COMPARED: readonly Compared[] = [
  { objective: "beta-vae", name: "β-VAE", posterior: "mean-field", cost: 7 },
  { objective: "taylor-hessian", name: "Taylor (Hessian)", posterior: "mean-field", cost: 24 },
  { objective: "taylor-jacobian", name: "Taylor (Jacobian)", posterior: "mean-field", cost: 17 },
  { objective: "grae", name: "GRAE", posterior: null, cost: 12 },
  { objective: "grae-star", name: "GRAE*", posterior: null, cost: 17 },
  { objective: "grae-star-stochastic", name: "GRAE*, stochastic", posterior: null, cost: 8 },
];
