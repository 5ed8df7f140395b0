/**
 * Logs on disk, row by row: CSV and JSON lines are never read as a whole.
 *
 * @module
 */

import { parse } from "@std/csv";
import type { LogRow } from "../../audit/log_row.ts";
import { MOST, readBounded } from "../../lib/data/bounded_file.ts";
import { DataError } from "../../lib/data/error.ts";
import { npzArrays } from "../../lib/data/npz.ts";
import { decodeSafetensors } from "../../lib/training/safetensors.ts";
import { COLUMNS, fieldsOf, listed, listNamed, rowOf, usedColumns } from "./columns.ts";

/** A log as it is read. */
export interface OpenLog {
  /** Names of columns that are not read. */
  readonly unused: readonly string[];
  /** Its rows, each with where it is: "row 7 (line 8)". */
  readonly rows: AsyncIterable<readonly [row: LogRow, where: string]>;
}

/** The longest line that is read, in letters: 100,000 pixels beside what was decoded. */
const LONGEST = 2 ** 23;

/** A line of a text file, and its number. */
type Line = readonly [text: string, number: number];

/** The lines of a file, without a byte order mark and what ends a line; lines of spaces are left out. */
async function* linesOf(path: string): AsyncGenerator<Line> {
  using file = await Deno.open(path);
  const decoder = new TextDecoder(), buffer = new Uint8Array(2 ** 16);
  let rest = "", number = 0;
  for (let done = false; !done;) {
    const read = await file.read(buffer);
    done = read === null;
    const text = read === null
      ? decoder.decode()
      : decoder.decode(buffer.subarray(0, read), { stream: true });
    const [first, ...others] = text.split("\n");
    // What came before is not looked through again: a long line takes as many chunks as letters by 2¹⁶.
    const parts = [rest + first, ...others];
    rest = done ? "" : parts.pop()!;
    const long = [...parts, rest].findIndex((part) => part.length > LONGEST);
    if (long >= 0) {
      throw new DataError(path, `line ${number + long + 1} must have at most ${LONGEST} letters`);
    }
    for (const part of parts) {
      number++;
      if (part.includes("\ufffd")) throw new DataError(path, `line ${number} must be UTF-8, but is not`);
      if (part.trim() !== "") yield [part.endsWith("\r") ? part.slice(0, -1) : part, number];
    }
  }
}

/** The cells of a line. */
function cellsOf(text: string, where: string, path: string): string[] {
  if (!text.includes('"')) return text.split(",");
  try {
    return (parse as (text: string) => string[][])(text)[0] ?? [];
  } catch (cause) {
    throw new DataError(path, `${where}: quotes are not closed on it`, { cause });
  }
}

const isNumber = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text));

/** A log of comma-separated values. */
async function readCsv(path: string, pixels: number | null): Promise<OpenLog> {
  const lines = linesOf(path), first = await lines.next();
  if (first.done) throw new DataError(path, "must be a table with a header, but it is empty");
  const [header, number] = first.value, names = cellsOf(header, `line ${number}`, path);
  const other = [";", "\t", "|"].find((delimiter) => header.includes(delimiter));
  if (names.length === 1 && other !== undefined) {
    const name = other === "\t" ? "tabs" : JSON.stringify(other);
    throw new DataError(
      path,
      `must have commas between its cells, but its header has ${name}: save it with commas`,
    );
  }
  if (names.every(isNumber)) {
    throw new DataError(
      path,
      `its first line must name the columns, but has numbers; the names are ${COLUMNS}`,
    );
  }
  const fields = fieldsOf(names, path), used = new Set(usedColumns(fields));
  const batchColumn = fields.single.get("batch");
  async function* rows(): AsyncGenerator<readonly [LogRow, string]> {
    let row = 0;
    for await (const [text, number] of lines) {
      const where = `row ${++row} (line ${number})`, cells = cellsOf(text, where, path);
      if (cells.length !== names.length) {
        throw new DataError(
          path,
          `${where} must have ${names.length} cells as the header, but has ${cells.length}`,
        );
      }
      for (const column of used) {
        if (isNumber(cells[column]!)) continue;
        const cell = cells[column]!.trim() === "" ? "empty" : JSON.stringify(cells[column]);
        throw new DataError(
          path,
          `${where}: ${names[column]!.trim()} must be a finite number, but it is ${cell}`,
        );
      }
      const batch = batchColumn === undefined ? undefined : cells[batchColumn]!.trim();
      yield [
        within(path, where, () => rowOf(fields, (column) => Number(cells[column]), batch, pixels)),
        where,
      ];
    }
    if (row === 0) throw new DataError(path, "must have rows below its header, but has none");
  }
  return { unused: fields.unused, rows: rows() };
}

/** What a row gives; a RangeError becomes a line that says which row. */
export function within<T>(path: string, where: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new DataError(path, `${where}: ${cause.message}`, { cause });
  }
}

/** The numbers of a JSON object by the names of columns: a list `mu` is mu_0, mu_1, … */
function flattened(value: unknown, where: string, path: string): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DataError(
      path,
      `${where} must be a JSON object, but it is ${JSON.stringify(value)?.slice(0, 40)}`,
    );
  }
  return Object.entries(value).flatMap(([name, item]): [string, unknown][] =>
    Array.isArray(item) && listNamed(name)
      ? item.flat(Infinity).map((one, i) => [`${name}_${i}`, one])
      : [[name, item]]
  );
}

