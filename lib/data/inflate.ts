/**
 * Decompression with a bound, as gzip files and zip archives need it.
 *
 * @module
 */

import { DataError } from "./error.ts";

/**
 * Node's zlib, which Deno has as well. It is asked for when it is needed: an import would keep bundlers from making a page of
 * what does without.
 *
 * @throws DataError where there is none
 */
export function zlib(): typeof import("node:zlib") {
  const found = globalThis.process?.getBuiltinModule?.("node:zlib");
  if (found !== undefined) return found;
  throw new DataError(
    "compressed data",
    "need node:zlib, which this platform lacks: unpack gzip by " +
      'stream.pipeThrough(new DecompressionStream("gzip")) first',
  );
}

/** Compressed data, decompressed. */
export interface Inflated {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How many compressed bytes they were. */
  readonly used: number;
}

/** What Node's function gives where it is asked for `info`, which its types leave out. */
interface WithInfo {
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly engine: { readonly bytesWritten: number };
}

/** Bytes that are made at a time: pieces of Node's default, 16 KiB, take twice the time (47 MB: .31 s, .17 s). */
const CHUNK = 2 ** 16;

/**
 * Decompresses one stream of raw deflate data; bytes may follow it.
 *
 * @param most how many bytes may come out; decompression stops there
 * @returns why there is no result, where there is none
 */
export function inflate(
  compressed: Uint8Array,
  most: number,
): Inflated | "too long" | "cut short" | "corrupt" {
  const { inflateRawSync } = zlib();
  try {
    const options = { info: true, maxOutputLength: Math.max(1, most), chunkSize: CHUNK };
    const { buffer, engine } = inflateRawSync(compressed, options) as unknown as WithInfo;
    if (buffer.length > most) return "too long";
    // A Buffer's slice is no copy, so that it must not get out.
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
    return { bytes, used: engine.bytesWritten };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ERR_BUFFER_TOO_LARGE") return "too long";
    if (code === "Z_BUF_ERROR") return "cut short";
    if (code === "Z_DATA_ERROR" || code === "Z_NEED_DICT") return "corrupt";
    throw error;
  }
}

/** The first bytes of what is compressed, as far as they can be had: at most 4 MiB. */
export function inflateStart(compressed: Uint8Array): Uint8Array {
  const { constants, inflateRawSync } = zlib();
  try {
    const start = inflateRawSync(compressed.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH });
    return new Uint8Array(start.buffer, start.byteOffset, start.length);
  } catch {
    return new Uint8Array(0);
  }
}

/** Bytes one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
