/**
 * What a run of a study found, from its file.
 *
 * @module
 */

import { type Field, fieldsOf, isNumber, isText, requireFields } from "../command/json_fields.ts";
import { formatOf } from "../study/manifest.ts";
import { isPictureName } from "./picture.ts";
import type { RunFigure, RunTable } from "./run.ts";

/** What `findings.json` holds beside its format. */
export interface SavedFindings {
  readonly title: string;
  readonly question: string;
  readonly words: readonly string[];
  readonly figures: readonly (Omit<RunFigure, "picture"> & {
    readonly file: string;
    /** How wide a PNG is shown at the most, in CSS pixels. */
    readonly width?: number;
  })[];
  readonly tables: readonly RunTable[];
}

const areTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

const FIELDS: readonly Field[] = [
  ["title", "a text", isText],
  ["question", "a text", isText],
  ["words", "at least one text", (value) => areTexts(value) && value.length > 0],
  ["figures", "a list", Array.isArray],
  ["tables", "a list", Array.isArray],
];

const figureFields = (i: number): Field[] => [
  [`figures.${i}.file`, "the name of an .svg or .png file", isPictureName],
  ...["title", "theory", "seen"].map((name): Field => [`figures.${i}.${name}`, "a text", isText]),
  [
    `figures.${i}.width`,
    "a number of pixels above 0, if it is there",
    (value) => value === undefined || (isNumber(value) && value > 0),
  ],
];

const tableFields = (i: number, columns: number): Field[] => [
  [`tables.${i}.title`, "a text", isText],
  [`tables.${i}.caption`, "a text", isText],
  [`tables.${i}.head`, "at least one text", (head) => areTexts(head) && head.length > 0],
  [
    `tables.${i}.rows`,
    "rows of as many texts as the head has",
    (rows) => Array.isArray(rows) && rows.every((row) => areTexts(row) && row.length === columns),
  ],
];

/**
 * Findings from their text.
 *
 * @param study the study's name
 * @param file their name, for messages
 * @throws DataError if they are not the findings of this study: it is no JSON, or a field is missing or of no use
 */
export function findingsOf(study: string, text: string, file: string): SavedFindings {
  const json = fieldsOf(text, file, `the findings of ${study}`, formatOf(study, "findings"), FIELDS);
  const { figures, tables } = json as { figures: readonly unknown[]; tables: readonly unknown[] };
  const columns = (table: unknown): number =>
    (table as { head?: { length?: number } } | null)?.head?.length ?? 0;
  requireFields(json, file, figures.flatMap((_, i) => figureFields(i)));
  requireFields(json, file, tables.flatMap((table, i) => tableFields(i, columns(table))));
  return json as unknown as SavedFindings;
}
