/**
 * Gzip, by the platform's own streams.
 *
 * @module
 */

import { DataError } from "./error.ts";

/** All bytes that come out of `transform` when `bytes` go in. */
async function through(
  bytes: Uint8Array,
  transform: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The bytes as one gzip file. */
export function gzip(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return through(bytes, new CompressionStream("gzip"));
}

/** How many compressed bytes are taken at a time: they become at most 8 MiB. */
const PIECE = 8192;

/** How many bytes come out unchecked, so that small files which are corrupt are called that. */
const UNCHECKED = 2 ** 24;

/** How many of the first bytes are shown to a check. */
const HEAD = 64;

/** The bytes in pieces. */
function* pieces(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.slice(at, at + PIECE);
}

/**
 * The content of a gzip file; bytes that do not begin like one (1f 8b) are returned as they are.
 *
 * @param bytes the file's bytes
 * @param file the file's name, for the message
 * @param check is called when more than 16 MiB have come out, and then on, with the first 64 of them and their number so
 * far; it may throw, so that a file which holds more than it should is not decompressed to the end
 * @throws DataError if the file begins like gzip but is corrupt, cut short, or followed by other bytes; what `check` throws
 */
export async function gunzip(
  bytes: Uint8Array,
  file: string,
  check: (head: Uint8Array, length: number) => void = () => {},
): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const source = ReadableStream.from(pieces(bytes)).pipeThrough(new DecompressionStream("gzip"));
  const reader = source.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  let head = new Uint8Array(0);
  for (;;) {
    let read: ReadableStreamReadResult<Uint8Array<ArrayBuffer>>;
    try {
      read = await reader.read();
    } catch (cause) {
      const why =
        "it begins with 1f 8b as gzip does and is then corrupt, cut short, or followed by other bytes";
      throw new DataError(file, `must be one whole gzip file or plain IDX, but ${why}`, { cause });
    }
    if (read.done) break;
    parts.push(read.value);
    length += read.value.length;
    if (head.length < HEAD) head = Uint8Array.of(...head, ...read.value.subarray(0, HEAD - head.length));
    if (length <= UNCHECKED) continue;
    try {
      check(head, length);
    } catch (error) {
      await reader.cancel();
      throw error;
    }
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
