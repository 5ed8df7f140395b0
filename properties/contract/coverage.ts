/**
 * The parts of a subject that no law has examined: a subject is not verified by laws that had nothing to look at.
 *
 * @module
 */

import { capabilities, type Capability, groups, missing, offered } from "./capability.ts";
import type { Evidence } from "./evidence.ts";
import type { Law } from "./law.ts";
import { completeLossConvention, completePenalty, lossFields, penaltyFields } from "./loss.ts";
import { activationNames } from "./specs.ts";
import { type FamilySpec, type LikelihoodSpec, pledges, type Subject } from "./subject.ts";

/** Something of a subject that no law has examined. */
export interface Unverified {
  /** The capability, or the subject's name where there is none at all. */
  readonly what: string;
  /** Why. */
  readonly because: string;
}

/** Names of a subject that are no capabilities. */
const others: readonly string[] = [
  "name",
  "epsilon",
  "offers",
  "promises",
  "differenceStep",
  "lossConvention",
  "penalty",
];

/** The lists of `offers`, with all that they may name; the types keep any from being left out. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  families: Object.keys(
    { isotropic: true, "mean-field": true, block: true, full: true } satisfies Record<
      FamilySpec["kind"],
      true
    >,
  ),
  activations: activationNames,
  likelihoods: Object.keys(
    { gaussian: true, bernoulli: true } satisfies Record<LikelihoodSpec["kind"], true>,
  ),
};

/**
 * The parts of a subject that no law examined, each with the reason.
 *
 * @param every true if all laws were asked; otherwise capabilities that none of them uses are left out
 */
export function coverage(
  subject: Subject,
  laws: readonly Law[],
  evidence: readonly Evidence[],
  every: boolean,
): Unverified[] {
  const wrong = mistakes(subject);
  if (wrong.length === 0 && offered(subject).length === 0) {
    return [{ what: subject.name, because: "it offers no capability" }];
  }
  const examined = new Set(evidence.flatMap((found) => examinedBy(found, laws)));
  const idle = offered(subject).filter((name) => !examined.has(name)).flatMap((what) => {
    const because = reason(what, subject, laws, evidence);
    return because === undefined && !every ? [] : [{ what, because: because ?? "no law uses it" }];
  });
  const nothing = examined.size === 0 && wrong.length + idle.length === 0;
  return [
    ...wrong,
    ...idle,
    ...(nothing ? [{ what: subject.name, because: "no law that was asked applies" }] : []),
  ];
}

/** Names that are no capability's, capabilities that are no function, empty groups; kinds and promises that do not exist. */
export function mistakes(subject: Subject): Unverified[] {
  return entriesOf(subject).flatMap(([name, value]): Unverified[] => {
    if (name === "offers") return listMistakes(value);
    if (name === "promises") return unknown(name, value, pledges);
    if (name === "lossConvention") return conventionMistakes(name, value, lossFields, completeLossConvention);
    if (name === "penalty") return conventionMistakes(name, value, penaltyFields, completePenalty);
    if (others.includes(name)) return [];
    if (!groups.includes(name)) return mistake(name, value, subject, [...capabilities, ...groups, ...others]);
    if (typeof value !== "object" || value === null) return [notOf("object", name, value)];
    const members = entriesOf(value);
    if (members.length === 0) return [{ what: name, because: "it is empty" }];
    const known = capabilities.filter((capability) => capability.startsWith(`${name}.`));
    return members.flatMap(([member, entry]) => mistake(`${name}.${member}`, entry, value, known));
  });
}

function listMistakes(offers: unknown): Unverified[] {
  if (typeof offers !== "object" || offers === null) return [notOf("object", "offers", offers)];
  return entriesOf(offers).flatMap(([name, value]) => {
    const known = kinds[name];
    if (known) return unknown(`offers.${name}`, value, known);
    const near = nearest(name, Object.keys(kinds)).name;
    return [{ what: `offers.${name}`, because: `there is no such list; the nearest is ${near}` }];
  });
}

