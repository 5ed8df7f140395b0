/**
 * The site on the disk: the old one until the new one is whole.
 *
 * @module
 */

/** The folders that are written to: the site's, and two beside it while it is replaced. */
export function foldersOf(out: string): readonly [out: string, unfinished: string, previous: string] {
  return [out, `${out}.unfinished`, `${out}.previous`];
}

/** Writes a site in place of the one that may be there. */
export function writeSite(_out: string, _files: ReadonlyMap<string, string>): Promise<void> {
  return Promise.resolve();
}
