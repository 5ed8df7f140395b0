/**
 * What runs of all kinds say of themselves.
 *
 * @module
 */

import { ENGINE_NAMES } from "../digits/names.ts";
import { type Field, isCount, isNumber, isObject, isText, oneOf } from "./json_fields.ts";

const STATUSES = ["running", "interrupted", "failed", "complete"] as const;
/** The engines that a run can have come to. */
const ENGINES = ENGINE_NAMES.filter((name) => name !== "auto");

/** What the manifest of any run says. */
export interface RunRecord {
  readonly status: typeof STATUSES[number];
  /** The engine that the options led to. */
  readonly engine: { readonly name: typeof ENGINES[number]; readonly description: string };
  readonly versions: Readonly<Record<string, string>>;
  /** ISO 8601 times of the first start and the last end. */
  readonly started: string;
  readonly ended: string | null;
  /** Seconds at work, all sittings together. */
  readonly seconds: number;
  /** How often the run was taken up again. */
  readonly resumptions: number;
  /** The largest resident size seen, in bytes. */
  readonly peakMemory: number;
  /** What computed, sitting by sitting; runs of earlier versions have none. */
  readonly sittings?: readonly Sitting[];
}

/** A part of a run that one process computed. */
export interface Sitting {
  /** The engine's description: its library and threads. */
  readonly engine: string;
  /** The system, and how many cores it has. */
  readonly host: string;
  /** The step, or the number of parts, at which it began and ended; null for the end of one that was killed. */
  readonly from: number;
  readonly to: number | null;
}

/** A sitting of this process that begins now. */
export function sittingOf({ description }: { readonly description: string }, from: number): Sitting {
  const host = `${Deno.build.target}, ${navigator.hardwareConcurrency} cores`;
  return { engine: description, host, from, to: null };
}

/** A line that warns where a sitting computes by other means than the last; null where it does not. */
export function bitsMayDiffer(earlier: readonly Sitting[], now: Sitting): string | null {
  const last = earlier.at(-1);
  if (last === undefined || (last.engine === now.engine && last.host === now.host)) return null;
  return "bits may differ from those of a run in one sitting: the last one was by " +
    `${last.engine} on ${last.host}, this is by ${now.engine} on ${now.host}`;
}

/** The sittings, the last of which ends here. */
export function endedAt(sittings: readonly Sitting[] = [], to: number): readonly Sitting[] {
  return sittings.map((one, i) => i === sittings.length - 1 ? { ...one, to } : one);
}

const isSitting = (value: unknown): boolean =>
  isObject(value) && isText(value["engine"]) && isText(value["host"]) && isCount(value["from"]) &&
  (value["to"] === null || isCount(value["to"]));

/** The fields that manifests of all kinds of runs have beside their options and data. */
export const RUN_FIELDS: readonly Field[] = [
  oneOf("status", STATUSES),
  oneOf("engine.name", ENGINES),
  ["engine.description", "a text", isText],
  ["versions", "texts by name", (value) => isObject(value) && Object.values(value).every(isText)],
  ["started", "a time", isText],
  ["ended", "a time or null", (value) => value === null || isText(value)],
  ["seconds", "a number from 0", (value) => isNumber(value) && value >= 0],
  ["resumptions", "a count", isCount],
  ["peakMemory", "a count", isCount],
  [
    "sittings",
    "a list of sittings",
    (value) => value === undefined || (Array.isArray(value) && value.every(isSitting)),
  ],
];
