/**
 * The runs that a site shows, read from their folders. Nothing in them is believed: sizes have bounds, links are not
 * followed, JSON is held to its schema, files to their checksums, drawings to what a page may hold.
 *
 * @module
 */

import { parse } from "@std/csv";
import type * as v from "valibot";
import { readBounded } from "../../lib/data/bounded_file.ts";
import { DataError } from "../../lib/data/error.ts";
import { checksumProblem } from "../../lib/training/checksum.ts";
import { manifestSchema, resultsSchema, schemaProblem } from "../../properties/contract/run.ts";
import { isOsError, osReason } from "../../lib/data/os_error.ts";
import { assertPicture, type Cell } from "./page.tsx";
import { isQuick, type RunTable, type RunView } from "./run_page.tsx";

/** A run with the name of its folder. */
export interface SiteRun extends RunView {
  readonly folder: string;
}

/** What runs there are. */
export interface Gathered {
  /** Those that are complete: quick ones last, then the newest first. */
  readonly runs: readonly SiteRun[];
  /** Why the other folders are left out, a line each with the folder's name. */
  readonly leftOut: readonly string[];
}

/** A folder, and what messages and the site call it, which does not depend on where it is. */
export interface Folder {
  readonly path: string;
  readonly name: string;
}

/** The most bytes of a manifest, and of any other file. */
const MANIFEST = 2 ** 20, FILE = 2 ** 24;
/** Pages of the site that are no study's. */
const TAKEN: readonly string[] = ["index", "laws", "live"];

/**
 * The bytes of a file in a folder.
 *
 * @throws (rejects) DataError if there is none, it is a link or no file, or larger than `most` bytes
 */
export async function readIn(
  { path, name }: Folder,
  file: string,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    // A link could lead to what the run did not write.
    if ((await Deno.lstat(`${path}/${file}`)).isSymlink) {
      throw new DataError(name, `its ${file} must be a file, but is a link`);
    }
    return await readBounded(`${path}/${file}`, `${name}/${file}`, most);
  } catch (error) {
    if (!isOsError(error)) throw error;
    const why = error instanceof Deno.errors.NotFound
      ? `must hold ${file}, but does not`
      : error instanceof Deno.errors.NotADirectory
      ? "must be a folder, but is not"
      : `its ${file} cannot be read: ${osReason(error)}`;
    throw new DataError(name, why, { cause: error });
  }
}

/**
 * What a JSON file of a folder holds.
 *
 * @param sealed whether the file must state its own checksum
 * @throws (rejects) DataError if it is no JSON, has not this schema, or is damaged
 */
export async function readJson<T>(
  folder: Folder,
  file: string,
  most: number,
  schema: v.GenericSchema<unknown, T>,
  sealed: boolean,
): Promise<T> {
  const bytes = await readIn(folder, file, most);
  const fail = (why: string): never => {
    throw new DataError(`${folder.name}/${file}`, why);
  };
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    fail("must be JSON, but is not");
  }
  const problem = schemaProblem(schema, json) ?? (sealed ? await checksumProblem(bytes) : null);
  if (problem !== null) fail(problem);
  return json as T;
}

/** The bytes of a figure or table. @throws (rejects) DataError if they are not those that the results name */
async function fileOf(
  folder: Folder,
  { file, sha256 }: { file: string; sha256: string },
): Promise<Uint8Array> {
  const bytes = await readIn(folder, file, FILE);
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  if (found === sha256) return bytes;
  throw new DataError(
    `${folder.name}/${file}`,
    `its SHA-256 must be ${sha256}, as results.json has it, but is ${found}`,
  );
}

const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
const cellOf = (text: string): Cell => text === "" ? null : isNumber(text) ? Number(text) : text;

