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

/** The faults of a table of the results that they spoil, in a run and in a short training. */
export const plantedInResults = (table: FaultTable<Partial<StudyResults>>): readonly Mutant[] => [
  ...plantedInRuns(table),
  ...rows(
    table,
    (id, description, rejectedBy, results) =>
      trained(`${id}-short`, `${description}, in a short training`, rejectedBy, plausible(results, true)),
  ),
];

/** The same in a run alone: what a short training leaves out anyway. */
export const plantedInRuns = (table: FaultTable<Partial<StudyResults>>): readonly Mutant[] =>
  rows(
    table,
    (id, description, rejectedBy, results) => trained(id, description, rejectedBy, plausible(results, false)),
  );

const trained = (
  id: string,
  description: string,
  rejectedBy: readonly string[],
  subject: Subject,
): Mutant => (
  { id, description, rejectedBy, subject: { ...subject, name: `plausible results, but ${description}` } }
);
