/**
 * A site on the disk. At every moment its folder holds a whole page under each name, old or new, and a report that was
 * killed is either undone or finished by the next one: a new site is written into `.new`, where `begun.json` names its
 * pages until all are there, and is then renamed `site.json`; then the pages are moved over the old ones, and `site.json`
 * last. Files that no report wrote are left as they are.
 *
 * @module
 */

import * as v from "valibot";
import { DataError } from "../../lib/data/error.ts";
import { isUnfinished, writeAtomically } from "../../lib/training/atomic_write.ts";
import { LOCK, lock } from "../../lib/data/lock.ts";
import { isOsError, osReason } from "../../lib/data/os_error.ts";
import { readJson } from "./gather.ts";
import { API, FORMAT, MANIFEST } from "./site.tsx";

const NEW = ".new", BEGUN = "begun.json";

/** The folder of a new reference, and that of an old one that is about to go. */
export const API_FRESH = ".api", API_OLD = ".api-old";
/** The file by which a reference is known. */
export const API_MARK = "search_index.js";

const siteSchema = v.object({
  format: v.literal(FORMAT),
  pages: v.array(v.pipe(v.string(), v.regex(/^\w[\w-]*\.html$/, "must be the name of a page"))),
});

/** The pages that the manifest in a folder names; null if it holds no manifest of a site. */
export async function pagesIn(path: string, manifest = MANIFEST): Promise<readonly string[] | null> {
  try {
    return (await readJson({ path, name: path }, manifest, siteSchema)).pages;
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}

/** The names in `.new`; null if there is none. */
async function namesInNew(out: string): Promise<string[] | null> {
  try {
    return (await Array.fromAsync(Deno.readDir(`${out}/${NEW}`))).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Removes a new site that is not whole: what names its files as ours goes last. */
async function removeNew(out: string): Promise<void> {
  const names = await namesInNew(out);
  if (names === null) return;
  const last = names.includes(BEGUN) ? [BEGUN] : [];
  for (const name of [...names.filter((name) => name !== BEGUN), ...last]) {
    await Deno.remove(`${out}/${NEW}/${name}`);
  }
  await Deno.remove(`${out}/${NEW}`);
}

/** Moves a new site that is whole over the old one, or goes on with that. */
async function exchange(out: string): Promise<void> {
  const fresh = await pagesIn(`${out}/${NEW}`) ?? [], old = await pagesIn(out) ?? [];
  const there = await namesInNew(out) ?? [];
  const move = (name: string): Promise<void> => Deno.rename(`${out}/${NEW}/${name}`, `${out}/${name}`);
  // Those that are not there any more have been moved.
  for (const name of fresh) if (there.includes(name)) await move(name);
  for (const name of old) {
    if (fresh.includes(name)) continue;
    await Deno.remove(`${out}/${name}`).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
  await move(MANIFEST);
  await Deno.remove(`${out}/${NEW}`);
}

/** Requires that a folder holds nothing but a site, and what reports leave. @throws (rejects) DataError */
async function assertOurs(out: string): Promise<void> {
  const old = await pagesIn(out);
  const fresh = await pagesIn(`${out}/${NEW}`) ?? await pagesIn(`${out}/${NEW}`, BEGUN);
  const refuse = (name: string): never => {
    const must = `the output folder must be new, empty or hold a site, but it holds ${name}`;
    throw new DataError(out, `${must}; choose another --out`);
  };
  const site = [...old ?? [], ...fresh ?? [], ...old === null ? [] : [MANIFEST]];
  for await (const { name, isFile, isDirectory } of Deno.readDir(out)) {
    const ours = name === LOCK || name === API_FRESH || name === API_OLD ||
      (name === API
        ? isDirectory && await isThere(`${out}/${API}/${API_MARK}`)
        : name === NEW
        ? isDirectory
        : isFile && site.includes(name));
    if (!ours) refuse(name);
  }
  const whole = fresh === null ? [] : [...fresh, MANIFEST, BEGUN];
  for (const name of await namesInNew(out) ?? []) {
    if (!whole.includes(name) && !isUnfinished(name)) refuse(`${NEW}/${name}`);
  }
}

const isThere = (path: string): Promise<boolean> =>
  Deno.lstat(path).then(({ isFile }) => isFile, () => false);

/**
 * Works on the folder of a site, alone.
 *
 * @throws (rejects) DataError if it holds something else, another process writes it, or it cannot be written
 */
export async function asSite<T>(out: string, work: () => Promise<T>): Promise<T> {
  const isNew = !await Deno.lstat(out).then(() => true, () => false);
  try {
    await Deno.mkdir(out, { recursive: true });
    await using _lock = await lock(`${out}/${LOCK}`, out);
    await assertOurs(out);
    return await work();
  } catch (error) {
    // Empty, or somebody else has found a use for it.
    if (isNew) await Deno.remove(out).catch(() => {});
    if (!isOsError(error)) throw error;
    const isFile = error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotADirectory;
    const why = isFile ? "it, or a part of its path, is a file" : osReason(error);
    throw new DataError(out, `the site cannot be written: ${why}`, { cause: error });
  }
}

/**
 * Writes a site in place of the one that may be there.
 *
 * @param files its files by name, with `site.json`, which names the pages
 * @throws (rejects) DataError as {@link asSite}; then the old site is as it was
 */
export function writeSite(out: string, files: ReadonlyMap<string, string>): Promise<void> {
  return asSite(out, async () => {
    if (await pagesIn(`${out}/${NEW}`) !== null) await exchange(out);
    await removeNew(out);
    try {
      await Deno.mkdir(`${out}/${NEW}`);
      const pages = [...files].filter(([name]) => name !== MANIFEST);
      for (const [name, text] of [[BEGUN, files.get(MANIFEST)!] as const, ...pages]) {
        await writeAtomically(`${out}/${NEW}/${name}`, new TextEncoder().encode(text));
      }
      await Deno.rename(`${out}/${NEW}/${BEGUN}`, `${out}/${NEW}/${MANIFEST}`);
    } catch (error) {
      // Why the write failed matters more than why this does.
      await removeNew(out).catch(() => {});
      throw error;
    }
    await exchange(out);
  });
}
