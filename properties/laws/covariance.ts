/**
 * The laws of the optimal covariance. Source: slide "Gaussian p(z) and q(z|x)".
 *
 * @module
 */

import type { Law } from "./law.ts";

/** S1 to S6. */
export const covarianceLaws: readonly Law[] = [];
