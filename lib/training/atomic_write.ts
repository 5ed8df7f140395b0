/**
 * Files that are there whole or not at all.
 *
 * @module
 */

/** The part of `Deno` that writes, so that a test can give a disk that fails. */
export interface Disk {
  /** Opens a new file to write. */
  open(path: string, options: { write: true; createNew: true }): Promise<OpenFile>;
  /** Gives a file another name, in place of any that has it. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. */
  remove(path: string): Promise<void>;
}

/** A file open to write. */
export interface OpenFile {
  /** Writes some of the bytes from the first on, and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Waits until what was written is on the disk. */
  sync(): Promise<void>;
  /** Closes the file. */
  close(): void;
}

/** Writes a new file, down to the disk. @throws what `Deno` throws; then there may be a part of it */
export async function writeNew(path: string, bytes: Uint8Array, disk: Disk): Promise<void> {
  const file = await disk.open(path, { write: true, createNew: true });
  try {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
  } finally {
    file.close();
  }
}

/**
 * Writes a file so that at every moment its name stands for all of the old bytes or all of the new ones: to a
 * temporary name in the same folder, then, once the bytes are on the disk, by a rename.
 *
 * Needs permission to read and write that folder. A process that is killed while it writes may leave its
 * temporary file, `<name>.<random>.tmp`, which {@link removeUnfinished} removes.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeAtomically } from "./atomic_write.ts";
 *
 * const steps: string[] = [];
 * const note = (step: string): Promise<void> => Promise.resolve(void steps.push(step));
 * const file = { write: () => note("write").then(() => 1), sync: () => note("sync"), close: () => {} };
 * await writeAtomically("run/step", Uint8Array.of(1), {
 *   open: () => Promise.resolve(file),
 *   rename: () => note("rename"),
 *   remove: () => note("remove"),
 * });
 * assertEquals(steps, ["write", "sync", "rename"]);
 * ```
 *
 * @param path the file; its folder must exist
 * @param bytes all that the file is to hold
 * @param disk what writes, `Deno` by default
 * @throws what `Deno` throws if the file cannot be written or replaced; then the old file is as it was, and the
 * temporary one is removed
 */
export async function writeAtomically(path: string, bytes: Uint8Array, disk: Disk = Deno): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await writeNew(temporary, bytes, disk);
    await disk.rename(temporary, path);
  } catch (error) {
    // It may not have been made; and why the write failed matters more than why this does.
    await disk.remove(temporary).catch(() => {});
    throw error;
  }
}

/** Whether a name is one that {@link writeAtomically} gives to a file which it has not written to the end. */
export function isUnfinished(name: string): boolean {
  return /.\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.test(name);
}

/**
 * Removes what processes left in a folder that were killed while they wrote. No other process may be writing there.
 *
 * @throws (rejects) what `Deno` throws if the folder cannot be read, or a file not removed
 */
export async function removeUnfinished(folder: string): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && isUnfinished(name)) await Deno.remove(`${folder}/${name}`);
  }
}
