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
import { fromJson, unsealed } from "../../lib/training/checksum.ts";
import { manifestSchema, resultsSchema, schemaProblem } from "../../properties/contract/run.ts";
import { isOsError, osReason } from "../../lib/data/os_error.ts";
import { taskCommand } from "../../tools/shell.ts";
import { assertPicture } from "./page.tsx";
import { isQuick, partsLeft, type RunView } from "./run_page.tsx";

/** A run with the name of its folder. */
export interface SiteRun extends RunView {
  readonly folder: string;
}

/** What runs there are. */
export interface Gathered {
  /** Those that came to results: quick ones last, then those with failed parts, then the newest first. */
  readonly runs: readonly SiteRun[];
  /** Why the other folders are left out, a line each with the folder's name. */
  readonly leftOut: readonly string[];
}

/** A folder, and what messages and the site call it, which does not depend on where it is. */
interface Folder {
  readonly path: string;
  readonly name: string;
}

/** The most bytes of a file. */
const MOST = 2 ** 24;
/** Pages of the site that are no study's. */
const TAKEN: readonly string[] = ["index", "laws", "live"];

function must(condition: boolean, what: string, why: string): void {
  if (!condition) throw new DataError(what, why);
}

/** The bytes of a file in a folder. @throws (rejects) DataError if there is none, it is a link or no file, or too large */
async function readIn({ path, name }: Folder, file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    // A link could lead to what the run did not write.
    const { isSymlink } = await Deno.lstat(`${path}/${file}`);
    must(!isSymlink, name, `its ${file} must be a file, but is a link`);
    return await readBounded(`${path}/${file}`, `${name}/${file}`, MOST);
  } catch (error) {
    if (!isOsError(error)) throw error;
    const missing = error instanceof Deno.errors.NotFound;
    const why = missing
      ? `must hold ${file}, but does not`
      : `its ${file} cannot be read: ${osReason(error)}`;
    throw new DataError(name, why, { cause: error });
  }
}

/**
 * The value of a JSON file in a folder.
 *
 * @param read {@link unsealed} for a file that states its own checksum
 * @throws (rejects) DataError if it cannot be read, is no JSON, not of this schema, or damaged
 */
export async function readJson<T>(
  folder: Folder,
  file: string,
  schema: v.GenericSchema<unknown, T>,
  read: (...given: Parameters<typeof fromJson>) => unknown = fromJson,
): Promise<T> {
  const fail = (why: string): never => {
    throw new DataError(`${folder.name}/${file}`, why);
  };
  return await read(await readIn(folder, file), (json) => schemaProblem(schema, json), fail) as T;
}

/** What a figure or table holds. @throws (rejects) DataError unless its bytes are those that the results name, and `read` can read them */
async function contentOf<T>(
  folder: Folder,
  { file, sha256 }: { file: string; sha256: string },
  read: (bytes: Uint8Array, text: string) => T,
): Promise<T> {
  const bytes = await readIn(folder, file), place = `${folder.name}/${file}`;
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  must(found === sha256, place, `its SHA-256 must be ${sha256}, as results.json has it, but is ${found}`);
  try {
    return read(bytes, new TextDecoder().decode(bytes));
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    throw new DataError(place, error.message, { cause: error });
  }
}

const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
const cellOf = (text: string) => text === "" ? null : isNumber(text) ? Number(text) : text;

/** The head and rows of a table in CSV. @throws SyntaxError if it is none, or a row has another length than the head */
function tableOf(text: string): Pick<RunView["tables"][number], "head" | "rows"> {
  const [head = [], ...rows] = (parse as (text: string) => string[][])(text);
  const i = rows.findIndex((row) => row.length !== head.length);
  if (i < 0) return { head, rows: rows.map((row) => row.map(cellOf)) };
  const found = `has ${rows[i]!.length} in row ${i + 1}`;
  throw new SyntaxError(`must have ${head.length} cells in each row, but ${found}`);
}

/** The run in a folder. @throws (rejects) DataError if it is none, has no results or is damaged */
async function runIn(folder: Folder): Promise<SiteRun> {
  const { name } = folder, place = `${name}/manifest.json`, resultsFile = `${name}/results.json`;
  const { sha256: _, ...manifest } = await readJson(folder, "manifest.json", manifestSchema, unsealed);
  const { status, study, results: seal } = manifest;
  must(
    status === "complete" || status === "failed",
    name,
    `a run in the report must have ended, but it is ${status}`,
  );
  must(seal !== null, name, "a run in the report must have results, but it failed without");
  const isPage = /^[a-z][a-z0-9-]*$/.test(study) && !TAKEN.includes(study);
  must(isPage, place, `its study must be the name of a page, but it is ${JSON.stringify(study)}`);
  const results = await readJson(folder, "results.json", resultsSchema, unsealed);
  const { page, sha256 } = results;
  must(sha256 === seal, resultsFile, `its sha256 must be ${seal}, as manifest.json has it, but is ${sha256}`);
  must(
    results.study === study,
    resultsFile,
    `must be of ${study}, as its manifest is, but is of ${results.study}`,
  );
  const pictures = new Map<string, string | Uint8Array>();
  for (const figure of page.figures) {
    const content = await contentOf(folder, figure, (bytes, text) => {
      const content = figure.file.endsWith(".svg") ? text : bytes;
      assertPicture(content);
      return content;
    });
    pictures.set(figure.file, content);
  }
  const tables: RunView["tables"][number][] = [];
  for (const { sha256, ...table } of page.tables) {
    const { file } = table;
    tables.push({ ...table, ...await contentOf(folder, { file, sha256 }, (_, text) => tableOf(text)) });
  }
  return { folder: name, manifest, page, content: (file) => pictures.get(file)!, tables };
}

/** Reads every folder in a folder. @throws (rejects) DataError if there is none, or it cannot be read; the signal's reason */
export async function gatherRuns(path: string, signal?: AbortSignal): Promise<Gathered> {
  const entries = await Array.fromAsync(Deno.readDir(path)).catch((error) => {
    if (!isOsError(error)) throw error;
    const why = error instanceof Deno.errors.NotFound
      ? `there is no such folder; ${taskCommand("mnist")} makes a run in runs/`
      : error instanceof Deno.errors.NotADirectory
      ? "must be a folder of runs, but is a file"
      : `cannot be read: ${osReason(error)}`;
    throw new DataError(path, why, { cause: error });
  });
  const runs: SiteRun[] = [], leftOut: string[] = [];
  // By code units, so that the order does not depend on the reader's language; no two names are equal.
  for (const { name, isDirectory, isFile } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    signal?.throwIfAborted();
    if (isFile) continue;
    try {
      must(isDirectory, name, "must be the folder of a run, but is a link or no folder");
      runs.push(await runIn({ path: `${path}/${name}`, name }));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      leftOut.push(error.message);
    }
  }
  // Those that are equal in this stay in the order of their names.
  runs.sort((a, b) =>
    Number(isQuick(a)) - Number(isQuick(b)) ||
    Number(partsLeft(a) !== null) - Number(partsLeft(b) !== null) ||
    Date.parse(b.manifest.started) - Date.parse(a.manifest.started)
  );
  return { runs, leftOut };
}
