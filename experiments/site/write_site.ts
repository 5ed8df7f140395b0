/**
 * A site on the disk. At every moment its folder holds a whole page under each name, old or new, and a report that was
 * killed is either undone or finished by the next one.
 *
 * A new site is written into `.new`, its `site.json` last, so that a `.new` with a `site.json` is whole. Its pages are then
 * moved over the old ones, and `site.json` again last.
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
const MOST = 2 ** 24;

const siteSchema = v.object({
  format: v.literal(FORMAT),
  pages: v.array(v.pipe(v.string(), v.regex(/^\w[\w-]*\.html$/, "must be the name of a page"))),
});

/** The pages that the manifest in a folder names; null if it holds no manifest of a site. */
export async function pagesIn(path: string): Promise<readonly string[] | null> {
  try {
    return (await readJson({ path, name: path }, MANIFEST, MOST, siteSchema, false)).pages;
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}

/** Moves a new site that is whole over the old one, or goes on with that. */
async function exchange(out: string): Promise<void> {
  const fresh = await pagesIn(`${out}/${NEW}`) ?? [], old = await pagesIn(out) ?? [];
  const there = new Set((await Array.fromAsync(Deno.readDir(`${out}/${NEW}`))).map(({ name }) => name));
  // Those that are not there any more have been moved.
  for (const name of fresh) if (there.has(name)) await Deno.rename(`${out}/${NEW}/${name}`, `${out}/${name}`);
  for (const name of old) {
    if (!fresh.includes(name)) await Deno.remove(`${out}/${name}`).catch(ignoreMissing);
  }
  await Deno.rename(`${out}/${NEW}/${MANIFEST}`, `${out}/${MANIFEST}`);
  await Deno.remove(`${out}/${NEW}`, { recursive: true });
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** Requires that a folder holds nothing but a site, and what reports leave. @throws (rejects) DataError */
async function assertOurs(out: string): Promise<void> {
  const pages = [...await pagesIn(out) ?? [], ...await pagesIn(`${out}/${NEW}`) ?? []];
  const ours = (await pagesIn(out)) === null ? [LOCK, NEW] : [LOCK, NEW, MANIFEST];
  for await (const { name, isFile } of Deno.readDir(out)) {
    if (ours.includes(name) || (isFile && pages.includes(name))) continue;
    throw new DataError(
      out,
      `the output folder must be new, empty or hold a site, but it holds ${name}; choose another --out`,
    );
  }
}

/**
 * Writes a site in place of the one that may be there.
 *
 * @param files its files by name, `site.json` among them
 * @throws (rejects) DataError if the folder holds something else, another process writes it, or it cannot be written; then
 * the old site is as it was
 */
export async function writeSite(out: string, files: ReadonlyMap<string, string>): Promise<void> {
  try {
    await Deno.mkdir(out, { recursive: true });
    await using _lock = await lock(`${out}/${LOCK}`, out);
    await assertOurs(out);
    if (await pagesIn(`${out}/${NEW}`) !== null) await exchange(out);
    await Deno.remove(`${out}/${NEW}`, { recursive: true }).catch(ignoreMissing);
    try {
      await Deno.mkdir(`${out}/${NEW}`);
      for (
        const [name, text] of [...files].sort(([a], [b]) => Number(a === MANIFEST) - Number(b === MANIFEST))
      ) {
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
