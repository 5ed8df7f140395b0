/**
 * What the gate knows after a run: the record that it judges and writes down.
 *
 * @module
 */

import type { Evidence, Verdict } from "../contract/evidence.ts";
import type { LawDescription } from "../contract/law.ts";

/** One law, and all that was seen of it. */
export interface LawEvidence extends LawDescription {
  /** Failed where a single engine fails, or where nothing ran. */
  readonly verdict: Verdict;
  /** Cases over all engines. */
  readonly cases: number;
  /** The largest error in units of its tolerance, over all engines: at most 1. */
  readonly worst: number;
  readonly seconds: number;
  /** What each engine gave. */
  readonly runs: readonly Evidence[];
  /** Where the law says nothing, and why. */
  readonly doesNotApply: readonly { readonly engine: string; readonly because: string }[];
  /** The planted faults that name the law. */
  readonly faults: readonly { readonly id: string; readonly outcome: FaultOutcome }[];
}

/**
 * rejected: a comparison failed, as it should. by an exception: the law broke instead of comparing. not rejected: it holds
 * for the fault. not run: nothing is known.
 */
export type FaultOutcome = "rejected" | "by an exception" | "not rejected" | "not run";

/** A planted fault, and what the laws that it names made of it. */
export interface FaultEvidence {
  readonly id: string;
  readonly description: string;
  /** By the law's id. */
  readonly laws: Readonly<Record<string, FaultOutcome>>;
}

/** An engine: it ran, was skipped for a reason, or broke off. */
export interface EngineEvidence {
  readonly name: string;
  /** What it computes with. */
  readonly description?: string;
  /** Why it did not run. */
  readonly skipped?: string;
  /** What broke it off. */
  readonly broke?: string;
  readonly seconds: number;
}

/** Everything the gate saw. */
export interface GateEvidence {
  /** True iff there is no problem. */
  readonly ok: boolean;
  /** One line each. */
  readonly problems: readonly string[];
  /** False where only some laws or engines were asked for. */
  readonly complete: boolean;
  readonly seed: number;
  /** Cases per clause. */
  readonly cases: number;
  readonly seconds: number;
  /** When it had seen it, as an ISO 8601 time. */
  readonly ended: string;
  /** What computed, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** The probability that a statistical law fails in one run of all of them, though it holds. */
  readonly falseAlarm: number;
  readonly engines: readonly EngineEvidence[];
  readonly laws: readonly LawEvidence[];
  readonly faults: readonly FaultEvidence[];
}

/** How many of a law's faults it rejects, of how many. */
export function rejected({ faults }: LawEvidence): { readonly rejected: number; readonly of: number } {
  return { rejected: faults.filter(({ outcome }) => outcome === "rejected").length, of: faults.length };
}
