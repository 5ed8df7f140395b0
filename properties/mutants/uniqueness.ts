/**
 * Faults in symmetries of the latent space and in what they cost.
 *
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { completionMutants } from "./uniqueness/completion.ts";
import { criterionMutants } from "./uniqueness/criterion.ts";
import { dependenceMutants } from "./uniqueness/dependence.ts";
import { optimumMutants } from "./uniqueness/optimum.ts";
import { shortfallMutants } from "./uniqueness/shortfall.ts";
import { swirlMutants } from "./uniqueness/swirl.ts";
import { transformMutants } from "./uniqueness/transform.ts";

/** Mistakes that the laws of uniqueness must reject. */
export const uniquenessMutants: readonly Mutant[] = [
  ...transformMutants,
  ...criterionMutants,
  ...dependenceMutants,
  ...shortfallMutants,
  ...optimumMutants,
  ...swirlMutants,
  ...completionMutants,
];
