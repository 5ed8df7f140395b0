/**
 * A clause is one property of a law: what it says, what it needs, the cases it draws and how it looks at one.
 *
 * @module
 */

import fc, { type Arbitrary } from "fast-check";
import { ArgumentChanged } from "./call.ts";
import { type Able, able, type Capability, missing, type Needs } from "./capability.ts";
import { examinedAtOnce } from "./at_once.ts";
import { Ledger, type Measurement, NotOffered, Refusal, Unanswered, Violation } from "./ledger.ts";
import { requireTime } from "./limits.ts";
import type { Run } from "./replay.ts";
import type { Pledge, Subject } from "./subject.ts";

export type { Arbitrary };

/** A failing case. */
export interface ClauseFailure {
  /** A comparison that failed, or an exception that nobody expected. */
  readonly kind: "violation" | "exception";
  /** The shrunken case. */
  readonly counterexample: string;
  /** The path by which fast-check finds the case from the seed. */
  readonly path: string;
  /** The quantity that was compared. */
  readonly what: string;
  /** Its value. */
  readonly actual: string;
  /** The value that it should have. */
  readonly expected: string;
  /** The accepted error. */
  readonly tolerance: number;
  /** Why the tolerance is what it is, or the stack of the exception. */
  readonly because: string;
  /** The capability that wrote into its arguments, where that is the failure. */
  readonly changed?: Capability;
}

/** The findings of one clause on one subject. */
export interface ClauseFindings {
  /** The property as a sentence. */
  readonly says: string;
  /** The seed of the clause. */
  readonly seed: number;
  /** Cases that passed. */
  readonly cases: number;
  /** Comparisons made in them. */
  readonly comparisons: number;
  /** Comparisons or cases that the subject's precision cannot resolve. */
  readonly unresolved: number;
  /** The largest error in units of its tolerance. */
  readonly worst: number;
  /** The measured figure with the greatest share of its allowed range. */
  readonly measured?: Measurement;
  /** Cases that the subject refused, because of a kind that it does not take; others were drawn for them. */
  readonly refused?: number;
  /** Why the clause did not apply. */
  readonly skipped?: string;
  /** The case to which the subject gave no answer, and why; no case after it was examined. */
  readonly unanswered?: { readonly counterexample: string; readonly path: string; readonly because: string };
  /** The first case that failed. */
  readonly failure?: ClauseFailure;
}

/** A property with its cases. */
export interface Clause extends Needs {
  /** The property as a sentence. */
  readonly says: string;
  /** Runs it on a subject. */
  readonly run: (subject: Subject, seed: number, run: Run) => Promise<ClauseFindings>;
}

/** The parts of a clause whose cases are of type `T`. */
export interface ClauseSpec<N extends Capability, T> {
  /** The property as a sentence. */
  readonly says: string;
  /** The capabilities it uses. */
  readonly needs: readonly N[];
  /** It is asked only of subjects that promise this. */
  readonly promised?: Pledge;
  /** Its tolerances allow for differences by themselves; others take the step for a coarser unit roundoff. */
  readonly stepped?: true;
  /** Draws a case: parameters and seeds, never Monte Carlo samples. fast-check shrinks it when it fails. */
  readonly given: Arbitrary<T>;
  /** Cases that are always looked at first. */
  readonly examples?: readonly T[];
  /** At most this many cases, for a clause that is expensive (say why) or has a single case. */
  readonly atMost?: number;
  /** Compares, by the ledger, what the subject gives for the case; a comparison that fails throws. */
  readonly examine: (subject: Able<N>, given: T, expect: Ledger) => void | Promise<void>;
}

/** A clause from its parts. */
export function clause<const N extends Capability, T>(spec: ClauseSpec<N, T>): Clause {
  return {
    says: spec.says,
    needs: spec.needs,
    ...(spec.promised && { promised: spec.promised }),
    run: (subject, seed, run) => runClause(spec, subject, seed, run),
  };
}

/** For each case that is wanted at most so many are drawn, where the subject refuses some. */
const DRAWS = 10;

/** Capabilities that may be computed by differences. */
const differentiated: readonly Capability[] = ["jacobian", "jacobianColumns", "gram", "regulariser"];

