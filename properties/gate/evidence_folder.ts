/**
 * The folder that the gate leaves its evidence in.
 *
 * @module
 */

import { DataError } from "../../lib/data/error.ts";
import { LOCK, lock } from "../../lib/data/lock.ts";
import { isOsError, osReason } from "../../lib/data/os_error.ts";
import { removeUnfinished } from "../../lib/training/atomic_write.ts";
import { assertRoom, type Disk, writeTogether } from "../../lib/training/write_together.ts";
import { FILES } from "./files.ts";

/** A folder that no other gate writes until it is disposed of. */
export interface EvidenceFolder extends AsyncDisposable {
  /**
   * Writes files by name, all or none.
   *
   * @throws (rejects) DataError if one cannot be written
   */
  write(files: ReadonlyMap<string, string>): Promise<void>;
}

/** The least number of bytes that must fit. */
const LEAST = 2 ** 20;

/**
 * Makes a folder, keeps other gates from writing there, sweeps what killed ones left, and finds whether evidence will fit.
 *
 * @param disk what writes, `Deno` by default
 * @throws (rejects) DataError if another gate has it, or it cannot be written or is full
 */
export async function openEvidenceFolder(folder: string, disk: Disk = Deno): Promise<EvidenceFolder> {
  const held = await writing(folder, async () => {
    await Deno.mkdir(folder, { recursive: true });
    return await lock(`${folder}/${LOCK}`, folder);
  });
  try {
    await writing(folder, async () => {
      await removeUnfinished(folder);
      // While new evidence is given its names, copies of the last one are kept.
      await assertRoom(folder, Math.max(LEAST, 2 * await lastSize(folder)), disk);
    });
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  }
  const encoder = new TextEncoder();
  return {
    write: (files) =>
      writing(folder, () =>
        writeTogether(
          new Map([...files].map(([name, text]) => [`${folder}/${name}`, encoder.encode(text)])),
          disk,
        )),
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}

/** How many bytes the last evidence has. */
async function lastSize(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of FILES) {
    bytes += await Deno.stat(`${folder}/${name}`).then(({ size }) => size, () => 0);
  }
  return bytes;
}

/** Does what writes to a folder. @throws (rejects) DataError for what the system refuses */
async function writing<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isOsError(error)) throw error;
    throw new DataError(folder, `cannot be written: ${osReason(error)}`, { cause: error });
  }
}
