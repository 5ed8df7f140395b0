/**
 * Holds any subject to every law that applies to it.
 *
 * @module
 */

import { missing } from "../contract/capability.ts";
import { type Evidence, examine, inapplicable } from "../contract/evidence.ts";
import { laws as everyLaw } from "./all.ts";
import { coverage, mistakes, type Unverified } from "../contract/coverage.ts";
import {
  failedOtherwise,
  type KnownFailure,
  type KnownOutcome,
  knownOutcomes,
  knownProblem,
  requireKnown,
} from "../contract/known_failures.ts";
import type { Law } from "../contract/law.ts";
import { defaultLimits, type Limits, requireLimits } from "../contract/limits.ts";
import { defaultCases, parseReplay, type Run } from "../contract/replay.ts";
import type { Subject } from "../contract/subject.ts";

/** Registers a test, as `Deno.test(name, body)` does. */
export type Register = (name: string, body: () => Promise<void>) => void;

/** What to verify and how. */
export interface VerifyOptions {
  /** Ids of laws, or laws; all when absent. */
  readonly laws?: readonly (string | Law)[];
  /** Cases per clause; 100 when absent. */
  readonly cases?: number;
  /** Cases of a clause that are examined together, for subjects that answer many calls in one message; one by one when absent. */
  readonly atOnce?: number;
  /** 0 when absent. */
  readonly seed?: number;
  /** How long the subject may take: 30 seconds for a call, and 300 for all calls of a law, when absent. */
  readonly limits?: Partial<Limits>;
  /** Cases that failed before, by law and the token that a failure has: they are tried first. */
  readonly first?: readonly { readonly law: string; readonly token: string }[];
  /** Clauses that are known to fail. */
  readonly known?: readonly KnownFailure[];
  /** Told before each law how many are done of those that apply, and when all are. */
  readonly onProgress?: (done: number, total: number, law: string) => void;
  /** Told that a call was given up, whose answer is not awaited any more. */
  readonly onGiveUp?: () => void;
  /** The engine's name, for the record; the subject's name when absent. */
  readonly engine?: string;
  /** The token that a failure printed: runs that case only. Takes one law. */
  readonly replay?: string;
  /**
   * Registers each law as a test (pass `Deno.test`) instead of running it now, and after them a test that every capability was
   * examined.
   */
  readonly register?: Register;
  /** The command that a failure prints; by default the call of `verify` that replays it. */
  readonly command?: (law: string, token: string) => string;
}

/** A law that says nothing about a subject. */
export interface DoesNotApply {
  /** Id of the law. */
  readonly law: string;
  /** What the subject lacks, or why it refused. */
  readonly because: string;
}

/** What became of every law. */
export interface Report {
  /** The subject's name. */
  readonly subject: string;
  /** True iff the verdict is `verified`. Laws registered as tests are not counted. */
  readonly ok: boolean;
  /**
   * failed: a law has not the verdict it should have, or a known failure is none. unverified: none has, but something that the subject offers was not
   * examined, or nothing was. verified: neither.
   */
  readonly verdict: "verified" | "failed" | "unverified";
  /** One per law that ran. */
  readonly evidence: readonly Evidence[];
  /** The others, with the reason. */
  readonly doesNotApply: readonly DoesNotApply[];
  /** What of the subject no law has examined, with the reason. */
  readonly unverified: readonly Unverified[];
  /** What became of the known failures of the laws that were asked. */
  readonly known: readonly KnownOutcome[];
  /** Ids of the laws registered as tests. */
  readonly registered: readonly string[];
}

/**
 * The verdict on every law that applies to a subject, the laws that do not apply, and what of the subject none of them has
 * examined, each with the reason.
 *
 * A subject that writes into an argument is told so by the first law that sees it, which has failed by that. It works on copies, and
 * the other laws judge its answers alone.
 *
 * @throws RangeError for a law that does not exist, a replay without exactly one law, a unit roundoff or limit that is none, or a
 *   known failure of a law, clause or day that is none
 */
