/**
 * The laws of GRAE. Source: slides "Gaussian p(z), q(z|x), p(x|z)".
 *
 * @module
 */

import type { Law } from "./law.ts";
import { G1 } from "./grae/order_of_bounds.ts";

/** G1 to G9. */
export const graeLaws: readonly Law[] = [G1];
