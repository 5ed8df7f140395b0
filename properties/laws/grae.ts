/**
 * The laws of GRAE. Source: slide "Gaussian p(z), q(z|x), p(x|z)".
 *
 * @module
 */

import { G8 } from "./grae/linear_vae.ts";
import { G5, G6 } from "./grae/limits.ts";
import { G1 } from "./grae/order_of_bounds.ts";
import { G3 } from "./grae/price_of_mean_field.ts";
import { G2 } from "./grae/profiled.ts";
import { G4 } from "./grae/stochastic.ts";
import { G7, G9 } from "./grae/symmetry.ts";
import type { Law } from "../contract/law.ts";

/** G1 to G9. */
export const graeLaws: readonly Law[] = [G1, G2, G3, G4, G5, G6, G7, G8, G9];
