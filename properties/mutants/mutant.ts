/**
 * Planted faults: mistakes that people make, each in an otherwise correct subject, so that every law is seen to fail.
 *
 * @module
 */

import type { Subject } from "../contract/subject.ts";

/** A planted fault. */
export interface Mutant {
  /** A name in kebab case, unique. */
  readonly id: string;
  /** The mistake in one line. */
  readonly description: string;
  /** Ids of the laws that must reject it. */
  readonly rejectedBy: readonly string[];
  /** A subject that makes it. */
  readonly subject: Subject;
}

/** A fault from its parts; the subject is named after it. */
export function mutant(
  id: string,
  description: string,
  rejectedBy: readonly string[],
  subject: Subject,
): Mutant {
  return { id, description, rejectedBy, subject: { ...subject, name: `the oracle, but ${description}` } };
}

/**
 * Faults as a table, by the ids of the laws that must reject them, with spaces between: `id: the mistake in one line`, and
 * a subject, or a part of one, that makes it.
 */
export type FaultTable<Made> = Readonly<Record<string, Readonly<Record<string, Made>>>>;

/** The rows of a table, each by `plant`. */
export function rows<Made, Planted>(
  table: FaultTable<Made>,
  plant: (id: string, description: string, rejectedBy: readonly string[], made: Made) => Planted,
): readonly Planted[] {
  return Object.entries(table).flatMap(([laws, faults]) =>
    Object.entries(faults).map(([row, made]) => {
      const [, id, description] = /^([\w*-]+): (.+)$/s.exec(row)!;
      return plant(id!, description!, laws.split(" "), made);
    })
  );
}

/** A planted fault for each row of a table. */
export const planted = (table: FaultTable<Subject>): readonly Mutant[] => rows(table, mutant);
