/**
 * Small laws, subjects and faults that stand in for real ones, to test the gate with.
 *
 * @module
 */

import fc from "fast-check";
import { type Clause, clause } from "../contract/clause.ts";
import { type Law, law, type LawDescription } from "../contract/law.ts";
import type { Subject } from "../contract/subject.ts";
import { exact } from "../contract/tolerance.ts";
import { type Mutant, mutant } from "../mutants/mutant.ts";
import { type Entry, here } from "./contestant.ts";
import { faultsHere } from "./fault.ts";
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
export function standInLaw(id: string, changes: Partial<LawDescription> = {}, clauses = [isEntry]): Law {
  return law({
    id,
    title: `stand-in ${id}`,
    statement: `${id}: the volume of a 1 × 1 Jacobian is its <entry>`,
    tex: String.raw`v(J) = J_{11}`,
    source: "a stand-in",
    kind: "identity",
    assumptions: [],
    expected: "holds",
    ...changes,
    clauses,
  });
}

/** A subject whose volume is any function of the entry. */
export function standInSubject(grae: (entry: number) => number, name = "stand-in"): Subject {
  return { name, epsilon: 2 ** -53, volume: { grae: (jacobian) => grae(jacobian[0]![0]!) } };
}

/** A subject that starts at once. */
export function standInEntry(name: string, grae: (entry: number) => number = (entry) => entry): Entry {
  return {
    name,
    required: true,
    start: () => Promise.resolve({ subject: standInSubject(grae, name), description: "plain arithmetic" }),
  };
}

/** Two faults that Z1 and Z2 reject. */
export const standInMutants: readonly Mutant[] = [
  mutant("twice", "the entry is doubled", ["Z1", "Z2"], standInSubject((entry) => 2 * entry + 1)),
  mutant("negative", "the sign is lost", ["Z1", "Z2"], standInSubject((entry) => -entry - 1)),
];

/** Two laws that hold, one oracle, two faults: a gate that passes, with changes. */
export function standInGate(
  changes: Partial<RunGateOptions> & { readonly entries?: readonly Entry[] } = {},
): RunGateOptions {
  const { entries = [standInEntry("oracle")], ...rest } = changes;
  const laws = rest.laws ?? [standInLaw("Z1"), standInLaw("Z2")];
  const mutants = rest.mutants ?? standInMutants;
  return {
    laws,
    catalogue: { Z1: "holds", Z2: "holds" },
    contestants: entries.map((entry) => here(entry, laws)),
    mutants,
    faults: faultsHere(mutants, laws),
    complete: true,
    plan: { seed: 1, cases: 20 },
    ...rest,
  };
}
