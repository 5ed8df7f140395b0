/**
 * The laws of the likelihood's curvature. Source: slide "We can further reduce the approximation".
 *
 * @module
 */

import { H4, X1 } from "./curvature/factor.ts";
import { H1, H2, H3 } from "./curvature/likelihood.ts";
import { X2 } from "./curvature/logits.ts";
import type { Law } from "../contract/law.ts";

/** H1 to H4, X1 and X2. */
export const curvatureLaws: readonly Law[] = [H1, H2, H3, H4, X1, X2];
