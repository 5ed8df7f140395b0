/**
 * Holds any subject to every law that applies to it.
 *
 * @module
 */

import { missing } from "./capability.ts";
import type { Evidence } from "./evidence.ts";
import { examine, inapplicable } from "./examine.ts";
import { laws as everyLaw } from "./all.ts";
import type { Law } from "./law.ts";
import { defaultCases, parseReplay, type Run } from "./run.ts";
import type { Subject } from "./subject.ts";

/** Registers a test, as `Deno.test(name, body)` does. */
export type Register = (name: string, body: () => Promise<void>) => void;

/** What to verify and how. */
export interface VerifyOptions {
  /** Ids of laws, or laws; all when absent. */
  readonly laws?: readonly (string | Law)[];
  /** Cases per clause; 100 when absent. */
  readonly cases?: number;
  /** 0 when absent. */
  readonly seed?: number;
  /** The engine's name, for the record; the subject's name when absent. */
  readonly engine?: string;
  /** The token that a failure printed: runs that case only. Takes one law. */
  readonly replay?: string;
  /** Registers each law as a test (pass `Deno.test`) instead of running it now. */
  readonly register?: Register;
  /** The command that a failure prints; by default the call of `verify` that replays it. */
  readonly command?: (law: string, token: string) => string;
}

/** A law that says nothing about a subject. */
export interface DoesNotApply {
  /** Id of the law. */
  readonly law: string;
  /** What the subject lacks. */
  readonly because: string;
}

/** What became of every law. */
export interface Report {
  /** The subject's name. */
  readonly subject: string;
  /** True iff every law that applies has the verdict it should have. Laws registered as tests are not counted. */
  readonly ok: boolean;
  /** One per law that ran. */
  readonly evidence: readonly Evidence[];
  /** The others, with the reason. */
  readonly doesNotApply: readonly DoesNotApply[];
  /** Ids of the laws registered as tests. */
  readonly registered: readonly string[];
}

/**
 * The verdict on every law that applies to a subject, and the laws that do not apply, with the reason.
 *
 * @throws RangeError for a law that does not exist, or a replay without exactly one law
 */
export async function verify(subject: Subject, options: VerifyOptions = {}): Promise<Report> {
  const chosen = (options.laws ?? everyLaw).map(find);
  if (options.replay !== undefined && chosen.length !== 1) {
    throw new RangeError(`verify: a replay takes one law, but ${chosen.length} were given`);
  }
  const run = runOf(subject, options);
  const evidence: Evidence[] = [], doesNotApply: DoesNotApply[] = [], registered: string[] = [];
  for (const law of chosen) {
    const because = inapplicable(law, ({ needs }) => missing(subject, needs));
    if (because !== undefined) {
      doesNotApply.push({ law: law.id, because });
    } else if (options.register) {
      registered.push(law.id);
      options.register(testName(law, subject), async () => {
        const { failure } = await examine(law, subject, run);
        if (failure) throw new Error(failure.message);
      });
    } else {
      evidence.push(await examine(law, subject, run));
    }
  }
  const ok = evidence.every(({ verdict }) => verdict !== "failed");
  return { subject: subject.name, ok, evidence, doesNotApply, registered };
}

/** `[G1] statement (subject)` */
export function testName(law: Law, subject: Subject): string {
  return `[${law.id}] ${law.statement} (${subject.name})`;
}

function runOf(subject: Subject, options: VerifyOptions): Run {
  const { cases = defaultCases, seed = 0, engine = subject.name, replay, command = verifyCall } = options;
  return { cases, seed, engine, command, ...(replay !== undefined && { replay: parseReplay(replay) }) };
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
