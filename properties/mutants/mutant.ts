/**
 * Planted faults: mistakes that people make, each in an otherwise correct subject, so that every law is seen to fail.
 *
 * @module
 */

import type { Capability, CapabilityGroups, SingleCapabilities } from "../contract/capability.ts";
import type { Subject } from "../contract/subject.ts";
import { oracle } from "../oracle/mod.ts";

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

/** The function that a capability is. */
export type Signature<Name extends Capability> = Name extends keyof SingleCapabilities
  ? SingleCapabilities[Name]
  : Name extends `${infer Group extends keyof CapabilityGroups}.${infer Member}`
    ? Member extends keyof CapabilityGroups[Group] ? CapabilityGroups[Group][Member] : never
  : never;

/** The capabilities in which a faulty subject differs from a right one, by name; and what it says of itself, if that differs. */
export type Part =
  & { readonly [Name in Capability]?: Signature<Name> }
  & Partial<Pick<Subject, "epsilon" | "lossConvention" | "penalty">>;

/** Makes a part of one capability. */
export const replacing = <Name extends Capability>(name: Name) => (faulty: Signature<Name>): Part => ({
  [name]: faulty,
});

/** A planted fault for each row of a table, whose subject is `right` in all but the part. */
export const planted = (table: FaultTable<Part>, right: Subject = oracle): readonly Mutant[] =>
  rows(
    table,
    (id, description, rejectedBy, part) => mutant(id, description, rejectedBy, withPart(right, part)),
  );

function withPart(right: Subject, part: Part): Subject {
  const subject: Record<string, unknown> = { ...right };
  for (const [name, capability] of Object.entries(part)) {
    const [group, member] = name.split(".") as [string, string?];
    subject[group] = member === undefined
      ? capability
      : { ...subject[group] as object, [member]: capability };
  }
  return subject as unknown as Subject;
}
