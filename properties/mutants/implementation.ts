/**
 * Faults in the implementation.
 *
 * @module
 */

import { activationMutants } from "./implementation/activation.ts";
import { algebraMutants } from "./implementation/algebra.ts";
import { orderMutants } from "./implementation/batch.ts";
import { gradientMutants } from "./implementation/gradient.ts";
import { kindMutants } from "./implementation/kinds.ts";
import { networkMutants } from "./implementation/network.ts";
import { posteriorMutants } from "./implementation/posterior.ts";
import { sizeMutants } from "./implementation/sizes.ts";
import { trainingMutants } from "./implementation/training.ts";
import type { Mutant } from "./mutant.ts";

/** Mistakes in the implementation. */
export const implementationMutants: readonly Mutant[] = [
  ...activationMutants,
  ...networkMutants,
  ...gradientMutants,
  ...orderMutants,
  ...algebraMutants,
  ...posteriorMutants,
  ...kindMutants,
  ...sizeMutants,
  ...trainingMutants,
];
