/**
 * Mistakes in what is measured on trained models, made in plausible results.
 *
 * @module
 */

import { plausible, type Results } from "../../plausible/mod.ts";
import type { Mutant } from "../mutant.ts";

/** A mistake, before it is planted in results of a run or of a short training. */
export interface Fault extends Pick<Mutant, "id" | "description" | "rejectedBy"> {
  /** The results that it spoils. */
  readonly faulty: Partial<Results>;
  /** Whether it is none in a short training, which does less. */
  readonly ofRunsAlone?: boolean;
}

/** A fault from its parts. */
export function fault(
  id: string,
  description: string,
  rejectedBy: readonly string[],
  faulty: Partial<Results>,
): Fault {
  return { id, description, rejectedBy, faulty };
}

/** The fault in results of a run, and in those of a short training, for which there are other thresholds. */
export function planted(fault: Fault): readonly Mutant[] {
  const { ofRunsAlone = false } = fault;
  return [plantedIn(fault, false), ...(ofRunsAlone ? [] : [plantedIn(fault, true)])];
}

function plantedIn({ id, description, rejectedBy, faulty }: Fault, short: boolean): Mutant {
  const said = short ? `${description}, in a short training` : description;
  return {
    id: short ? `${id}-short` : id,
    description: said,
    rejectedBy,
    subject: { ...plausible(faulty, short), name: `plausible results, but ${said}` },
  };
}