/** Fields that a convention has not, and what it may not say in those that it has. */
function conventionMistakes(
  what: string,
  given: unknown,
  fields: readonly string[],
  complete: (given: never) => unknown,
): Unverified[] {
  if (typeof given !== "object" || given === null) return [notOf("object", what, given)];
  const strange = Object.keys(given).filter((field) => !fields.includes(field)).map((field) => ({
    what: `${what}.${field}`,
    because: `there is no such field; the nearest is ${nearest(field, fields).name}`,
  }));
  try {
    complete(given as never);
  } catch (error) {
    // As in "penalty.kind must be one of …".
    const [field, ...must] = (error as Error).message.split(" ");
    return [...strange, { what: field!, because: `it ${must.join(" ")}` }];
  }
  return strange;
}

/** The entries of a list that are not known. */
function unknown(what: string, list: unknown, known: readonly string[]): Unverified[] {
  if (!Array.isArray(list)) return [notOf("list", what, list)];
  return list.map(String).filter((entry) => !known.includes(entry)).map((entry) => ({
    what,
    because: `there is no ${entry}; the nearest is ${nearest(entry, known).name}`,
  }));
}

function mistake(what: string, value: unknown, owner: object, known: readonly string[]): Unverified[] {
  if (known.includes(what)) return typeof value === "function" ? [] : [notOf("function", what, value)];
  const near = nearest(what, known);
  // An object of a class has state and methods of its own; a plain one has nothing but what it offers, and objects of a class: a cache.
  const offers = isPlain(owner) && (typeof value !== "object" || isPlain(value)) && holdsFunctions(value);
  if (!offers && near.distance > 2) return [];
  return [{ what, because: `there is no such capability; the nearest is ${near.name}` }];
}

function notOf(kind: string, what: string, value: unknown): Unverified {
  const is = value === null ? "null" : `a${typeof value === "object" ? "n" : ""} ${typeof value}`;
  return { what, because: `it should be a${kind === "object" ? "n" : ""} ${kind}, but it is ${is}` };
}

function isPlain(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

export function holdsFunctions(value: unknown): boolean {
  if (typeof value === "function") return true;
  return typeof value === "object" && value !== null &&
    entriesOf(value).some(([, entry]) => typeof entry === "function");
}

/** The properties of an object and of its classes, without those that are `undefined`. */
export function entriesOf(owner: object): [string, unknown][] {
  const names = new Set<string>();
  for (let at: object | null = owner; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  names.delete("constructor");
  return [...names].map((name): [string, unknown] => [name, Reflect.get(owner, name)])
    .filter(([, value]) => value !== undefined);
}

/** Capabilities that a law has compared something of, or found wrong. */
function examinedBy({ law, clauses }: Evidence, laws: readonly Law[]): readonly Capability[] {
  const described = laws.find(({ id }) => id === law)!;
  return clauses.filter(({ failure, comparisons, unresolved }) => failure || comparisons > unresolved)
    .flatMap((found) => described.clauses.find(({ says }) => says === found.says)!.needs);
}

/** Why no law examined a capability; undefined where none uses it. */
function reason(
  name: Capability,
  subject: Subject,
  laws: readonly Law[],
  evidence: readonly Evidence[],
): string | undefined {
  const using = laws.flatMap(({ id, clauses }) =>
    clauses.filter(({ needs }) => needs.includes(name)).map((clause) => ({ id, clause }))
  );
  const applying = using.filter(({ clause }) => missing(subject, clause).length === 0);
  if (applying.length > 0) {
    const found = applying.flatMap(({ clause }) =>
      evidence.flatMap(({ clauses }) => clauses.filter(({ says }) => says === clause.says))
    );
    // A law ends with the first case that has no answer.
    const ended = evidence.filter(({ law }) => applying.some(({ id }) => id === law))
      .flatMap(({ clauses }) => clauses).find(({ unanswered }) => unanswered);
    return ended?.unanswered?.because ??
      found.find(({ skipped }) => skipped !== undefined)?.skipped ??
      "no comparison was within its precision";
  }
  const fewest =
    using.map(({ clause }) => missing(subject, clause)).toSorted((a, b) => a.length - b.length)[0];
  return fewest && `laws use it only together with ${fewest.join(", ")}`;
}

/** The known name that takes the fewest changes of a letter. */
export function nearest(
  name: string,
  known: readonly string[],
): { readonly name: string; readonly distance: number } {
  return known.map((other) => ({ name: other, distance: distance(name, other) }))
    .reduce((best, next) => (next.distance < best.distance ? next : best));
}

/** Letters to insert, delete or replace (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
