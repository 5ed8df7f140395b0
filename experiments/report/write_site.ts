/**
 * The site on the disk: the old one until the new one is whole.
 *
 * @module
 */

import { readBounded } from "../../lib/data/bounded_file.ts";
import { DataError } from "../../lib/data/mod.ts";
import { MOST } from "../command/disk.ts";
import { isObject } from "../command/json_fields.ts";
import { lock } from "../command/lock.ts";
import { isOsError, osReason } from "../command/os_error.ts";
import { isThere } from "./disk_source.ts";
import { FORMAT, MANIFEST } from "./site.ts";

/** What is written to: the site's folder, and beside it two folders and a lock while it is replaced. */
export function foldersOf(
  out: string,
): readonly [out: string, unfinished: string, previous: string, lock: string] {
  return [out, `${out}.unfinished`, `${out}.previous`, `${out}.lock`];
}

/** Locks the site's folder; those above it are made. */
async function lockSite(out: string): Promise<AsyncDisposable> {
  const [, unfinished, , file] = foldersOf(out);
  try {
    return await lock(file, out);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await Deno.mkdir(unfinished, { recursive: true });
    return await lock(file, out);
  }
}

/** What is thrown where there is no such file. */
const NONE = [Deno.errors.NotFound, Deno.errors.NotADirectory];

/**
 * The pages that the manifest in a folder names; null if it holds no manifest of a site.
 *
 * @throws (rejects) what the system throws if it cannot be read
 */
export async function pagesIn(folder: string): Promise<readonly unknown[] | null> {
  try {
    const file = `${folder}/${MANIFEST}`;
    const json: unknown = JSON.parse(new TextDecoder().decode(await readBounded(file, file, MOST)));
    if (!isObject(json) || json["format"] !== FORMAT || !Array.isArray(json["pages"])) return null;
    return json["pages"];
  } catch (error) {
    if (error instanceof SyntaxError || NONE.some((kind) => error instanceof kind)) return null;
    throw error;
  }
}

/**
 * A file in a folder that is no site's; null if there is none, or no folder.
 *
 * @param ours whether a file may be there although no manifest names it
 */
async function foreignIn(folder: string, ours: (name: string) => boolean): Promise<string | null> {
  const pages = await pagesIn(folder);
  for await (const { name, isFile } of Deno.readDir(folder)) {
    const known = ours(name) || (pages !== null && (name === MANIFEST || pages.includes(name)));
    if (!isFile || !known) return name;
  }
  return null;
}

/** Requires that the site's folder is free, or a site's. */
async function assertReplaceable(out: string): Promise<void> {
  if (!(await isThere(out))) return;
  if (!(await Deno.stat(out)).isDirectory) {
    throw new DataError(out, "the output folder must be a folder, but it is a file");
  }
  const foreign = await foreignIn(out, () => false);
  if (foreign === null) return;
  throw new DataError(
    out,
    `the output folder must be new, empty or hold a site, but it holds ${foreign}; choose another --out`,
  );
}

/** Whether a report that was killed left this folder beside the site. @throws (rejects) DataError if something else is there */
async function isLeft(folder: string, ours: (name: string) => boolean): Promise<boolean> {
  if (!(await isThere(folder))) return false;
  const foreign = await foreignIn(folder, ours);
  if (foreign === null) return true;
  throw new DataError(
    folder,
    `must be what a report left, to be cleared away, but it holds ${foreign}; move it elsewhere`,
  );
}

/** Clears away what a report that was killed left, and puts back a site that it had taken away. */
async function recover(out: string, files: ReadonlyMap<string, string>): Promise<void> {
  const [, unfinished, previous] = foldersOf(out);
  const ours = (name: string): boolean => files.has(name);
  const [half, old] = [await isLeft(unfinished, ours), await isLeft(previous, ours)];
  if (half) await Deno.remove(unfinished, { recursive: true });
  if (!old) return;
  const taken = !(await isThere(out)) && await pagesIn(previous) !== null;
  if (taken) await Deno.rename(previous, out);
  else await Deno.remove(previous, { recursive: true });
}

/** Puts the new site in place of the old one, or leaves the old one. */
async function exchange(out: string, unfinished: string, previous: string): Promise<void> {
  const replaced = await isThere(out);
  if (replaced) await Deno.rename(out, previous);
  try {
    await Deno.rename(unfinished, out);
  } catch (error) {
    if (replaced) await Deno.rename(previous, out);
    throw error;
  }
  if (replaced) await Deno.remove(previous, { recursive: true });
}

/**
 * Writes a site in place of the one that may be there: into a folder beside it, which gets its name when it is whole.
 *
 * @param files its files by name
 * @throws (rejects) DataError if the folder holds something else, or cannot be written; then it is as it was
 */
export async function writeSite(out: string, files: ReadonlyMap<string, string>): Promise<void> {
  const [, unfinished, previous] = foldersOf(out);
  try {
    await using _lock = await lockSite(out);
    await assertReplaceable(out);
    await recover(out, files);
    try {
      await Deno.mkdir(unfinished, { recursive: true });
      for (const [name, text] of files) await Deno.writeTextFile(`${unfinished}/${name}`, text);
      await exchange(out, unfinished, previous);
    } catch (error) {
      // It may not have been made; and why the write failed matters more than why this does.
      await Deno.remove(unfinished, { recursive: true }).catch(() => {});
      throw error;
    }
  } catch (error) {
    if (!isOsError(error)) throw error;
    throw new DataError(out, `the site cannot be written: ${osReason(error)}`, { cause: error });
  }
}