export async function verify(subject: Subject, options: VerifyOptions = {}): Promise<Report> {
  const chosen = (options.laws ?? everyLaw).map(find);
  if (options.replay !== undefined && chosen.length !== 1) {
    throw new RangeError(`verify: a replay takes one law, but ${chosen.length} were given`);
  }
  const { epsilon } = subject;
  if (!(typeof epsilon === "number" && epsilon > 0 && epsilon <= 1)) {
    throw new RangeError(
      `verify: epsilon of ${subject.name} must be its unit roundoff, above 0 and at most 1 (2 ** -53 for numbers), but is ${epsilon}`,
    );
  }
  const known = requireKnown(options.known ?? [], [...everyLaw, ...chosen]);
  let run = runOf(subject, options);
  const evidence: Evidence[] = [], doesNotApply: DoesNotApply[] = [], registered: string[] = [];
  const examined: Evidence[] = [];
  const uncovered = (): readonly Unverified[] =>
    options.replay === undefined ? coverage(subject, chosen, examined, options.laws === undefined) : [];
  /** Examines a law, and puts it where it belongs. */
  const seen = async (law: Law): Promise<Evidence> => {
    const found = await examine(law, subject, run);
    examined.push(found);
    const { changed } = found.failure ?? {};
    if (changed !== undefined) run = { ...run, changing: [...run.changing ?? [], changed] };
    const because = refused(found);
    if (because === undefined) evidence.push(found);
    else doesNotApply.push({ law: law.id, because });
    return found;
  };
  const says = (law: Law): string | undefined => inapplicable(law, (clause) => missing(subject, clause));
  const total = chosen.filter((law) => says(law) === undefined).length;
  for (const law of chosen) {
    const because = says(law);
    if (because !== undefined) {
      doesNotApply.push({ law: law.id, because });
    } else if (options.register) {
      registered.push(law.id);
      options.register(testName(law, subject), async () => {
        const found = await seen(law);
        const outcomes = knownOutcomes(known, [law], [found]);
        const problems = outcomes.flatMap((one) => knownProblem(one) ?? []);
        const otherwise = failedOtherwise(found, outcomes).length > 0 || found.verdict === "unverified";
        if (otherwise && refused(found) === undefined) problems.unshift(found.failure!.message);
        if (problems.length > 0) throw new Error(problems.join("\n"));
      });
    } else {
      options.onProgress?.(examined.length, total, law.id);
      await seen(law);
    }
  }
  if (!options.register && total > 0) options.onProgress?.(total, total, "done");
  if (options.register) {
    options.register(`every capability is examined (${subject.name})`, () => {
      // Where a filter has left laws out, what they would have examined is not known.
      const all = evidence.length + doesNotApply.length === chosen.length;
      const unverified = all ? uncovered() : mistakes(subject);
      return unverified.length === 0 ? Promise.resolve() : Promise.reject(new Error(words(unverified)));
    });
  }
  const silent = evidence.flatMap(({ law, clauses }) =>
    clauses.flatMap(({ unanswered }) =>
      unanswered ? [{ what: `law ${law}`, because: unanswered.because }] : []
    )
  );
  // What nothing was resolved of has an empty token; what gave no answer is silent.
  const unresolved = evidence.flatMap(({ law, verdict, failure }) =>
    verdict === "unverified" && failure?.token === ""
      ? [{ what: `law ${law}`, because: `${failure.what}: ${failure.says}` }]
      : []
  );
  const outcomes = options.register || options.replay !== undefined
    ? []
    : knownOutcomes(known, chosen, evidence);
  const idle = outcomes.filter(({ outcome }) => outcome === "not examined").map(({ law, clause }) => ({
    what: `law ${law}`,
    because: `a known failure of it was not examined: ${clause}`,
  }));
  const unverified = options.register
    ? mistakes(subject)
    : [...uncovered(), ...silent, ...unresolved, ...idle];
  const failed = outcomes.some((one) => knownProblem(one) !== undefined) ||
    evidence.some((found) => failedOtherwise(found, outcomes).length > 0);
  const verdict = failed ? "failed" : unverified.length > 0 ? "unverified" : "verified";
  return {
    subject: subject.name,
    ok: verdict === "verified",
    verdict,
    evidence,
    doesNotApply,
    unverified,
    known: outcomes,
    registered,
  };
}

/** `[G1] statement (subject)` */
export function testName(law: Law, subject: Subject): string {
  return `[${law.id}] ${law.statement} (${subject.name})`;
}

/** Why no clause of a law had a case: the subject refused them all. */
function refused({ clauses, failure }: Evidence): string | undefined {
  if (failure?.token !== "" || clauses.some(({ skipped }) => skipped === undefined)) return undefined;
  return clauses.find(({ refused }) => refused !== undefined)?.skipped ?? clauses[0]?.skipped;
}

function words(unverified: readonly Unverified[]): string {
  return unverified.map(({ what, because }) => `${what}: ${because}`).join("\n");
}

function runOf(subject: Subject, options: VerifyOptions): Run {
  const { cases = defaultCases, seed = 0, engine = subject.name, command = verifyCall } = options;
  const { atOnce, first, onGiveUp, replay } = options;
  return {
    cases,
    seed,
    engine,
    command,
    limits: requireLimits({ ...defaultLimits, ...options.limits }),
    ...(first && { first: first.map(({ law, token }) => ({ law, replay: parseReplay(token) })) }),
    ...(onGiveUp && { onGiveUp }),
    ...(atOnce !== undefined && { atOnce }),
    ...(replay !== undefined && { replay: parseReplay(replay) }),
  };
}

function verifyCall(law: string, token: string): string {
  return `verify(subject, { laws: ["${law}"], replay: "${token}" })`;
}

function find(wanted: string | Law): Law {
  if (typeof wanted !== "string") return wanted;
  const found = everyLaw.find(({ id }) => id === wanted);
  if (found === undefined) {
    throw new RangeError(
      `verify: there is no law ${wanted}; there are ${everyLaw.map(({ id }) => id).join(", ")}`,
    );
  }
  return found;
}