async function runClause<N extends Capability, T>(
  spec: ClauseSpec<N, T>,
  subject: Subject,
  seed: number,
  run: Run,
): Promise<ClauseFindings> {
  const findings = { says: spec.says, seed, cases: 0, comparisons: 0, unresolved: 0, worst: 0 };
  let measured: Measurement | undefined;
  const lacking = missing(subject, spec);
  if (lacking.length > 0) {
    return { ...findings, skipped: `${subject.name} does not offer ${lacking.join(", ")}` };
  }
  const offered = able(subject, spec.needs, run);
  const step = spec.needs.some((name) => differentiated.includes(name)) ? subject.differenceStep ?? 0 : 0;
  // By the mean value theorem the differences are derivatives at a point within the step, and divide the rounding of g by it.
  const epsilon = subject.epsilon + (spec.stepped || step === 0 ? 0 : step + subject.epsilon / step);
  const refusals: string[] = [];
  const examineOne = async (given: T): Promise<Ledger> => {
    const ledger = new (run.ledger ?? Ledger)(epsilon, subject.promises, step, subject);
    try {
      await spec.examine(offered, given, ledger);
    } catch (error) {
      if (!ledger.isRefusal(error)) throw error;
      ledger.comparisons++;
      ledger.unresolved++;
    }
    return ledger;
  };
  const examined = examinedAtOnce(examineOne);
  let violated = false, silent = false;
  const property = fc.asyncProperty(spec.given, async (given) => {
    // Where a replayed case passes, fast-check goes on to its neighbours.
    if (run.replay && findings.cases > 0) return;
    // Where no answer came, fast-check goes on to look for a smaller case: there is nobody to ask.
    if (silent) return;
    let ledger: Ledger;
    try {
      if (run.time) requireTime(run.time);
      // What a failing case is shrunk to was not foreseen.
      ledger = await (violated ? examineOne : examined)(given);
    } catch (error) {
      if (error instanceof Refusal) {
        refusals.push(error.message);
        // Draws another case.
        fc.pre(false);
      }
      silent = error instanceof Unanswered;
      // A larger case that failed is not taken back.
      if (silent && violated) return;
      violated = true;
      throw error;
    }
    findings.cases++;
    findings.comparisons += ledger.comparisons;
    findings.unresolved += ledger.unresolved;
    findings.worst = Math.max(findings.worst, ledger.worst);
    measured = ledger.measured ?? measured;
  });
  const { replay } = run;
  const parameters = {
    seed: replay?.seed ?? seed,
    numRuns: replay ? 1 : Math.min(run.cases, spec.atMost ?? Infinity),
    maxSkipsPerRun: DRAWS,
    endOnFailure: replay !== undefined || run.firstFailure === true,
    ...(spec.examples && { examples: spec.examples.map((example): [T] => [example]) }),
    ...(replay && { path: replay.path }),
  };
  if (run.atOnce !== undefined && !replay) {
    const { examples = [] } = spec;
    const first = (numRuns: number): T[] => fc.sample(spec.given, { seed, numRuns, examples: [...examples] });
    examined.ahead(first, parameters.numRuns, run.atOnce);
  }
  const details = await fc.check(property, parameters);
  if (findings.cases === 0 && refusals.length > 0 && details.counterexample === null) {
    return {
      ...findings,
      refused: refusals.length,
      skipped: `${subject.name} refused every case: ${refusals[0]}`,
    };
  }
  const found = {
    ...findings,
    ...(measured && { measured }),
    ...(refusals.length > 0 && { refused: refusals.length }),
  };
  // Without a counterexample, fewer cases were found that the subject takes than were wanted.
  if (!details.failed || details.counterexample === null) return found;
  const error = details.errorInstance;
  if (error instanceof NotOffered) {
    return { ...found, skipped: `${subject.name} does not offer ${error.message}` };
  }
  const at = {
    counterexample: fc.stringify(details.counterexample[0]),
    path: details.counterexamplePath ?? "0",
  };
  if (error instanceof Unanswered) return { ...found, unanswered: { ...at, because: error.message } };
  return { ...found, failure: { ...at, ...describe(error) } };
}

function describe(error: unknown): Omit<ClauseFailure, "counterexample" | "path"> {
  if (error instanceof Violation) {
    const { what, actual, expected, tolerance, because } = error;
    return {
      kind: "violation",
      what,
      actual: String(actual),
      expected: String(expected),
      tolerance,
      because,
      ...(error instanceof ArgumentChanged && { changed: error.changed }),
    };
  }
  return {
    kind: "exception",
    what: "an exception that the law does not expect",
    actual: String(error),
    expected: "an answer",
    tolerance: 0,
    because: error instanceof Error ? error.stack ?? error.message : String(error),
  };
}
