/**
 * The record of a run of the gate, as it is judged, shown and written to `evidence.json`. The site reads it back by the same
 * schema.
 *
 * @module
 */

import * as v from "valibot";
import { count, finite, time } from "../contract/run.ts";

/** Names the shape of `evidence.json`; it changes when the shape does. */
const SCHEMA = "grae-evidence/5";

const text = v.string(), flag = v.boolean();
const listOf = <S extends v.GenericSchema>(item: S) => v.pipe(v.array(item), v.readonly());

const verdict = v.picklist([
  "holds",
  "holds under stated assumptions",
  "refuted as printed",
  "failed",
  "unverified",
]);

/**
 * rejected: a comparison failed, as it should. by an exception: the law threw instead of comparing. not rejected: the law
 * holds for the fault. not run: nothing is known.
 */
const outcome = v.picklist(["rejected", "by an exception", "not rejected", "not run"]);

/** One law on one engine. */
const lawRun = v.object({
  engine: text,
  verdict,
  cases: count,
  comparisons: count,
  /** Comparisons that the engine's precision could not resolve. */
  unresolved: count,
  /** The largest error in units of its tolerance: at most 1. */
  worst: finite,
  seed: count,
  seconds: finite,
  clauses: listOf(v.object({
    says: text,
    cases: count,
    /** Of measured figures, the one nearest to what is allowed. */
    measured: v.exactOptional(v.object({ what: text, value: finite, allowed: text })),
    failure: v.exactOptional(v.object({})),
  })),
  /** The message names the case, both numbers, the tolerance and the command that replays it. */
  failure: v.exactOptional(v.object({ token: text, message: text })),
});

/** One law, with its results. */
const law = v.object({
  id: v.pipe(text, v.regex(/^\w+$/, "must be letters and digits")),
  title: text,
  /** As it holds, as the slide prints it where that is refuted, and the case that refutes it. */
  statement: text,
  printed: v.exactOptional(text),
  counterexample: v.exactOptional(text),
  tex: text,
  /** The title of the slide. */
  source: text,
  kind: text,
  assumptions: listOf(text),
  /** The rates of a statistical law in one run. */
  chance: v.exactOptional(v.object({ falseAlarm: finite, miss: finite })),
  /** Failed where a single engine fails, or where nothing ran. */
  verdict,
  /** Over all engines. */
  cases: count,
  worst: finite,
  seconds: finite,
  runs: listOf(lawRun),
  /** Where the law says nothing, and why. */
  doesNotApply: listOf(v.object({ engine: text, because: text })),
  /** The planted faults that the law must reject. */
  faults: listOf(v.object({ id: text, outcome })),
});

/** `evidence.json`. */
export const evidenceSchema = v.object({
  schema: v.literal(SCHEMA),
  /** Accepted: there is no problem. */
  ok: flag,
  /** One line each. */
  problems: listOf(text),
  /** False where only some laws or engines were asked for. */
  complete: flag,
  seed: count,
  /** Cases per clause. */
  cases: count,
  seconds: finite,
  /** When the last law was done, as an ISO 8601 time. */
  ended: time,
  /** Of grae, Deno, V8 and tfjs. */
  versions: v.record(text, text),
  /** The probability that a statistical law fails in one run of all of them, though it holds. */
  falseAlarm: finite,
  /** Each has run (`description`: name, version, threads), was skipped for a reason, or has stopped early. */
  engines: listOf(v.object({
    name: text,
    description: v.exactOptional(text),
    skipped: v.exactOptional(text),
    stopped: v.exactOptional(text),
    seconds: finite,
  })),
  laws: listOf(law),
  /** Each planted fault, and the outcome by the id of each law that must reject it. */
  faults: listOf(v.object({ id: text, description: text, laws: v.record(text, outcome) })),
  /** Where the subjects are somebody's own, in place of engines: no faults are planted, and some failures may be known. */
  subjects: v.exactOptional(v.object({
    known: listOf(v.object({
      subject: text,
      law: text,
      clause: text,
      reason: text,
      until: text,
      outcome: v.picklist(["fails as known", "passes", "expired", "not examined"]),
    })),
  })),
});

/** The record of a run. */
export type GateEvidence = Omit<v.InferOutput<typeof evidenceSchema>, "schema">;
/** One law, with its results. */
export type LawEvidence = GateEvidence["laws"][number];
/** One law on one engine. */
export type LawRun = LawEvidence["runs"][number];
/** An engine that ran, was skipped, or stopped early. */
export type EngineEvidence = GateEvidence["engines"][number];
/** A planted fault, with its outcomes. */
export type FaultEvidence = GateEvidence["faults"][number];
/** The outcome of a law on a planted fault. */
export type FaultOutcome = v.InferOutput<typeof outcome>;

/** The text of `evidence.json`. */
export function evidenceJson(evidence: GateEvidence): string {
  return JSON.stringify({ schema: SCHEMA, ...evidence }, undefined, 1);
}

/** Each known failure as a line. */
export function knownLines({ subjects }: GateEvidence): string[] {
  return subjects?.known.map(({ subject, law, clause, reason, until, outcome }) =>
    `${subject}: ${law} ${outcome}, until ${until}: ${reason}: ${clause}`
  ) ?? [];
}

/** How many of a law's planted faults it rejects, of how many: `12 of 12`. */
export function rejected({ faults }: Pick<LawEvidence, "faults">): string {
  return `${faults.filter(({ outcome }) => outcome === "rejected").length} of ${faults.length}`;
}
