/**
 * The files of a run, as studies write them and the laws on trained models read them: a folder with `manifest.json`,
 * which says what was run, and, once the run is complete, `results.json`, which says what was measured.
 *
 * Imports nothing of ours: the runner of the studies, the site and the gate all read by these schemas.
 *
 * @module
 */

import * as v from "valibot";

const WHOLE = "must be a whole number from 0";
/** A whole number from 0. */
export const count = v.pipe(v.number(WHOLE), v.safeInteger(WHOLE), v.minValue(0, WHOLE));
const FINITE = "must be a finite number";
/** A finite number. */
export const finite = v.pipe(v.number(FINITE), v.finite(FINITE));
/** A text that a date is read from. */
export const time = v.pipe(v.string(), v.check((text) => !Number.isNaN(Date.parse(text)), "must be a time"));

/** 64 hexadecimal digits. */
export const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits"));

/** The time that one process worked on a run. */
const sitting = v.object({
  /** The engine's description: its library, version and threads. */
  engine: v.string(),
  /** The system, and how many cores it has. */
  host: v.string(),
  /** The work done at its start and at its end, in the units of the parts' weights; null for the end of a process that was killed. */
  from: count,
  to: v.nullable(count),
  /** Who did how many of its parts, where other processes did; absent where this one did all. */
  workers: v.optional(v.array(v.object({ engine: v.string(), host: v.string(), parts: count }))),
});

/** What a run says of itself: `manifest.json`. */
export const manifestSchema = v.strictObject({
  format: v.literal("grae run 2"),
  /** Of the whole file, with zeros in place of these digits. */
  sha256,
  /** The study's name: `metric`. */
  study: v.string(),
  status: v.picklist(["running", "interrupted", "failed", "complete"]),
  /** The study's options, all resolved; the study's own schema says what they may be. */
  options: v.record(v.string(), v.unknown()),
  engine: v.object({
    name: v.picklist(["wasm", "native", "cpu", "webgpu"]),
    description: v.string(),
  }),
  /** Of grae, Deno, V8 and tfjs. */
  versions: v.record(v.string(), v.string()),
  /** What the run was made from; null where the study makes its own data. */
  data: v.nullable(v.object({ source: v.string(), sha256: v.string() })),
  /** How many parts the run has. */
  parts: count,
  started: time,
  ended: v.nullable(time),
  /** Seconds at work, all sittings together. */
  seconds: v.pipe(finite, v.minValue(0)),
  /** The largest resident size seen, in bytes. */
  peakMemory: count,
  sittings: v.pipe(v.array(sitting), v.minLength(1)),
  /** The checksum that `results.json` states, so that those of another run are refused; null as long as there are none. */
  results: v.nullable(sha256),
});
/** What a run says of itself; the checksum is a matter of the file. */
export type RunManifest = Omit<v.InferOutput<typeof manifestSchema>, "sha256">;
/** The time that one process worked on a run. */
export type Sitting = v.InferOutput<typeof sitting>;

/** A text for readers: a page of a site holds many, and its author is not always known. */
const text = v.pipe(
  v.string(),
  v.check((words) => words.length <= 4000, "must be a text of at most 4000 letters"),
);
/** A list of what a page shows. */
const shown = <T extends v.GenericSchema>(item: T) =>
  v.pipe(v.array(item), v.check((items) => items.length <= 200, "must be a list of at most 200"));

/** A file beside the results, without folders in its name, and its SHA-256. */
const file = (ending: RegExp) => ({
  file: v.pipe(v.string(), v.regex(/^[\w-]{1,100}\.[a-z]+$/, "must be a plain file name"), v.regex(ending)),
  sha256,
});

/** What a run measured, and what its page shows: `results.json`. */
export const resultsSchema = v.object({
  format: v.literal("grae results 3"),
  /** Of the whole file, with zeros in place of these digits. */
  sha256,
  study: v.string(),
  /** What was measured; `null` in JSON stands for a number that is not finite only where the study says so. */
  results: v.unknown(),
  /** The key numbers by dotted name, as `docs/findings.json` keeps them. */
  numbers: v.record(v.string(), finite),
  page: v.object({
    title: text,
    question: text,
    answer: text,
    caveat: text,
    figures: shown(v.object({
      ...file(/\.(svg|png)$/),
      title: text,
      caption: text,
      /** The greatest width of a PNG in CSS pixels. */
      width: v.optional(v.pipe(finite, v.minValue(1))),
    })),
    tables: shown(v.object({ ...file(/\.csv$/), title: text, caption: text })),
    /** Parts that failed, with the reason. */
    failed: v.array(v.object({ name: text, reason: text })),
  }),
});
/** What a run measured, and what its page shows. */
export type RunResults = v.InferOutput<typeof resultsSchema>;

/**
 * What is wrong with a value that should have a schema, as in "its engine.name must be …, but it is …"; null if nothing.
 */
export function schemaProblem(schema: v.GenericSchema, value: unknown): string | null {
  const { issues } = v.safeParse(schema, value, { abortEarly: true });
  const issue = issues?.[0];
  if (issue === undefined) return null;
  const path = v.getDotPath(issue);
  const at = path === null ? "it" : `its ${path}`;
  if (issue.type === "strict_object" && issue.expected === "never") return `${at} has no meaning here`;
  if (issue.input === undefined) return `${at} is missing`;
  const must = issue.message.startsWith("must ") ? issue.message : `must be ${issue.expected}`;
  const { received } = issue;
  return `${at} ${must}, but it is ${received.length > 100 ? `${received.slice(0, 100)}…` : received}`;
}
