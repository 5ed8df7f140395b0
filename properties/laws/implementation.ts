/**
 * The laws of the implementation, which make the rest trustworthy.
 *
 * @module
 */

import { A3 } from "./implementation/batch.ts";
import { A1 } from "./implementation/derivatives.ts";
import { A5 } from "./implementation/engines.ts";
import { A9 } from "./implementation/golden.ts";
import { A10 } from "./implementation/kinds.ts";
import { A2 } from "./implementation/gradients.ts";
import { A7 } from "./implementation/log_determinant.ts";
import { A6 } from "./implementation/posterior.ts";
import { A4 } from "./implementation/relabelling.ts";
import { A8 } from "./implementation/training.ts";
import { A11 } from "./implementation/volume_terms.ts";
import type { Law } from "../contract/law.ts";

/** A1 to A11. */
export const implementationLaws: readonly Law[] = [A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11];
