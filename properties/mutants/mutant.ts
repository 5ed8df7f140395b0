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
