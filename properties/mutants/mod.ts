/**
 * Every planted fault.
 *
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { objectiveMutants } from "./objective.ts";
import { volumeMutants } from "./volume.ts";

export type { Mutant } from "./mutant.ts";
export { mutant } from "./mutant.ts";

/** Every planted fault, section by section. */
export const mutants: readonly Mutant[] = [...volumeMutants, ...objectiveMutants];
