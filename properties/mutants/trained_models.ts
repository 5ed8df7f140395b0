/**
 * Faults in what is measured on trained models.
 *
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { blockFaults } from "./trained_models/blocks.ts";
import { planted } from "./trained_models/fault.ts";
import { objectiveFaults } from "./trained_models/objectives.ts";
import { recoveryFaults } from "./trained_models/recovery.ts";
import { samplesFaults } from "./trained_models/samples.ts";
import { varianceFaults } from "./trained_models/variances.ts";

/** Mistakes that E1 to E5 must reject, in results of runs and in those of short trainings. */
export const trainedModelMutants: readonly Mutant[] = [
  ...varianceFaults,
  ...blockFaults,
  ...objectiveFaults,
  ...samplesFaults,
  ...recoveryFaults,
].flatMap(planted);
