/**
 * Faults in the objectives.
 *
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { graeObjectiveMutants } from "./objective/grae.ts";
import { profiledMutants } from "./objective/profiled.ts";

/** Mistakes in the objectives. */
export const objectiveMutants: readonly Mutant[] = [...graeObjectiveMutants, ...profiledMutants];
