/**
 * Reading a file of which nothing is known: it may be a FIFO that never ends, or larger than memory.
 *
 * @module
 */

import { DataError } from "./error.ts";

/** The most bytes that a file of data may have, and decompress to: 2 GiB. */
export const MOST = 2 ** 31;

/** How many bytes a look at a file is given, where it has so many. */
export const HEAD = 1024;

/** What is no file, in words; null for a file, and for a folder, of which the system says so itself. */
function otherKind({ isFile, isDirectory, isFifo, isSocket }: Deno.FileInfo): string | null {
  if (isFile || isDirectory) return null;
  return isFifo ? "a FIFO" : isSocket ? "a socket" : "a device";
}

/**
 * The bytes of a file.
 *
 * @param path the file
 * @param name what messages call it
 * @param most how many bytes it may have
 * @param look sees the first bytes and the size before the rest is read, and may throw
 * @throws (rejects) DataError if it is no file, or larger; what the system throws if it cannot be read
 */
export async function readBounded(
  path: string,
  name: string,
  most: number,
  look: (head: Uint8Array, size: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const info = await Deno.stat(path);
  const kind = otherKind(info);
  if (kind !== null) throw new DataError(name, `must be a file, but is ${kind}`);
  if (info.size > most) throw new DataError(name, `must have at most ${most} bytes, but has ${info.size}`);
  using file = await Deno.open(path);
  const head = new Uint8Array(Math.min(HEAD, info.size));
  const begun = await fill(file, head, 0);
  look(head.subarray(0, begun), info.size);
  const bytes = new Uint8Array(info.size);
  bytes.set(head);
  return bytes.subarray(0, await fill(file, bytes, begun));
}

/** Reads into bytes from a place on, as far as the file goes. @returns where it ended */
async function fill(file: Deno.FsFile, bytes: Uint8Array, from: number): Promise<number> {
  for (let at = from;;) {
    const more = at < bytes.length ? await file.read(bytes.subarray(at)) : null;
    if (more === null) return at;
    at += more;
  }
}
