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

/**
 * The content of a gzip file; bytes that do not begin like one (1f 8b) are returned as they are.
 *
 * @param bytes the file's bytes
 * @param file the file's name, for the message
 * @throws DataError if the file begins like gzip but is corrupt, cut short, or followed by other bytes
 */
export async function gunzip(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await through(bytes, new DecompressionStream("gzip"));
  } catch (cause) {
    const why =
      "it begins with 1f 8b as gzip does and is then corrupt, cut short, or followed by other bytes";
    throw new DataError(file, `must be one whole gzip file or plain IDX, but ${why}`, { cause });
  }
}
