/**
 * What is known about a law after it was run.
 *
 * @module
 */

import type { ClauseFailure, ClauseFindings } from "./clause.ts";

/** The verdict that a law should have. */
export type Expected = "holds" | "holds under stated assumptions" | "refuted as printed";

/** The verdict on a law. unverified: it did not fail, but nothing was compared, or nothing within the subject's precision. */
export type Verdict = Expected | "failed" | "unverified";

/** What a law's check returns. */
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
