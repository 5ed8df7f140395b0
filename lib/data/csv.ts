/**
 * Tables of images: one image a line, its pixels row by row, with its label first or last.
 *
 * @module
 */

import { parse } from "@std/csv";
import type { RawImages, RawLabels } from "./convert.ts";
import { DataError } from "./error.ts";

/** The longest line that is read, in bytes: an image of 724 × 724 with seven letters a pixel. */
const LONGEST = 2 ** 22;

const [COMMA, ZERO, NINE, LINE, RETURN] = [44, 48, 57, 10, 13];

/** Names of a label's column. */
const LABEL = /^(label|labels|class|target|y)$/i;

const asNumber = (text: string): number => text.trim() === "" ? NaN : Number(text);

/** The fields of a line. */
function fieldsOf(line: Uint8Array, file: string, number: number): string[] {
  const text = new TextDecoder().decode(line);
  if (!text.includes('"')) return text.split(",");
  try {
    return (parse as (text: string) => string[][])(text)[0] ?? [];
  } catch (cause) {
    throw new DataError(file, `line ${number}: quotes are not closed on it`, { cause });
  }
}

/**
 * Reads a line of whole numbers without making strings of them: 60,000 lines of 785 take 3 s, and else 9 s.
 *
 * @returns how many there are; null if there is anything else on the line
 */
function readWholes(line: Uint8Array, into: Float64Array): number | null {
  let value = 0;
  let digits = 0;
  let column = 0;
  for (let i = 0; i <= line.length; i++) {
    const byte = i < line.length ? line[i]! : COMMA;
    if (byte >= ZERO && byte <= NINE) {
      value = 10 * value + byte - ZERO;
      digits++;
    } else if (byte === COMMA && digits > 0 && digits < 10) {
      if (column < into.length) into[column] = value;
      column++;
      value = 0;
      digits = 0;
    } else return null;
  }
  return column;
}

/** Whether texts count from 0 or 1, as the names of columns do that a program gives; so many pixels hardly do. */
function doCount(texts: readonly string[]): boolean {
  return texts.length >= 9 &&
    [0, 1].some((start) => texts.every((text, i) => Number(text) === start + i && text.trim() !== ""));
}

/** Whether the first line has names: of more than one column, or of one beside counted ones. */
function isHeader(fields: readonly string[]): boolean {
  const named = fields.filter((text) => Number.isNaN(asNumber(text)));
  if (named.length > 1) return true;
  return doCount(fields.filter((text) => !Number.isNaN(asNumber(text))));
}

/** A line of a table. */
interface Row {
  /** All columns, the label's among them; NaN for what is no number. */
  readonly values: Uint8Array | Float32Array;
  readonly first: string;
  readonly last: string;
}

/** The images and labels of a table. */
export interface Table {
  readonly images: RawImages<readonly ArrayLike<number>[]>;
  readonly labels: RawLabels | null;
  /** Where the labels stood. */
  readonly layout: string;
}

/**
 * The images of a CSV file: square ones, so that a line has s² pixels, or one field more, the label.
 *
 * The first line may have names; a column named label, class, target or y is the label. Without names, the label is the
 * one of the first and the last column which has texts, else the first, but the last where all of the first are equal
 * and those of the last are not (a corner of the images, and the label).
 *
 * @param bytes the file's bytes
 * @param file its name, for messages
 * @throws DataError if lines differ in their number of fields, that is not a square or one more, or a pixel is no number
 */
export function parseCsv(bytes: Uint8Array, file: string): Table {
  const fail = (why: string): never => {
    throw new DataError(file, why);
  };
  const rows: Row[] = [];
  let header: string[] | null = null;
  let values = new Float64Array(0);
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let start = bom, number = 1; start < bytes.length; number++) {
    const found = bytes.subarray(0, start + LONGEST).indexOf(LINE, start);
    if (found < 0 && bytes.length - start > LONGEST) {
      fail(`must be a table with an image a line, but line ${number} has more than ${LONGEST} bytes`);
    }
    const end = found < 0 ? bytes.length : found;
    const line = bytes.subarray(start, bytes[end - 1] === RETURN && end > start ? end - 1 : end);
    start = end + 1;
    if (line.length === 0) continue;
    if (values.length === 0) {
      const fields = fieldsOf(line, file, number);
      values = new Float64Array(fields.length);
      if (fields.length === 1) {
        fail("must have fields with commas between them, but its first line has no comma");
      }
      if (isHeader(fields)) {
        header = fields.map((field) => field.trim());
        continue;
      }
    }
    let count = readWholes(line, values);
    let texts: string[] | null = null;
    if (count === null) {
      texts = fieldsOf(line, file, number);
      count = texts.length;
      texts.forEach((text, column) => values[column] = asNumber(text));
      const wrong = texts.findIndex((text, i) => i > 0 && i < count! - 1 && Number.isNaN(asNumber(text)));
      if (wrong >= 0) {
        fail(
          `line ${number}: pixels must be numbers, but field ${wrong + 1} is ${JSON.stringify(texts[wrong])}`,
        );
      }
    }
    if (count !== values.length) {
      const isLast = start > bytes.length && count < values.length;
      const why = `line ${number} must have ${values.length} fields as the first line, but it has ${count}`;
      fail(isLast ? `${why}: it is cut short, so download it again` : why);
    }
    rows.push({
      values: values.every((value) => value >= 0 && value <= 255 && value % 1 === 0)
        ? new Uint8Array(values)
        : new Float32Array(values),
      first: texts?.[0] ?? String(values[0]),
      last: texts?.at(-1) ?? String(values.at(-1)),
    });
  }
  if (rows.length === 0) fail("must hold images, but it has no line of numbers");
  return tableOf(rows, header, file);
}

/** Whether labels are the first column, the last, or none of them. */
function labelColumn(
  rows: readonly Row[],
  header: readonly string[] | null,
  file: string,
): "first" | "last" | "none" {
  const columns = rows[0]!.values.length;
  const named = header?.findIndex((name) => LABEL.test(name)) ?? -1;
  const isSquare = (n: number): boolean => Number.isInteger(Math.sqrt(n));
  if (named > 0 && named < columns - 1) {
    throw new DataError(
      file,
      `the label must be the first or the last column, but ${header![named]} is column ${named + 1}`,
    );
  }
  if (named < 0 && isSquare(columns)) return "none";
  if (!isSquare(columns - 1)) {
    throw new DataError(
      file,
      "lines must have the pixels of a square image, and one field more for a label, such as 784 or 785, " +
        `but they have ${columns}`,
    );
  }
  if (named >= 0) return named === 0 ? "first" : "last";
  const hasText = (end: "first" | "last"): boolean => rows.some((row) => Number.isNaN(asNumber(row[end])));
  if (hasText("first")) return "first";
  if (hasText("last")) return "last";
  const varies = (end: "first" | "last"): boolean => rows.some((row) => row[end] !== rows[0]![end]);
  return !varies("first") && varies("last") ? "last" : "first";
}

function tableOf(rows: readonly Row[], header: readonly string[] | null, file: string): Table {
  const at = labelColumn(rows, header, file);
  const columns = rows[0]!.values.length;
  const [from, to] = [at === "first" ? 1 : 0, at === "last" ? columns - 1 : columns];
  const side = Math.sqrt(to - from);
  return {
    images: {
      file,
      rows: rows.map(({ values }) => values.subarray(from, to)),
      count: rows.length,
      height: side,
      width: side,
      isByte: false,
    },
    labels: at === "none" ? null : rows.map((row) => row[at]),
    layout: at === "none" ? "without labels" : `labels in the ${at} column`,
  };
}
