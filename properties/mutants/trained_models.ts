/**
 * Mistakes in measurements on trained models, planted in plausible results of a run and in those of a short training, for
 * which there are other thresholds.
 *
 * @module
 */

import type { Subject } from "../contract/subject.ts";
import type { StudyResults } from "../contract/results.ts";
import { plausible } from "../plausible/mod.ts";
import { type FaultTable, type Mutant, rows } from "./mutant.ts";

type Made = Partial<StudyResults>;

/** The faults of a table of the results that they spoil, in a run and in a short training. */
export const plantedInResults = (table: FaultTable<Made>): readonly Mutant[] => [
  ...plantedInRuns(table),
  ...rows(
    table,
    (id, description, rejectedBy, results) =>
      trained(`${id}-short`, `${description}, in a short training`, rejectedBy, plausible(results, true)),
  ),
];

/** The same in a run alone: what a short training leaves out anyway. */
export const plantedInRuns = (table: FaultTable<Made>): readonly Mutant[] =>
  rows(
    table,
    (id, description, rejectedBy, results) => trained(id, description, rejectedBy, plausible(results, false)),
  );

/** Mistakes in a list, of which results are made. */
export class FaultsIn<T extends object> {
  /** Mistakes in `list`. */
  constructor(
    private readonly list: readonly T[],
    private readonly results: (faulty: readonly T[]) => Made,
  ) {}

  /** Each is replaced. */
  replaced(by: (one: T) => readonly T[]): Made {
    return this.results(this.list.flatMap(by));
  }

  /** Each is changed. */
  changed(change: (one: T) => Partial<T>): Made {
    return this.changedWhere({}, change);
  }

  /** Those that have the given values are changed. */
  changedWhere(given: Partial<T>, change: (one: T) => Partial<T>): Made {
    return this.replaced((one) => [has(one, given) ? { ...one, ...change(one) } : one]);
  }

  /** Those that have the given values are left out. */
  without(given: Partial<T>): Made {
    return this.results(this.list.filter((one) => !has(one, given)));
  }

  /** The first that has the given values. */
  first(given: Partial<T>): T {
    return this.list.find((one) => has(one, given))!;
  }
}

function has<T extends object>(one: T, given: Partial<T>): boolean {
  return Object.entries(given).every(([key, value]) => Reflect.get(one, key) === value);
}

const trained = (
  id: string,
  description: string,
  rejectedBy: readonly string[],
  subject: Subject,
): Mutant => (
  { id, description, rejectedBy, subject: { ...subject, name: `plausible results, but ${description}` } }
);
