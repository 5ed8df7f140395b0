/**
 * Every planted fault.
 *
 * @module
 */

import { covarianceMutants } from "./covariance.ts";
import { curvatureMutants } from "./curvature.ts";
import { divergenceMutants } from "./divergence.ts";
import { hessianMutants } from "./hessian.ts";
import { implementationMutants } from "./implementation.ts";
import type { Mutant } from "./mutant.ts";
import { objectiveMutants } from "./objective.ts";
import { taylorMutants } from "./taylor.ts";
import { trainedModelMutants } from "./trained_models.ts";
import { uniquenessMutants } from "./uniqueness.ts";
import { volumeMutants } from "./volume.ts";

export type { Mutant } from "./mutant.ts";
export { mutant } from "./mutant.ts";

/** Every planted fault, section by section. */
export const mutants: readonly Mutant[] = [
  ...uniquenessMutants,
  ...taylorMutants,
  ...curvatureMutants,
  ...covarianceMutants,
  ...hessianMutants,
  ...divergenceMutants,
  ...volumeMutants,
  ...objectiveMutants,
  ...implementationMutants,
  ...trainedModelMutants,
];
