/**
 * Evidence for programs.
 *
 * @module
 */

import type { GateEvidence, LawEvidence } from "./gate_evidence.ts";

/** Names the shape of evidence.json; it changes when the shape does. */
export const SCHEMA = "grae-evidence/3";

/** evidence.json: everything, the counterexamples included. */
export function evidenceJson(evidence: GateEvidence): string {
  const { laws, ...rest } = evidence;
  return JSON.stringify({ schema: SCHEMA, ...rest, laws: laws.map(lawOf) }, undefined, 1);
}

/** A law with what each engine gave, without what the law says already. */
function lawOf({ runs, faults, ...law }: LawEvidence): Record<string, unknown> {
  return {
    ...law,
    engines: runs.map(({ law: _, subject: __, ...run }) => run),
    faultsRejected: faults.filter(({ outcome }) => outcome === "rejected").map(({ id }) => id),
    faultsNotRejected: faults.filter(({ outcome }) => outcome !== "rejected").map(({ id }) => id),
  };
}