/** A log of JSON lines: an object each, in which lists are lists. */
async function readJsonLines(path: string, pixels: number | null): Promise<OpenLog> {
  const lines = linesOf(path), first = await lines.next();
  if (first.done) throw new DataError(path, "must have a JSON object on each line, but it is empty");
  const object = ([text, number]: Line, row: number): [string, unknown][] => {
    const where = `row ${row} (line ${number})`;
    try {
      return flattened(JSON.parse(text), where, path);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      const why = /\b(NaN|-?Infinity)\b/.exec(text)?.[1];
      throw new DataError(
        path,
        why === undefined
          ? `${where} must be JSON, but is not: ${cause.message}`
          : `${where}: numbers must be finite, but there is ${why}`,
        { cause },
      );
    }
  };
  const names = object(first.value, 1).map(([name]) => name), fields = fieldsOf(names, path);
  const used = usedColumns(fields), batchColumn = fields.single.get("batch");
  async function* rows(): AsyncGenerator<readonly [LogRow, string]> {
    let row = 0;
    const take = (line: Line): readonly [LogRow, string] => {
      const where = `row ${++row} (line ${line[1]})`, cells = new Map(object(line, row));
      const at = (column: number): unknown => cells.get(names[column]!);
      for (const column of used) {
        if (typeof at(column) === "number") continue;
        const found = at(column) === undefined ? "not there" : JSON.stringify(at(column));
        throw new DataError(path, `${where}: ${names[column]} must be a finite number, but it is ${found}`);
      }
      const more = [...cells.keys()].find((name) => !names.includes(name) && /_\d+$/.test(name));
      if (more !== undefined) {
        throw new DataError(path, `${where} must have the lists of row 1, but has ${more} too`);
      }
      const batch = batchColumn === undefined ? undefined : String(at(batchColumn));
      return [
        within(path, where, () => rowOf(fields, (column) => at(column) as number, batch, pixels)),
        where,
      ];
    };
    yield take(first.value);
    for await (const line of lines) yield take(line);
  }
  return { unused: fields.unused, rows: rows() };
}

/** An array of a file of arrays. */
interface NamedArray {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** A log of arrays `[rows]` and `[rows, …]`. */
function readArrays(path: string, arrays: ReadonlyMap<string, NamedArray>, pixels: number | null): OpenLog {
  const refuse = (why: string): never => {
    throw new DataError(path, why);
  };
  const loss = arrays.get("loss");
  if (loss === undefined) return refuse(`must have an array loss, but has ${listed([...arrays.keys()])}`);
  const count = loss.shape[0] ?? 0;
  if (loss.values.length !== count || count === 0) {
    refuse(`loss must be an array [rows] of one row or more, but its shape is [${loss.shape.join(", ")}]`);
  }
  const names: string[] = [],
    places: [array: NamedArray, column: number, width: number][] = [],
    unused: string[] = [];
  for (const [name, array] of arrays) {
    const width = array.values.length / count;
    if (array.shape[0] !== count) {
      if (fieldsOfName(name)) {
        refuse(`${name} must have ${count} rows as loss has, but its shape is [${array.shape.join(", ")}]`);
      }
      unused.push(name);
    } else if (listNamed(name)) {
      for (let i = 0; i < width; i++) {
        names.push(`${name}_${i}`);
        places.push([array, i, width]);
      }
    } else if (width === 1) {
      names.push(name);
      places.push([array, 0, 1]);
    } else unused.push(name);
  }
  const fields = fieldsOf(names, path), used = usedColumns(fields), batchColumn = fields.single.get("batch");
  async function* rows(): AsyncGenerator<readonly [LogRow, string]> {
    for (let row = 0; row < count; row++) {
      const where = `row ${row + 1}`;
      const at = (column: number): number => {
        const [{ values }, offset, width] = places[column]!;
        return values[row * width + offset]!;
      };
      const wrong = used.find((column) => !Number.isFinite(at(column)));
      if (wrong !== undefined) {
        refuse(`${where}: ${names[wrong]} must be a finite number, but it is ${at(wrong)}`);
      }
      const batch = batchColumn === undefined ? undefined : String(at(batchColumn));
      yield [within(path, where, () => rowOf(fields, at, batch, pixels)), where];
    }
  }
  return { unused: [...unused, ...fields.unused], rows: rows() };
}

/** Whether a name is one that a log needs. */
const fieldsOfName = (name: string): boolean =>
  listNamed(name) || ["sse", "mse", "bce", "kl", "batch", "step", "examples"].includes(name.toLowerCase());

/**
 * Opens a log by the end of its name: .csv, .jsonl or .ndjson, .npz, .safetensors.
 *
 * @param pixels n, where it was given
 * @throws (rejects) DataError in one line if it is none, or its columns are not those of a log; its rows throw it too
 */
export async function openLog(path: string, pixels: number | null): Promise<OpenLog> {
  const [, end] = /\.(\w+)$/.exec(path.toLowerCase()) ?? [];
  if (end === "csv") return await readCsv(path, pixels);
  if (end === "jsonl" || end === "ndjson") return await readJsonLines(path, pixels);
  if (end !== "npz" && end !== "safetensors") {
    throw new DataError(path, "must be a log as .csv, .jsonl, .npz or .safetensors, by the end of its name");
  }
  const bytes = await readBounded(path, path, MOST);
  if (bytes.length === 0) throw new DataError(path, "must hold arrays, but it is empty");
  if (end === "safetensors") {
    return readArrays(path, decodeSafetensors(bytes, path, { convert: true }).tensors, pixels);
  }
  const arrays = new Map<string, NamedArray>();
  for (const [name, array] of npzArrays(bytes, path)) {
    const { shape, values } = array();
    // Texts, such as names of runs, are no pieces.
    if (ArrayBuffer.isView(values)) arrays.set(name, { shape, values });
  }
  return readArrays(path, arrays, pixels);
}
