/**
 * Folders on the disk, to read from.
 *
 * @module
 */

import { readBounded } from "../../lib/data/bounded_file.ts";
import { DataError } from "../../lib/data/mod.ts";
import { MOST } from "../command/disk.ts";
import { isOsError, osReason } from "../command/os_error.ts";
import type { Source } from "./source.ts";

/** A folder on the disk. @param name what messages and the site call it */
export function folderOnDisk(path: string, name: string): Source {
  return {
    name,
    async read(file) {
      try {
        // A link could lead to what the run did not write.
        if ((await Deno.lstat(`${path}/${file}`)).isFile) {
          return await readBounded(`${path}/${file}`, `${name}/${file}`, MOST);
        }
      } catch (error) {
        if (!isOsError(error)) throw error;
        const why = error instanceof Deno.errors.NotFound
          ? `must hold ${file}, but does not`
          : error instanceof Deno.errors.NotADirectory
          ? "must be a folder, but is not"
          : `its ${file} cannot be read: ${osReason(error)}`;
        throw new DataError(name, why, { cause: error });
      }
      throw new DataError(name, `its ${file} must be a file, and no link, but is not`);
    },
  };
}

/**
 * The folders in a folder, links to some among them.
 *
 * @param what what they are, for the message: `runs`
 * @returns null if there is no such folder
 * @throws (rejects) DataError if it is no folder, or cannot be read
 */
export async function foldersOnDisk(path: string, what: string): Promise<Source[] | null> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(path));
    return entries.filter(({ isFile }) => !isFile).map(({ name }) => folderOnDisk(`${path}/${name}`, name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (!isOsError(error)) throw error;
    const why = error instanceof Deno.errors.NotADirectory
      ? `must be a folder of ${what}, but it is a file`
      : `cannot be read: ${osReason(error)}`;
    throw new DataError(path, why, { cause: error });
  }
}

/** Whether there is anything by this name. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (!isOsError(error)) throw error;
    throw new DataError(path, `cannot be read: ${osReason(error)}`, { cause: error });
  }
}
