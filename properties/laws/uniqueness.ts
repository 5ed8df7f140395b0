/**
 * The laws of uniqueness, and two sentences that are false as printed. Source: slides "Latent variable models and
 * Uniqueness" to "Choice of Q can lead to uniqueness".
 *
 * @module
 */

import type { Law } from "../contract/law.ts";
import { X3, X4 } from "./uniqueness/as_printed.ts";
import { U4 } from "./uniqueness/characteristic.ts";
import { U7 } from "./uniqueness/completion.ts";
import { U2 } from "./uniqueness/elbo.ts";
import { U1 } from "./uniqueness/marginal.ts";
import { U3 } from "./uniqueness/mean_field.ts";
import { U6 } from "./uniqueness/optimum.ts";
import { U5 } from "./uniqueness/shortfall.ts";
import { U8 } from "./uniqueness/swirl.ts";

/** U1 to U8, X3 and X4. */
export const uniquenessLaws: readonly Law[] = [U1, U2, U3, U4, U5, U6, U7, U8, X3, X4];
