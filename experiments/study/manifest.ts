/**
 * What a run of a study says of itself, as JSON.
 *
 * @module
 */

import { type Field, fieldsOf, isCount, isObject, isText } from "../command/json_fields.ts";
import { RUN_FIELDS, type RunRecord } from "../command/run_record.ts";

/** What a run of a study says of itself. */
export interface StudyManifest<Options> extends RunRecord {
  readonly options: Options;
  /** What it was made from; null where the study makes its own data. */
  readonly data: { readonly source: string; readonly sha256: string } | null;
  /** How many parts there are. */
  readonly parts: number;
}

const isData = (value: unknown): boolean =>
  value === null || (isObject(value) && isText(value["source"]) && isText(value["sha256"]));

const FIELDS: readonly Field[] = [
  ...RUN_FIELDS,
  ["data", "null or a source and its SHA-256", isData],
  ["parts", "a count", isCount],
];

/** What the files of a study begin with, as in `grae metric run 1`. Parts have had a checksum since their second format. */
export const formatOf = (study: string, what: "run" | "part" | "results" | "findings"): string =>
  `grae ${study} ${what} ${what === "part" ? 2 : 1}`;

/** A manifest as text. */
export function studyManifestText<Options>(study: string, manifest: StudyManifest<Options>): string {
  return JSON.stringify({ format: formatOf(study, "run"), ...manifest }, null, 2) + "\n";
}

/**
 * A manifest from its text; its options are not looked at.
 *
 * @param study the study's name
 * @param file the manifest's name, for messages
 * @throws DataError if it is not the manifest of a run of this study: it is no JSON, or a field is missing or of no use
 */
export function studyManifestOf(study: string, text: string, file: string): StudyManifest<unknown> {
  const fields = fieldsOf(text, file, `the manifest of a run of ${study}`, formatOf(study, "run"), FIELDS);
  return fields as unknown as StudyManifest<unknown>;
}
