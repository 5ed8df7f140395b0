/**
 * The laws of the optimal covariance. Source: slide "Gaussian p(z) and q(z|x)".
 *
 * @module
 */

import { S5 } from "./covariance/existence.ts";
import { S4 } from "./covariance/families.ts";
import { S1, S2 } from "./covariance/optimum.ts";
import { S6 } from "./covariance/self_consistency.ts";
import { S3 } from "./covariance/spectrum.ts";
import type { Law } from "../contract/law.ts";

/** S1 to S6. */
export const covarianceLaws: readonly Law[] = [S1, S2, S3, S4, S5, S6];
