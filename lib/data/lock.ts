/**
 * A folder that one process writes at a time: a lock of the operating system on a file, which ends with the process.
 *
 * @module
 */

import { DataError } from "./error.ts";

/** The file in a run's folder that is locked. */
export const LOCK = ".lock";
/** What a lock that processes share holds in place of a process. */
const SHARED = "shared\n";

/** Whether an open file is still the one at its path: another process may have removed it between opening and locking. */
async function isAt(path: string, file: Deno.FsFile): Promise<boolean> {
  try {
    const [there, here] = [await Deno.stat(path), await file.stat()];
    return there.ino === here.ino && there.dev === here.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * What the holder of a lock wrote about itself; "another process" where that cannot be read, as on Windows. Null if it
 * has just ended.
 */
async function holderOf(path: string): Promise<string | null> {
  // Between locking and writing it takes a moment.
  for (let tries = 0; tries < 20; tries++) {
    try {
      const text = await Deno.readTextFile(path);
      if (text === SHARED) return "processes that share it";
      const [, pid, since] = /^(\d+) (\S+)\n$/.exec(text) ?? [];
      if (pid !== undefined) return `process ${pid} since ${since}`;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return "another process";
}

/** Frees a lock and removes its file, in this order on Windows, which removes no open file. */
async function free(path: string, file: Deno.FsFile): Promise<void> {
  // Whoever opened the file meanwhile finds that it is gone, and opens a new one.
  const removed = await Deno.remove(path).then(() => true, () => false);
  file.close();
  if (!removed) await Deno.remove(path).catch(() => {});
}

/** Frees a shared lock; the last of its holders removes the file. */
async function freeShared(path: string, file: Deno.FsFile): Promise<void> {
  if (await file.tryLock(true) && await isAt(path, file)) await free(path, file);
  else file.close();
}

/** Requires that nothing but a file is at the path of a lock: a link would lead to what the lock's holder writes over. */
async function assertOwn(path: string, folder: string): Promise<void> {
  try {
    if ((await Deno.lstat(path)).isSymlink) {
      throw new DataError(
        folder,
        `its ${path.replace(/^.*\//, "")} must be a file, but is a link: remove it`,
      );
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Locks a file, which is made, until it is disposed of or this process ends. A shared lock keeps out exclusive ones alone.
 *
 * @param path the file
 * @param folder what is protected, for the message
 * @returns null if another process has it
 * @throws (rejects) DataError if a link is at its path; what the system throws if it cannot be written
 */
export async function tryLock(
  path: string,
  folder: string,
  kind: "exclusive" | "shared" = "exclusive",
): Promise<AsyncDisposable | null> {
  for (;;) {
    await assertOwn(path, folder);
    const file = await Deno.open(path, { read: true, write: true, create: true });
    try {
      const locked = await file.tryLock(kind === "exclusive");
      if (locked && await isAt(path, file)) {
        const holder = kind === "shared" ? SHARED : `${Deno.pid} ${new Date().toISOString()}\n`;
        await file.truncate();
        await file.write(new TextEncoder().encode(holder));
        const release = kind === "shared" ? freeShared : free;
        return { [Symbol.asyncDispose]: () => release(path, file) };
      }
      file.close();
      if (!locked) return null;
    } catch (error) {
      file.close();
      throw error;
    }
  }
}

/**
 * Locks a file for this process alone; see {@link tryLock}.
 *
 * @throws (rejects) DataError that names the process which has it; what the system throws if it cannot be written
 */
export async function lock(path: string, folder: string): Promise<AsyncDisposable> {
  for (;;) {
    const held = await tryLock(path, folder);
    if (held !== null) return held;
    const holder = await holderOf(path);
    if (holder !== null) {
      throw new DataError(folder, `is being written by ${holder}: wait for the end, or stop it`);
    }
  }
}
