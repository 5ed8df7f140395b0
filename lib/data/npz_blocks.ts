/**
 * An array of a .npz archive that is larger than memory: decompressed once, and kept in blocks that are compressed each for itself, so
 * that any image can be had without those before it.
 *
 * @module
 */

import { MOST } from "./bounded_file.ts";
import type { PixelReader } from "./dataset.ts";
import { DataError } from "./error.ts";
import { sha256 } from "./fingerprint.ts";
import { inflate, zlib } from "./inflate.ts";
import { npyHeader } from "./npy.ts";
import { npzEntry } from "./npz.ts";

/** How many bytes a block has at most before it is compressed, but for images that are larger. */
const BLOCK = 2 ** 16;

/** An array of images in compressed blocks. */
export interface Blocks {
  /** The images by index, as they are in the array. */
  readonly reader: PixelReader;
  readonly shape: readonly number[];
  /** The bytes of all blocks, compressed. */
  readonly held: number;
  /** The bytes of the largest block, decompressed. */
  readonly largest: number;
  /** The greatest byte. */
  readonly greatest: number;
  /** The SHA-256 of the archive. */
  readonly digest: string;
}

/** The bytes of an entry of an archive, a piece at a time. */
async function* piecesOf(data: Uint8Array, deflated: boolean, place: string): AsyncGenerator<Uint8Array> {
  if (!deflated) {
    for (let at = 0; at < data.length; at += BLOCK) yield data.subarray(at, at + BLOCK);
    return;
  }
  const stream = new Blob([Uint8Array.from(data)]).stream().pipeThrough(
    new DecompressionStream("deflate-raw"),
  );
  try {
    yield* stream;
  } catch (cause) {
    throw new DataError(place, "its data are corrupt or cut short: download the archive again", { cause });
  }
}

/**
 * The images of an array `[count, …]` of bytes in an archive.
 *
 * @param archive the archive's bytes
 * @param name the array's name, without `.npy`
 * @param file the archive's name, for messages
 * @throws (rejects) DataError if the array is damaged, is not of bytes in C's order, or needs more than 2 GiB when it is compressed
 */
export async function npzBlocks(archive: Uint8Array, name: string, file: string): Promise<Blocks> {
  const place = `${file}, ${name}.npy`;
  const { data, deflated, crc, head } = npzEntry(archive, name, file);
  const header = npyHeader(head, place, Infinity);
  if (header.size !== 1 || !["u", "b"].includes(header.kind) || header.order !== "C") {
    const found = header.order === "C" ? `${header.kind}${header.size}` : "in Fortran's";
    throw new DataError(
      place,
      `images that are larger than memory must be bytes in C's order, but they are ${found}: save them as .astype("uint8")`,
    );
  }
  const [count = 0, ...rest] = header.shape, size = rest.reduce((product, n) => product * n, 1);
  const perBlock = Math.max(1, Math.floor(BLOCK / size)), length = perBlock * size;
  const blocks: Uint8Array[] = [];
  let [checksum, read, greatest, held] = [0, 0, 0, 0];
  let open = new Uint8Array(length), filled = 0;
  const close = (): void => {
    const block = zlib().deflateRawSync(open.subarray(0, filled), { level: 1 });
    held += block.length;
    if (held > MOST) {
      throw new DataError(
        place,
        `its images need more than ${MOST} bytes when they are compressed: save fewer of them`,
      );
    }
    blocks.push(Uint8Array.from(block));
    [open, filled] = [new Uint8Array(length), 0];
  };
  for await (const piece of piecesOf(data, deflated, place)) {
    checksum = zlib().crc32(piece, checksum);
    let at = Math.min(piece.length, Math.max(0, header.start - read));
    read += piece.length;
    if (read > header.whole) throw new DataError(place, "its array has more values than its header says");
    while (at < piece.length) {
      const part = piece.subarray(at, at + length - filled);
      for (const byte of part) if (byte > greatest) greatest = byte;
      open.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === length) close();
    }
  }
  if (filled > 0) close();
  if (read !== header.whole) {
    throw new DataError(
      place,
      `an array of ${header.shape.join(" × ")} needs ${header.whole} bytes, but it has ${read}`,
    );
  }
  if (checksum !== crc) {
    throw new DataError(
      place,
      "its checksum is that of other data, so it is corrupt: download the archive again",
    );
  }
  const reader: PixelReader = {
    read: (indices) => {
      const out = new Uint8Array(indices.length * size);
      // Images of one block are taken together, so that it is decompressed once.
      const order = Array.from(indices, (_, i) => i).sort((a, b) => indices[a]! - indices[b]!);
      let [current, bytes] = [-1, new Uint8Array(0)];
      for (const i of order) {
        const block = Math.floor(indices[i]! / perBlock), within = (indices[i]! % perBlock) * size;
        if (block !== current) {
          const found = inflate(blocks[block]!, length);
          if (typeof found === "string") throw new DataError(place, `block ${block} in memory is ${found}`);
          [current, bytes] = [block, found.bytes];
        }
        out.set(bytes.subarray(within, within + size), i * size);
      }
      return out;
    },
  };
  const digest = sha256().update(archive).digest("hex");
  return { reader, shape: [count, ...rest], held, largest: Math.min(length, count * size), greatest, digest };
}
