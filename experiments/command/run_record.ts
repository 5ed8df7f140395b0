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
}

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
];
