/**
 * The files that the gate leaves, and the folder that it leaves them in.
 *
 * @module
 */

import { DataError } from "../../lib/data/error.ts";
import { LOCK, lock } from "../../lib/data/lock.ts";
import { isOsError, osReason } from "../../lib/data/os_error.ts";
import { removeUnfinished } from "../../lib/training/atomic_write.ts";
import { assertRoom, type Disk, writeTogether } from "../../lib/training/write_together.ts";
import { evidenceJson, type GateEvidence } from "./evidence.ts";
import { evidenceJunit } from "./junit.ts";
import { evidenceMarkdown } from "./markdown.ts";
import { evidencePage } from "./page.tsx";

const FILES = {
  "evidence.json": evidenceJson,
  "evidence.md": evidenceMarkdown,
  "junit.xml": evidenceJunit,
  "index.html": evidencePage,
} as const;

/** The text of every file that the gate writes, by name. */
export function evidenceFiles(evidence: GateEvidence): ReadonlyMap<string, string> {
  return new Map(Object.entries(FILES).map(([name, text]) => [name, text(evidence)]));
}

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
 * Makes a folder, locks it against other gates, removes unfinished files of gates that were killed, and checks that evidence
 * will fit.
 *
 * @param disk the file operations, `Deno` by default
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
  for (const name of Object.keys(FILES)) {
    bytes += await Deno.stat(`${folder}/${name}`).then(({ size }) => size, () => 0);
  }
  return bytes;
}

/** Runs work that writes to a folder. @throws (rejects) DataError for an error of the operating system */
async function writing<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isOsError(error)) throw error;
    throw new DataError(folder, `cannot be written: ${osReason(error)}`, { cause: error });
  }
}
