/**
 * Files that are written together, all or none, into a folder that has room for them.
 *
 * @module
 */

import { type Disk as WritingDisk, writeNew } from "./atomic_write.ts";

/** The part of `Deno` that writes and copies, so that a test can give a disk that fails. */
export interface Disk extends WritingDisk {
  /** Copies a file. */
  copyFile(from: string, to: string): Promise<void>;
}

/** A name that `removeUnfinished` removes where it is left over. */
const temporaryOf = (path: string): string => `${path}.${crypto.randomUUID()}.tmp`;

/** Copies a file that may not be there. @returns whether it was */
async function copied(from: string, to: string, disk: Disk): Promise<boolean> {
  try {
    await disk.copyFile(from, to);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Writes files, all of them or none: first to temporary names, down to the disk, then copies of those that they replace,
 * and only then the renames, which are taken back if one fails.
 *
 * A process that is killed between two renames leaves files of which some are old and some new, each of them whole.
 *
 * @param files bytes by path; their folders must exist
 * @param disk what writes, `Deno` by default
 * @throws (rejects) what the system throws if one of them cannot be written; then all are as they were
 */
export async function writeTogether(
  files: ReadonlyMap<string, Uint8Array>,
  disk: Disk = Deno,
): Promise<void> {
  const written = [...files].map(([path, bytes]) => ({
    path,
    bytes,
    next: temporaryOf(path),
    last: temporaryOf(path),
    hadLast: false,
    renamed: false,
  }));
  try {
    for (const { next, bytes } of written) await writeNew(next, bytes, disk);
    for (const file of written) file.hadLast = await copied(file.path, file.last, disk);
    for (const file of written) {
      await disk.rename(file.next, file.path);
      file.renamed = true;
    }
  } catch (error) {
    for (const { path, last, hadLast, renamed } of written) {
      // Why the writing failed matters more than why this does.
      if (renamed) await (hadLast ? disk.rename(last, path) : disk.remove(path)).catch(() => {});
    }
    throw error;
  } finally {
    // Those that were not made, or have been given their names, are not there.
    for (const { next, last } of written) {
      await disk.remove(next).catch(() => {});
      await disk.remove(last).catch(() => {});
    }
  }
}

/** The most bytes of random numbers that are to be had at once. */
const CHUNK = 65_536;

/**
 * Requires that a folder can be written and has room for so many bytes, by writing them, down to the disk, and removing
 * them: how much a file system or a quota has left cannot be asked.
 *
 * @throws (rejects) what the system throws if they cannot be written
 */
export async function assertRoom(folder: string, bytes: number, disk: Disk = Deno): Promise<void> {
  const probe = new Uint8Array(bytes);
  // Of zeros some file systems keep but the number.
  for (let at = 0; at < bytes; at += CHUNK) crypto.getRandomValues(probe.subarray(at, at + CHUNK));
  const path = temporaryOf(`${folder}/room`);
  try {
    await writeNew(path, probe, disk);
  } finally {
    await disk.remove(path).catch(() => {});
  }
}
