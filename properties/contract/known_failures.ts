/**
 * Failures that are known: each names a clause, says why it fails and until when that may be. A list that is wrong, or no longer
 * true, fails.
 *
 * @module
 */

import * as v from "valibot";
import { nearest } from "./coverage.ts";
import type { Evidence } from "./evidence.ts";
import type { Law } from "./law.ts";
import { schemaProblem } from "./run.ts";

const DAY = "must be a day as 2026-12-31";
const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);

/** A clause that is known to fail. */
export interface KnownFailure {
  /** The law's id. */
  readonly law: string;
  /** The clause, as its failure prints it after "does not hold: ". */
  readonly clause: string;
  /** Why it fails. */
  readonly reason: string;
  /** The last day on which it may fail, in UTC: `2026-12-31`. */
  readonly until: string;
}

const schema: v.GenericSchema<unknown, KnownFailure> = v.strictObject({
  law: v.string(),
  clause: v.string(),
  reason: v.pipe(v.string(), v.check((text) => text.trim() !== "", "must say something")),
  until: v.pipe(v.string(DAY), v.check(isDay, DAY)),
});

/** What became of a known failure. */
export interface KnownOutcome extends KnownFailure {
  /** What it did: only the first is as it should be. */
  readonly outcome: "fails as known" | "passes" | "expired" | "not examined";
}

/** @throws RangeError for an entry without meaning: a law, clause or day that is none */
export function requireKnown(list: readonly unknown[], laws: readonly Law[]): readonly KnownFailure[] {
  return list.map((entry, i) => {
    const refuse = (what: string): RangeError => new RangeError(`known failure ${i + 1}: ${what}`);
    const problem = schemaProblem(schema, entry);
    if (problem !== null) throw refuse(problem);
    const one = entry as KnownFailure;
    const law = laws.find(({ id }) => id === one.law);
    const ids = laws.map(({ id }) => id);
    if (!law) throw refuse(`there is no law ${one.law}; the nearest is ${nearest(one.law, ids).name}`);
    const clauses = law.clauses.map(({ says }) => says);
    if (!clauses.includes(one.clause)) {
      throw refuse(
        `${law.id} has no clause "${one.clause}"; the nearest is "${nearest(one.clause, clauses).name}"`,
      );
    }
    return one;
  });
}

/** What became of each known failure of the laws that were asked. */
export function knownOutcomes(
  known: readonly KnownFailure[],
  asked: readonly Law[],
  evidence: readonly Evidence[],
): readonly KnownOutcome[] {
  const today = new Date().toISOString().slice(0, 10);
  return known.filter(({ law }) => asked.some(({ id }) => id === law)).map((one) => {
    const found = evidence.find(({ law }) => law === one.law)?.clauses.find(({ says }) =>
      says === one.clause
    );
    const outcome = today > one.until
      ? "expired"
      : found?.failure
      ? "fails as known"
      : found && found.cases > 0 && !found.unanswered
      ? "passes"
      : "not examined";
    return { ...one, outcome };
  });
}

/** The clauses in which a law failed and is not known to. */
export function failedOtherwise(
  { law, verdict, clauses }: Evidence,
  known: readonly KnownOutcome[],
): readonly string[] {
  if (verdict !== "failed") return [];
  return clauses.filter(({ failure, says }) =>
    failure &&
    !known.some((one) => one.law === law && one.clause === says && one.outcome === "fails as known")
  ).map(({ says }) => says);
}

/** What is wrong with a known failure, in a line; undefined if nothing. */
export function knownProblem({ law, clause, reason, until, outcome }: KnownOutcome): string | undefined {
  if (outcome === "passes") {
    return `${law} passes, but is listed as a known failure (${reason}): take it out: ${clause}`;
  }
  if (outcome === "expired") {
    return `${law} was a known failure until ${until} (${reason}): mend it, or give it a new day: ${clause}`;
  }
  return undefined;
}