/** The head and rows of a table. @throws DataError if it is no CSV, or a row has another length than the head */
function tableOf(bytes: Uint8Array, file: string): Pick<RunTable, "head" | "rows"> {
  let lines: string[][];
  try {
    lines = (parse as (text: string) => string[][])(new TextDecoder().decode(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DataError(file, `must be CSV, but is not: ${error.message}`, { cause: error });
  }
  const [head = [], ...rows] = lines;
  const i = rows.findIndex((row) => row.length !== head.length);
  if (i >= 0) {
    throw new DataError(
      file,
      `must have ${head.length} cells in each row, but has ${rows[i]!.length} in row ${i + 1}`,
    );
  }
  return { head, rows: rows.map((row) => row.map(cellOf)) };
}

/** The run in a folder. @throws (rejects) DataError if it is none, not complete or damaged */
async function runIn(folder: Folder): Promise<SiteRun> {
  const place = (file: string): string => `${folder.name}/${file}`;
  const { sha256: _, ...manifest } = await readJson(folder, "manifest.json", MANIFEST, manifestSchema, true);
  const { status, study } = manifest;
  if (status !== "complete") {
    throw new DataError(folder.name, `a run in the report must be complete, but it is ${status}`);
  }
  if (!/^[a-z][a-z0-9-]*$/.test(study) || TAKEN.includes(study)) {
    throw new DataError(
      place("manifest.json"),
      `its study must be the name of a page, but it is ${JSON.stringify(study)}`,
    );
  }
  const results = await readJson(folder, "results.json", FILE, resultsSchema, true);
  if (results.sha256 !== manifest.results) {
    throw new DataError(
      place("results.json"),
      `its sha256 must be ${manifest.results}, as manifest.json has it, but is ${results.sha256}`,
    );
  }
  if (results.study !== study) {
    throw new DataError(
      place("results.json"),
      `must be of ${study}, as its manifest is, but is of ${results.study}`,
    );
  }
  const { page } = results;
  const pictures = new Map<string, string | Uint8Array>();
  for (const figure of page.figures) {
    const bytes = await fileOf(folder, figure);
    const content = figure.file.endsWith(".svg") ? new TextDecoder().decode(bytes) : bytes;
    try {
      assertPicture(content);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new DataError(place(figure.file), error.message, { cause: error });
    }
    pictures.set(figure.file, content);
  }
  const tables: RunTable[] = [];
  for (const { file, sha256, title, caption } of page.tables) {
    tables.push({ file, title, caption, ...tableOf(await fileOf(folder, { file, sha256 }), place(file)) });
  }
  return { folder: folder.name, manifest, page, content: (file) => pictures.get(file)!, tables };
}

/** By code units, so that the order does not depend on the reader's language. */
const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0;

/** Reads every folder in a folder. @throws (rejects) DataError if there is none, or it cannot be read */
export async function gatherRuns(path: string): Promise<Gathered> {
  const names: string[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(path)) if (!isFile) names.push(name);
  } catch (error) {
    if (!isOsError(error)) throw error;
    const why = error instanceof Deno.errors.NotFound
      ? "there is no such folder; deno task mnist makes a run in runs/"
      : error instanceof Deno.errors.NotADirectory
      ? "must be a folder of runs, but is a file"
      : `cannot be read: ${osReason(error)}`;
    throw new DataError(path, why, { cause: error });
  }
  const runs: SiteRun[] = [], leftOut: string[] = [];
  for (const name of names.sort(compare)) {
    try {
      if (!(await Deno.lstat(`${path}/${name}`)).isDirectory) {
        throw new DataError(name, "must be the folder of a run, but is a link or no folder");
      }
      runs.push(await runIn({ path: `${path}/${name}`, name }));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      leftOut.push(error.message);
    }
  }
  runs.sort((a, b) =>
    Number(isQuick(a)) - Number(isQuick(b)) ||
    Date.parse(b.manifest.started) - Date.parse(a.manifest.started) || compare(a.folder, b.folder)
  );
  return { runs, leftOut };
}
