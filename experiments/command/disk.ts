/**
 * Files of a run's folder, read and written so that nothing is lost, with errors that name them.
 *
 * @module
 */

import { readBounded } from "../../lib/data/bounded_file.ts";
import { DataError } from "../../lib/data/mod.ts";
import { isUnfinished, removeUnfinished, writeAtomically } from "../../lib/training/mod.ts";
import { LOCK, lock } from "./lock.ts";
import { isOsError, osReason } from "./os_error.ts";

/**
 * Writes a file, whole or not at all.
 *
 * @throws (rejects) DataError if it cannot be written
 */
export async function writeFile(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeAtomically(file, typeof content === "string" ? new TextEncoder().encode(content) : content);
  } catch (error) {
    if (!isOsError(error)) throw error;
    throw new DataError(file, `cannot be written: ${osReason(error)}`, { cause: error });
  }
}

/** The most bytes that a file of a run, a site or evidence may have, but a checkpoint: 256 MiB. */
export const MOST = 2 ** 28;

/**
 * The bytes of a file of a run.
 *
 * @param folder the run's folder
 * @param name the file in it
 * @param most how many bytes it may have
 * @throws (rejects) DataError if it is not there, no file, larger or cannot be read; `cause` tells whether it is there
 */
export async function readRunFile(folder: string, name: string, most = MOST): Promise<Uint8Array> {
  try {
    return await readBounded(`${folder}/${name}`, `${folder}/${name}`, most);
  } catch (error) {
    if (!isOsError(error)) throw error;
    const cause = { cause: error };
    if (error instanceof Deno.errors.NotFound) {
      throw new DataError(folder, `a run to resume must hold ${name}, but does not`, cause);
    }
    if (error instanceof Deno.errors.NotADirectory) {
      throw new DataError(folder, "must be the folder of a run, but it is a file", cause);
    }
    throw new DataError(`${folder}/${name}`, `cannot be read: ${osReason(error)}`, cause);
  }
}

/** The text of a file of a run; see {@link readRunFile}. */
export async function readRunText(folder: string, name: string): Promise<string> {
  return new TextDecoder().decode(await readRunFile(folder, name));
}

/** Says why a run's folder cannot be made or locked. */
function refuseFolder(path: string, error: unknown): never {
  if (!isOsError(error)) throw error;
  const why = error instanceof Deno.errors.AlreadyExists
    ? "the output folder must be a folder, but it is a file"
    : error instanceof Deno.errors.NotADirectory
    ? "the output folder cannot be made: a part of its path is a file"
    : `the output folder cannot be made: ${osReason(error)}`;
  throw new DataError(path, why, { cause: error });
}

/**
 * Makes the folder of a new run, and locks it.
 *
 * @param path the folder
 * @param manifest the file that makes it a run's
 * @param resume the command that goes on with a run there
 * @param isLeftOver whether a file may be there from a run that was killed before it had a manifest
 * @returns the lock, which the run holds until it ends
 * @throws (rejects) DataError if it is in use, or cannot be made
 */
export async function createRunFolder(
  path: string,
  manifest: string,
  resume: string,
  isLeftOver: (name: string) => boolean,
): Promise<AsyncDisposable> {
  let held: AsyncDisposable;
  try {
    await Deno.mkdir(path, { recursive: true });
    held = await lock(`${path}/${LOCK}`, path);
  } catch (error) {
    return refuseFolder(path, error);
  }
  try {
    const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
    if (names.includes(manifest)) {
      throw new DataError(
        path,
        "the output folder must be new or empty, but it holds a run; choose another --out, or continue that run " +
          `with ${resume}`,
      );
    }
    const foreign = names.find((name) => name !== LOCK && !isUnfinished(name) && !isLeftOver(name));
    if (foreign !== undefined) {
      throw new DataError(
        path,
        `the output folder must be new or empty, but it holds ${foreign}; choose another --out`,
      );
    }
    await removeUnfinished(path);
    return held;
  } catch (error) {
    await held[Symbol.asyncDispose]();
    return refuseFolder(path, error);
  }
}

/**
 * Locks the folder of a run that goes on, and clears away what earlier processes left unfinished.
 *
 * @param path the folder
 * @param manifest the file that makes it a run's
 * @returns the lock, which the run holds until it ends
 * @throws (rejects) DataError if it is no run's, in use, or cannot be written
 */
export async function lockRunFolder(path: string, manifest: string): Promise<AsyncDisposable> {
  // A folder without a run is left as it is.
  await readRunFile(path, manifest);
  try {
    const held = await lock(`${path}/${LOCK}`, path);
    await removeUnfinished(path);
    return held;
  } catch (error) {
    if (!isOsError(error)) throw error;
    throw new DataError(path, `cannot be written: ${osReason(error)}`, { cause: error });
  }
}
