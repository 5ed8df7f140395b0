/**
 * A site on the disk. At every moment its folder holds a whole page under each name, old or new, and a report that was
 * killed is either undone or finished by the next one: a new site is written into `.new`, its `site.json` last, so that a
 * `.new` with one is whole; then its pages are moved over the old ones, and `site.json` again last.
 *
 * @module
 */

import * as v from "valibot";
import { DataError } from "../../lib/data/error.ts";
import { writeAtomically } from "../../lib/training/atomic_write.ts";
import { LOCK, lock } from "../../lib/data/lock.ts";
import { isOsError, osReason } from "../../lib/data/os_error.ts";
import { readJson } from "./gather.ts";
import { FORMAT, MANIFEST } from "./site.tsx";

const NEW = ".new";

const siteSchema = v.object({
  format: v.literal(FORMAT),
  pages: v.array(v.pipe(v.string(), v.regex(/^\w[\w-]*\.html$/, "must be the name of a page"))),
});

/** The pages that the manifest in a folder names; null if it holds no manifest of a site. */
export async function pagesIn(path: string): Promise<readonly string[] | null> {
  try {
    return (await readJson({ path, name: path }, MANIFEST, siteSchema)).pages;
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}

const namesIn = async (path: string) => (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Moves a new site that is whole over the old one, or goes on with that. */
async function exchange(out: string): Promise<void> {
  const fresh = await pagesIn(`${out}/${NEW}`) ?? [], old = await pagesIn(out) ?? [];
  const there = await namesIn(`${out}/${NEW}`);
  const move = (name: string): Promise<void> => Deno.rename(`${out}/${NEW}/${name}`, `${out}/${name}`);
  // Those that are not there any more have been moved.
  for (const name of fresh) if (there.includes(name)) await move(name);
  for (const name of old) if (!fresh.includes(name)) await removeIfThere(`${out}/${name}`);
  await move(MANIFEST);
  await removeIfThere(`${out}/${NEW}`);
}

/** Requires that a folder holds nothing but a site, and what reports leave. @throws (rejects) DataError */
async function assertOurs(out: string): Promise<void> {
  const site = await pagesIn(out);
  const pages = [...site ?? [], ...await pagesIn(`${out}/${NEW}`) ?? []];
  const ours = site === null ? [LOCK, NEW] : [LOCK, NEW, MANIFEST];
  for await (const { name, isFile } of Deno.readDir(out)) {
    if (ours.includes(name) || (isFile && pages.includes(name))) continue;
    const must = `the output folder must be new, empty or hold a site, but it holds ${name}`;
    throw new DataError(out, `${must}; choose another --out`);
  }
}

/**
 * Writes a site in place of the one that may be there.
 *
 * @param files its files by name, `site.json` the last
 * @throws (rejects) DataError if the folder holds something else, another process writes it, or it cannot be written; then
 * the old site is as it was
 */
export async function writeSite(out: string, files: ReadonlyMap<string, string>): Promise<void> {
  try {
    await Deno.mkdir(out, { recursive: true });
    await using _lock = await lock(`${out}/${LOCK}`, out);
    await assertOurs(out);
    if (await pagesIn(`${out}/${NEW}`) !== null) await exchange(out);
    await removeIfThere(`${out}/${NEW}`);
    try {
      await Deno.mkdir(`${out}/${NEW}`);
      for (const [name, text] of files) {
        await writeAtomically(`${out}/${NEW}/${name}`, new TextEncoder().encode(text));
      }
    } catch (error) {
      // It may not have been made; and why the write failed matters more than why this does.
      await Deno.remove(`${out}/${NEW}`, { recursive: true }).catch(() => {});
      throw error;
    }
    await exchange(out);
  } catch (error) {
    if (!isOsError(error)) throw error;
    const isFile = error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotADirectory;
    const why = isFile ? "it, or a part of its path, is a file" : osReason(error);
    throw new DataError(out, `the site cannot be written: ${why}`, { cause: error });
  }
}
