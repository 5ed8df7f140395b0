/**
 * Toy laws, subjects and faults, to test the gate with.
 *
 * @module
 */

import fc from "fast-check";
import { type Clause, clause } from "../contract/clause.ts";
import { type Law, law, type LawDescription } from "../contract/law.ts";
import type { Subject } from "../contract/subject.ts";
import { exact } from "../contract/tolerance.ts";
import { type Mutant, mutant } from "../mutants/mutant.ts";
import { type Candidate, faultsInProcess, inProcess } from "./candidate.ts";
import type { RunGateOptions } from "./run_gate.ts";

/** v(J) = J for a 1 × 1 Jacobian. */
export const isEntry: Clause = clause({
  says: "v(J) = J",
  needs: ["volume.grae"],
  given: fc.integer({ min: 0, max: 1000 }),
  examine: async ({ volume }, given, expect) =>
    expect.close("v(J)", await volume.grae([[given]], 1), given, exact("integers")),
});

/** A law about whatever its clauses say. */
export function toyLaw(id: string, changes: Partial<LawDescription> = {}, clauses = [isEntry]): Law {
  return law({
    id,
    title: `toy ${id}`,
    statement: `${id}: the volume of a 1 × 1 Jacobian is its <entry>`,
    tex: String.raw`v(J) = J_{11}`,
    source: "a toy",
    kind: "identity",
    assumptions: [],
    expected: "holds",
    ...changes,
    clauses,
  });
}

/** A subject whose volume is any function of the entry. */
export function toySubject(grae: (entry: number) => number, name = "toy"): Subject {
  return { name, epsilon: 2 ** -53, volume: { grae: (jacobian) => grae(jacobian[0]![0]!) } };
}

/** A candidate that starts at once. */
export function toyCandidate(name: string, grae: (entry: number) => number = (entry) => entry): Candidate {
  return {
    name,
    required: true,
    start: () => Promise.resolve({ subject: toySubject(grae, name), description: "plain arithmetic" }),
  };
}

/** Two faults that Z1 and Z2 reject. */
export const toyMutants: readonly Mutant[] = [
  mutant("twice", "the entry is doubled", ["Z1", "Z2"], toySubject((entry) => 2 * entry + 1)),
  mutant("negative", "the sign is lost", ["Z1", "Z2"], toySubject((entry) => -entry - 1)),
];

/** Two laws that hold, one oracle, two faults: a gate that accepts, with changes. */
export function toyGate(
  changes: Partial<RunGateOptions> & { readonly candidates?: readonly Candidate[] } = {},
): RunGateOptions {
  const { candidates = [toyCandidate("oracle")], ...rest } = changes;
  const laws = rest.laws ?? [toyLaw("Z1"), toyLaw("Z2")];
  const mutants = rest.mutants ?? toyMutants;
  return {
    laws,
    catalogue: { Z1: "holds", Z2: "holds" },
    runners: candidates.map((candidate) => inProcess(candidate, laws)),
    mutants,
    faults: faultsInProcess(mutants, laws),
    complete: true,
    plan: { seed: 1, cases: 20 },
    ...rest,
  };
}
