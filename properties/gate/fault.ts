/**
 * Every planted fault against the laws that it names.
 *
 * @module
 */

import { examine } from "../contract/evidence.ts";
import type { Law } from "../contract/law.ts";
import type { Mutant } from "../mutants/mutant.ts";
import type { Plan } from "./contestant.ts";
import type { FaultEvidence, FaultOutcome } from "./gate_evidence.ts";

/** Runs laws, by id, on the faults that name them. */
export type Faults = (laws: readonly string[], plan: Plan) => Promise<readonly FaultEvidence[]>;

/** The faults, run here. Each law stops at the first comparison that fails, and does not shrink. */
export function faultsHere(mutants: readonly Mutant[], laws: readonly Law[]): Faults {
  return async (ids, plan) => {
    const seen: FaultEvidence[] = [];
    for (const mutant of mutants) {
      const named = mutant.rejectedBy.filter((id) => ids.includes(id));
      if (named.length === 0 && mutant.rejectedBy.length > 0) continue;
      const outcomes: Record<string, FaultOutcome> = {};
      for (const id of named) {
        const law = laws.find((law) => law.id === id);
        if (law) outcomes[id] = await outcomeOf(law, mutant, plan);
      }
      seen.push({ id: mutant.id, description: mutant.description, laws: outcomes });
    }
    return seen;
  };
}

async function outcomeOf(law: Law, { id, subject }: Mutant, plan: Plan): Promise<FaultOutcome> {
  const { failure } = await examine(law, subject, { ...plan, engine: id, firstFailure: true });
  if (!failure) return "not rejected";
  if (failure.token === "") return "not run";
  return failure.kind === "violation" ? "rejected" : "by an exception";
}
