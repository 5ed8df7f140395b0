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
  const head = await readUpTo(file, Math.min(HEAD, info.size));
  look(head, info.size);
  const rest = await readUpTo(file, info.size - head.length);
  const bytes = new Uint8Array(head.length + rest.length);
  bytes.set(head);
  bytes.set(rest, head.length);
  return bytes;
}

/** The next bytes of a file, fewer where it ends before. */
async function readUpTo(file: Deno.FsFile, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  let length = 0;
  while (length < size) {
    const more = await file.read(bytes.subarray(length));
    if (more === null) break;
    length += more;
  }
  return bytes.subarray(0, length);
}
