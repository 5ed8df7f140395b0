/**
 * Faults in the volume regularisers, as functions of the Jacobian.
 *
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { graeMutants } from "./volume/grae.ts";
import { blockMutants } from "./volume/grae_block.ts";
import { relativeVolumeMutants } from "./volume/relative.ts";
import { starMutants } from "./volume/grae_star.ts";

/** Mistakes in the volume regularisers. */
export const volumeMutants: readonly Mutant[] = [
  ...graeMutants,
  ...blockMutants,
  ...starMutants,
  ...relativeVolumeMutants,
];
