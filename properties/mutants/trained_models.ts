/**
 * Faults in what is measured on trained models.
 *
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { blockMutants } from "./trained_models/blocks.ts";
import { objectiveMutants } from "./trained_models/objectives.ts";
import { recoveryMutants } from "./trained_models/recovery.ts";
import { samplesMutants } from "./trained_models/samples.ts";
import { varianceMutants } from "./trained_models/variances.ts";

/** Mistakes that E1 to E5 must reject. */
export const trainedModelMutants: readonly Mutant[] = [
  ...varianceMutants,
  ...blockMutants,
  ...objectiveMutants,
  ...samplesMutants,
  ...recoveryMutants,
];
