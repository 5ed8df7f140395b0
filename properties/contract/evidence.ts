/**
 * Evidence: the findings of a law on a subject, with its verdict.
 *
 * @module
 */

import type { ClauseFailure, ClauseFindings } from "./clause.ts";
import type { Law } from "./law.ts";
import { replayToken, type Run } from "./replay.ts";
import type { Subject } from "./subject.ts";

/** The verdict that a law should have. */
export type Expected = "holds" | "holds under stated assumptions" | "refuted as printed";

/**
 * The verdict on a law. unverified: it did not fail, but nothing was compared, or nothing within the subject's precision, or the subject gave no
 * answer.
 */
export type Verdict = Expected | "failed" | "unverified";

/** The findings of all clauses of a law. */
export interface Findings {
  /** One per clause that was run. */
  readonly clauses: readonly ClauseFindings[];
}

/** A failing clause, and how to see it again. */
export interface Failure extends ClauseFailure {
  /** The clause that failed. */
  readonly says: string;
  /** The replay token. */
  readonly token: string;
  /** One command that replays exactly this case. */
  readonly replay: string;
  /** All of it, for people. */
  readonly message: string;
}

/** The record of one law on one subject. */
export interface Evidence {
  /** The law's id. */
  readonly law: string;
  /** The law's own verdict, `failed` or `unverified`. */
  readonly verdict: Verdict;
  /** The subject's name. */
  readonly subject: string;
  /** Name of the engine. */
  readonly engine: string;
  /** The seed of the run. */
  readonly seed: number;
  /** Cases looked at, over all clauses. */
  readonly cases: number;
  /** Comparisons made in them. */
  readonly comparisons: number;
  /** Comparisons that the subject's precision could not resolve. */
  readonly unresolved: number;
  /** The largest error in units of its tolerance: at most 1. */
  readonly worst: number;
  /** Time it took. */
  readonly seconds: number;
  /** Clause by clause. */
  readonly clauses: readonly ClauseFindings[];
  /** The first clause that failed, or that has shown nothing. */
  readonly failure?: Failure;
}

/**
 * Runs a law on a subject. A law of which no clause ran a case, or with a clause whose every comparison was beyond the
 * subject's precision, is unverified: it has shown nothing.
 */
export async function examine(law: Law, subject: Subject, run: Run): Promise<Evidence> {
  const start = performance.now();
  const { clauses } = await law.check(subject, run);
  const total = (count: (findings: ClauseFindings) => number): number =>
    clauses.reduce((sum, findings) => sum + count(findings), 0);
  const comparisons = total((found) => found.comparisons);
  const unresolved = total((found) => found.unresolved);
  const failed = failureOf(law, clauses, run);
  const failure = failed ?? unanswered(law, clauses, run) ??
    (run.replay ? undefined : nothingShown(law, clauses));
  return {
    law: law.id,
    verdict: failed ? "failed" : failure ? "unverified" : law.expected,
    subject: subject.name,
    engine: run.engine,
    seed: run.seed,
    cases: total((found) => found.cases),
    comparisons,
    unresolved,
    worst: Math.max(0, ...clauses.map((found) => found.worst)),
    seconds: (performance.now() - start) / 1000,
    clauses,
    ...(failure && { failure }),
  };
}

/** Why a law says nothing about a subject: the capabilities that are missing, or undefined where some clause applies. */
export function inapplicable(
  law: Law,
  lacking: (clause: Law["clauses"][number]) => readonly string[],
): string | undefined {
  const reasons = law.clauses.map(lacking);
  if (reasons.some((names) => names.length === 0)) return undefined;
  const fewest = reasons.toSorted((a, b) => a.length - b.length)[0]!;
  return `it does not offer ${fewest.join(", ")}`;
}

function failureOf(law: Law, clauses: readonly ClauseFindings[], run: Run): Failure | undefined {
  const index = clauses.findIndex((found) => found.failure);
  const found = clauses[index];
  if (!found?.failure) return undefined;
  const { failure, says } = found;
  const { token, replay } = again(law, index, found.seed, failure.path, run);
  return {
    ...failure,
    says,
    token,
    replay,
    message: [
      `[${law.id}] ${law.statement}`,
      `does not hold: ${says}`,
      `  ${failure.what}`,
      `  found     ${failure.actual}`,
      `  expected  ${failure.expected}`,
      `  tolerance ${failure.tolerance} (${failure.because})`,
      `  case      ${failure.counterexample}`,
      `  again     ${replay}`,
    ].join("\n"),
  };
}

/** How to see one case again: its token, and the command. */
function again(
  law: Law,
  clause: number,
  seed: number,
  path: string,
  run: Run,
): { readonly token: string; readonly replay: string } {
  const token = replayToken(run.replay ?? { clause, seed, path, engine: run.engine });
  return {
    token,
    replay: run.command?.(law.id, token) ?? `deno task gate --law ${law.id} --replay ${token}`,
  };
}

/** The first clause to which the subject gave no answer. */
function unanswered(law: Law, clauses: readonly ClauseFindings[], run: Run): Failure | undefined {
  const index = clauses.findIndex((found) => found.unanswered);
  const found = clauses[index];
  if (!found?.unanswered) return undefined;
  const { says, seed, unanswered: { counterexample, path, because } } = found;
  const { token, replay } = again(law, index, seed, path, run);
  return {
    kind: "exception",
    says,
    counterexample,
    path,
    what: "no answer",
    actual: because,
    expected: "an answer",
    tolerance: 0,
    because,
    token,
    replay,
    message: [
      `[${law.id}] ${law.statement}`,
      `is unverified: ${says}`,
      `  no answer ${because}`,
      `  case      ${counterexample}`,
      `  again     ${replay}`,
    ].join("\n"),
  };
}

function nothingShown(law: Law, clauses: readonly ClauseFindings[]): Failure | undefined {
  const ran = clauses.filter(({ skipped }) => skipped === undefined);
  const idle = ran.find(({ comparisons, unresolved }) => comparisons === unresolved);
  if (ran.length > 0 && !idle) return undefined;
  const what = (idle?.comparisons ?? 0) === 0
    ? "no case was examined"
    : "no comparison was within the precision of the subject";
  const says = idle?.says ?? law.statement;
  return {
    kind: "violation",
    says,
    counterexample: "none",
    path: "",
    what,
    actual: "0",
    expected: "at least 1",
    tolerance: 0,
    because: "no comparison was made, or none that the precision resolves",
    token: "",
    replay: "",
    message: `[${law.id}] ${law.statement}\nis unverified: ${says}: ${what}`,
  };
}
