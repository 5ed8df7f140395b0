/**
 * Gzip files (RFC 1952), of one member or of many.
 *
 * @module
 */

import { HEAD } from "./bounded_file.ts";
import { DataError } from "./error.ts";
import { inflate, inflateStart, joined, zlib } from "./inflate.ts";

/** The bytes as one gzip file. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Whether bytes begin as a gzip file does: 1f 8b. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** How many bytes may come out whatever the content says, so that small files which are corrupt are called that. */
const UNCHECKED = 2 ** 24;

/** Flags of a member's header. */
const [HAS_CRC, HAS_EXTRA, HAS_NAME, HAS_COMMENT, RESERVED] = [2, 4, 8, 16, 0xe0];

/** Where the data of the member that begins at `at` begin; null if the header is cut short, NaN if it is no header. */
function dataOf(bytes: Uint8Array, at: number): number | null {
  const begins = [0x1f, 0x8b, 8].every((byte, i) => at + i >= bytes.length || bytes[at + i] === byte);
  const flags = bytes[at + 3] ?? 0;
  if (!begins || flags & RESERVED) return NaN;
  let data = at + 10;
  if (flags & HAS_EXTRA) data += 2 + (bytes[data] ?? 0) + 256 * (bytes[data + 1] ?? 0);
  for (const text of [HAS_NAME, HAS_COMMENT]) {
    if (!(flags & text)) continue;
    const end = bytes.indexOf(0, data);
    if (end < 0) return null;
    data = end + 1;
  }
  if (flags & HAS_CRC) data += 2;
  return data < bytes.length ? data : null;
}

/**
 * The content of a gzip file; bytes that do not begin like one (1f 8b) are returned as they are.
 *
 * It reads what gzip reads: members one after the other are one content (as bgzip writes them, with a field of its own and
 * an empty member at the end), and zeros after the last member are ignored.
 *
 * @param bytes the file's bytes
 * @param file the file's name, for the message
 * @param most how many bytes the content may have, as its first bytes, 1024 where there are so many, tell; it may throw. It holds from 16 MiB on
 * @returns null where there are more than `most` and 16 MiB: the rest is not decompressed
 * @throws DataError if the file begins like gzip but is corrupt, cut short, or followed by other bytes; what `most`
 * throws, where more than 16 MiB come out
 */
export function gunzip(
  bytes: Uint8Array,
  file: string,
  most: (head: Uint8Array) => number,
): Uint8Array | null {
  if (!isGzip(bytes)) return bytes;
  const fail = (why: string): never => {
    throw new DataError(file, `must be one whole gzip file, but ${why}`);
  };
  const again = "download it again";
  const members: Uint8Array[] = [];
  let [length, at, bound] = [0, 0, UNCHECKED];
  let head = new Uint8Array(0);
  while (at < bytes.length) {
    const data = dataOf(bytes, at);
    if (data === null) return fail(`it is cut short: ${again}`);
    if (Number.isNaN(data)) {
      if (at > 0 && bytes.subarray(at).every((byte) => byte === 0)) break;
      return fail(
        at > 0 ? `${bytes.length - at} bytes that are none trail it` : `its header is corrupt: ${again}`,
      );
    }
    const compressed = bytes.subarray(data);
    if (head.length < HEAD) {
      head = joined([head.subarray(0, length), inflateStart(compressed)]).slice(0, HEAD);
      bound = boundOf(head, most);
    }
    const member = inflate(compressed, bound - length);
    if (member === "too long") {
      most(head);
      return null;
    }
    if (member === "corrupt") return fail(`its data are corrupt: ${again}`);
    const trailer = member === "cut short" ? bytes.length : data + member.used;
    if (member === "cut short" || trailer + 8 > bytes.length) return fail(`it is cut short: ${again}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset + trailer, 8);
    const isWhole = view.getUint32(0, true) === zlib().crc32(member.bytes) &&
      view.getUint32(4, true) === member.bytes.length % 2 ** 32;
    if (!isWhole) return fail(`its checksum is that of other data, so it is corrupt: ${again}`);
    members.push(member.bytes);
    length += member.bytes.length;
    at = trailer + 8;
  }
  return members.length === 1 ? members[0]! : joined(members);
}

/** How many bytes may come out. */
function boundOf(head: Uint8Array, most: (head: Uint8Array) => number): number {
  try {
    return Math.max(UNCHECKED, most(head));
  } catch {
    return UNCHECKED;
  }
}
