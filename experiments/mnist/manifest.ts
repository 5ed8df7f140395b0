/**
 * What a run says of itself, as JSON.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { ENGINE_NAMES } from "../digits/names.ts";
import { optionsOf, type TrainOptions } from "./options.ts";

const FORMAT = "grae mnist run 1";
const STATUSES = ["running", "interrupted", "failed", "complete"] as const;

/** What a run says of itself. */
export interface Manifest {
  readonly status: typeof STATUSES[number];
  readonly options: TrainOptions;
  /** The engine that `options.engine` led to. */
  readonly engine: { readonly name: typeof ENGINES[number]; readonly description: string };
  readonly versions: Readonly<Record<string, string>>;
  readonly data: {
    readonly source: string;
    readonly sha256: string;
    /** Images trained on, `--limit` applied. */
    readonly train: number;
    readonly heldOut: number;
  };
  /** (n/2) log 2πσ², which the β-VAE loss contains and GRAE does not; 0 for Bernoulli. */
  readonly gaussianConstant: number;
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

/** The engines that a run can have come to. */
const ENGINES = ENGINE_NAMES.filter((name) => name !== "auto");

const isText = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => Number.isFinite(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** What the fields beside the options must be. */
const FIELDS: readonly (readonly [path: string, what: string, is: (value: unknown) => boolean])[] = [
  ["status", `one of ${STATUSES.join(", ")}`, (value) => STATUSES.some((status) => status === value)],
  ["engine.name", `one of ${ENGINES.join(", ")}`, (value) => ENGINES.some((name) => name === value)],
  ["engine.description", "a text", isText],
  ["versions", "texts by name", (value) => isObject(value) && Object.values(value).every(isText)],
  ["data.source", "a text", isText],
  ["data.sha256", "a text", isText],
  ["data.train", "a count", isCount],
  ["data.heldOut", "a count", isCount],
  ["gaussianConstant", "a number", isNumber],
  ["started", "a time", isText],
  ["ended", "a time or null", (value) => value === null || isText(value)],
  ["seconds", "a number from 0", (value) => isNumber(value) && (value as number) >= 0],
  ["resumptions", "a count", isCount],
  ["peakMemory", "a count", isCount],
];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A manifest as text. */
export function manifestText(manifest: Manifest): string {
  return JSON.stringify({ format: FORMAT, ...manifest }, null, 2) + "\n";
}

/**
 * A manifest from its text.
 *
 * @param file its name, for messages
 * @throws DataError if it is not the manifest of a run: it is no JSON, or a field is missing or of no use
 */
export function manifestOf(text: string, file: string): Manifest {
  const json = parsed(text, file);
  if (!isObject(json) || json["format"] !== FORMAT) {
    throw new DataError(file, `must be the manifest of a run ("format": "${FORMAT}"), but is not`);
  }
  for (const [path, what, is] of FIELDS) {
    const value = path.split(".").reduce<unknown>((at, name) => isObject(at) ? at[name] : undefined, json);
    if (!is(value)) {
      const found = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`;
      throw new DataError(file, `its ${path} must be ${what}, but it ${found}`);
    }
  }
  const { format: _, ...manifest } = json;
  return { ...manifest as unknown as Manifest, options: optionsOf(manifest["options"] ?? null, file) };
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataError(file, `must be JSON, but is not: ${(error as Error).message}`, { cause: error });
  }
}
