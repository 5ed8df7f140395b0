/**
 * IDX files, the format that MNIST is published in: a magic number (0, 0, the type of a value, the number of
 * axes), the size of each axis as a big-endian 32-bit number, and the values.
 *
 * Source: Y. LeCun, C. Cortes, C. J. C. Burges, *The MNIST database of handwritten digits* ("File formats").
 *
 * @module
 */

import { MOST } from "./bounded_file.ts";
import { DataError } from "./error.ts";
import { gunzip } from "./gzip.ts";

/** Images as an IDX file holds them: bytes `[count, height, width]`, 0 (background) to 255. */
export interface IdxImages {
  /** Pixels `[count, height, width]` in row-major order, whole numbers from 0 to 255. */
  readonly images: Uint8Array;
  /** The number of images. */
  readonly count: number;
  /** Rows of an image. */
  readonly height: number;
  /** Columns of an image. */
  readonly width: number;
}

const UNSIGNED_BYTE = 8;

/** The magic number as text, with its meaning where it is one of unsigned bytes. */
function magicText(magic: Uint8Array): string {
  const hex = [...magic].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const [zero, zeroToo, type, axes] = magic;
  if (zero !== 0 || zeroToo !== 0 || type !== UNSIGNED_BYTE) return hex;
  return `${hex} (unsigned bytes on ${axes} ${axes === 1 ? "axis" : "axes"})`;
}

/** The sizes of axes by kind, as the header has them. */
const AXES = { images: ["count", "height", "width"], labels: ["count"] } as const;
type Kind = keyof typeof AXES;

/** How many bytes the header of a kind has. */
const headerOf = (kind: Kind): number => 4 + 4 * AXES[kind].length;

/**
 * The sizes in the header of an IDX file of unsigned bytes, held to the length of the file.
 *
 * @param head its first bytes, the header at least where it has so many
 * @param length how many bytes the file has; null where it has more than there should be
 * @throws DataError if the header is another, or the file longer or shorter than it says
 */
function sizesIn(head: Uint8Array, length: number | null, file: string, kind: Kind): number[] {
  const fail = (why: string): never => {
    throw new DataError(file, why);
  };
  const axes = AXES[kind];
  const has = `but the file has ${length ?? "more"}`;
  const header = headerOf(kind);
  const required = Uint8Array.of(0, 0, UNSIGNED_BYTE, axes.length);
  const magic = head.subarray(0, 4);
  if (magic.length === 4 && magic.some((byte, i) => byte !== required[i])) {
    fail(
      `an IDX file of ${kind} must begin with ${magicText(required)}, but it begins with ${magicText(magic)}`,
    );
  }
  if (head.length < header) {
    fail(`the header of an IDX file of ${kind} has ${header} bytes, ${has}: it is cut short`);
  }
  const sizes = wordsOf(head, kind);
  sizes.forEach((size, axis) => {
    if (size === 0) fail(`${axes[axis]} must be at least 1, but it is 0`);
  });
  const [count, ...shape] = sizes;
  const need = needOf(sizes, kind);
  if (length !== need) {
    const excess = length === null ? null : length - need;
    const found = excess === null
      ? "bytes trail"
      : excess < 0
      ? "it is cut short"
      : excess === 1
      ? "1 byte trails"
      : `${excess} bytes trail`;
    const of = shape.length > 0 ? ` of ${shape.join(" × ")}` : "";
    const needs = `${count} ${kind}${of} need ${need} bytes`;
    fail(
      length === null && need > MOST
        ? `${needs}, but at most ${MOST} are read`
        : `${needs}, ${has}: ${found}`,
    );
  }
  return sizes;
}

/** The sizes as a header has them. */
function wordsOf(head: Uint8Array, kind: Kind): number[] {
  const view = new DataView(head.buffer, head.byteOffset, headerOf(kind));
  return AXES[kind].map((_, axis) => view.getUint32(4 + 4 * axis));
}

/** How many bytes a file of these sizes has. */
const needOf = (sizes: readonly number[], kind: Kind): number =>
  headerOf(kind) + sizes.reduce((product, size) => product * size, 1);

/**
 * Requires of a file of which the first bytes are known, and how many it has, that it is a whole IDX file, or may be a
 * gzipped one.
 *
 * @throws DataError if it is not
 */
export function assertWholeIdx(head: Uint8Array, length: number, file: string, kind: Kind): void {
  if (head[0] !== 0x1f || head[1] !== 0x8b) sizesIn(head, length, file, kind);
}

/** The sizes and the values of an IDX file of unsigned bytes, gzipped or not. */
async function parse(
  bytes: Uint8Array,
  file: string,
  kind: Kind,
): Promise<{ sizes: number[]; values: Uint8Array }> {
  const header = headerOf(kind);
  const plain = await gunzip(bytes, file, (head, length) => {
    const need = needOf(wordsOf(head, kind), kind);
    const isOther = head[2] !== UNSIGNED_BYTE || head[3] !== AXES[kind].length;
    if (isOther || length > need || need > MOST) sizesIn(head, null, file, kind);
  });
  const sizes = sizesIn(plain, plain.length, file, kind);
  return { sizes, values: plain.slice(header) };
}

/**
 * The images of an IDX file (magic number 00 00 08 03), gzipped or not.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type IdxImages, parseIdxImages, parseIdxLabels } from "./idx.ts";
 *
 * const images: IdxImages = { images: Uint8Array.of(0, 255), count: 1, height: 1, width: 2 };
 * const file = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255);
 * assertEquals(await parseIdxImages(file, "two-pixels"), images);
 * assertEquals(await parseIdxLabels(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7), "one-label"), Uint8Array.of(7));
 * ```
 *
 * @param bytes the file's bytes; they are copied
 * @param file the file's name, for the message
 * @throws DataError if the gzip data are corrupt, the magic number is another, an axis is empty, or the file is
 * longer or shorter than its header says
 */
export async function parseIdxImages(bytes: Uint8Array, file: string): Promise<IdxImages> {
  const { sizes: [count, height, width], values } = await parse(bytes, file, "images");
  return { images: values, count: count!, height: height!, width: width! };
}

/**
 * The labels of an IDX file (magic number 00 00 08 01), gzipped or not.
 *
 * @param bytes the file's bytes; they are copied
 * @param file the file's name, for the message
 * @returns labels `[count]`, 0 to 9
 * @throws DataError as `parseIdxImages` does, and if a label is above 9
 */
export async function parseIdxLabels(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  const { values } = await parse(bytes, file, "labels");
  const wrong = values.findIndex((label) => label > 9);
  if (wrong >= 0) {
    throw new DataError(file, `labels must be 0 to 9, but label ${wrong} (from 0) is ${values[wrong]}`);
  }
  return values;
}
