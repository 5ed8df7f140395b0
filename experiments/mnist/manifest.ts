/**
 * What a run says of itself, as JSON.
 *
 * @module
 */

import { type Field, fieldsOf, isCount, isNumber, isText } from "../command/json_fields.ts";
import { RUN_FIELDS, type RunRecord } from "../command/run_record.ts";
import { optionsOf, type TrainOptions } from "./options.ts";

const FORMAT = "grae mnist run 1";
/** What a run says of itself. */
export interface Manifest extends RunRecord {
  readonly options: TrainOptions;
  readonly data: {
    readonly source: string;
    readonly sha256: string;
    /** Images trained on, `--limit` applied. */
    readonly train: number;
    readonly heldOut: number;
  };
  /** (n/2) log 2πσ², which the β-VAE loss contains and GRAE does not; 0 for Bernoulli. */
  readonly gaussianConstant: number;
}

/** What the fields beside the options must be. */
const FIELDS: readonly Field[] = [
  ...RUN_FIELDS,
  ["data.source", "a text", isText],
  ["data.sha256", "a text", isText],
  ["data.train", "a count", isCount],
  ["data.heldOut", "a count", isCount],
  ["gaussianConstant", "a number", isNumber],
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
