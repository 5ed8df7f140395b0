/**
 * What a run says of itself, as JSON.
 *
 * @module
 */

import {
  type Field,
  fieldsOf,
  isCount,
  isNumber,
  isText,
  oneOf,
  RUN_FIELDS,
} from "../command/json_fields.ts";
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

/** What the fields beside the options must be. */
const FIELDS: readonly Field[] = [
  oneOf("status", STATUSES),
  oneOf("engine.name", ENGINES),
  ["data.source", "a text", isText],
  ["data.sha256", "a text", isText],
  ["data.train", "a count", isCount],
  ["data.heldOut", "a count", isCount],
  ["gaussianConstant", "a number", isNumber],
  ...RUN_FIELDS,
];

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
  const manifest = fieldsOf(text, file, "the manifest of a run", FORMAT, FIELDS);
  return { ...manifest as unknown as Manifest, options: optionsOf(manifest["options"] ?? null, file) };
}
