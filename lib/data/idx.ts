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
import { gunzip, isGzip } from "./gzip.ts";

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

type Kind = "images" | "labels";

/** Types of values, by their byte in the magic number. */
const TYPES = {
  8: { name: "unsigned bytes", size: 1 },
  12: { name: "signed 32-bit numbers", size: 4 },
} as const;

/** A type of values with a number of axes, as the magic number has them. */
type Layout = readonly [type: keyof typeof TYPES, axes: number];

/** What images and labels may be: QMNIST's labels are 32-bit numbers `[count, 8]`, of which the first is the class. */
const LAYOUTS: Readonly<Record<Kind, readonly Layout[]>> = {
  images: [[8, 3]],
  labels: [[8, 1], [12, 1], [12, 2]],
};

/** The names of the axes. */
const AXES: Readonly<Record<Kind, readonly string[]>> = {
  images: ["count", "height", "width"],
  labels: ["count", "columns"],
};

/** What a header says. */
interface Header {
  readonly type: keyof typeof TYPES;
  readonly sizes: readonly number[];
  /** How many bytes the header has. */
  readonly length: number;
  /** How many bytes the file has. */
  readonly whole: number;
}

const hex = (bytes: ArrayLike<number>): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** A magic number as text, with its meaning where it is that of known values. */
function magicText(magic: ArrayLike<number>): string {
  const [zero, zeroToo, type, axes] = Array.from(magic);
  const known = zero === 0 && zeroToo === 0 ? TYPES[type as keyof typeof TYPES] : undefined;
  return hex(magic) + (known ? ` (${known.name} on ${axes} ${axes === 1 ? "axis" : "axes"})` : "");
}

/**
 * What the header of an IDX file says.
 *
 * @param head the file's first bytes, its header at least where it has so many
 * @throws DataError if the header is another, is cut short, or tells of nothing or of too much
 */
function headerOf(head: Uint8Array, file: string, kind: Kind): Header {
  const fail = (why: string): never => {
    throw new DataError(file, why);
  };
  const magic = head.subarray(0, 4);
  const layout = LAYOUTS[kind].find(([type, axes]) =>
    [0, 0, type, axes].every((byte, i) => byte === magic[i])
  );
  if (magic.length === 4 && layout === undefined) {
    const required = LAYOUTS[kind].map(([type, axes]) => magicText([0, 0, type, axes])).join(" or ");
    fail(`an IDX file of ${kind} must begin with ${required}, but it begins with ${magicText(magic)}`);
  }
  const [type, axes] = layout ?? LAYOUTS[kind][0]!;
  const length = 4 + 4 * axes;
  if (head.length < length) {
    fail(
      `the header of an IDX file of ${kind} has ${length} bytes, but the file has ${head.length}: it is cut short`,
    );
  }
  const view = new DataView(head.buffer, head.byteOffset, length);
  const sizes = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  sizes.forEach((size, axis) => {
    if (size === 0) fail(`${AXES[kind][axis]} must be at least 1, but it is 0`);
  });
  const whole = length + sizes.reduce((product, size) => product * size, TYPES[type].size);
  const header = { type, sizes, length, whole };
  if (whole > MOST) fail(`${needText(header, kind)}, but at most ${MOST} are read`);
  return header;
}

/** "2 images of 28 × 28 need 1584 bytes". */
function needText({ sizes: [count, ...shape], whole }: Header, kind: Kind): string {
  const shaped = shape.length > 0 ? ` of ${shape.join(" × ")}` : "";
  return `${count} ${kind}${shaped} need ${whole} bytes`;
}

/**
 * Requires that a file has as many bytes as its header says.
 *
 * @param length how many it has; null where it has more, and nobody knows how many
 * @throws DataError if it has another number
 */
function assertLength(header: Header, length: number | null, file: string, kind: Kind): void {
  if (length === header.whole) return;
  const excess = length === null ? null : length - header.whole;
  const found = excess === null
    ? "bytes trail"
    : excess < 0
    ? "it is cut short, so download it again"
    : excess === 1
    ? "1 byte trails"
    : `${excess} bytes trail`;
  throw new DataError(file, `${needText(header, kind)}, but the file has ${length ?? "more"}: ${found}`);
}

/**
 * Requires of a file of which the first bytes are known, and how many it has, that it is a whole IDX file, or may be a
 * gzipped one.
 *
 * @throws DataError if it is not
 */
export function assertWholeIdx(head: Uint8Array, length: number, file: string, kind: Kind): void {
  if (!isGzip(head)) assertLength(headerOf(head, file, kind), length, file, kind);
}

/** The header and the values of an IDX file, gzipped or not. */
function parse(
  bytes: Uint8Array,
  file: string,
  kind: Kind,
): Header & { readonly values: Uint8Array<ArrayBuffer> } {
  let first = bytes;
  const plain = gunzip(bytes, file, (head) => headerOf(first = head, file, kind).whole);
  const header = headerOf(plain ?? first, file, kind);
  assertLength(header, plain?.length ?? null, file, kind);
  return { ...header, values: plain!.slice(header.length) };
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
 * assertEquals(parseIdxImages(file, "two-pixels"), images);
 * assertEquals(parseIdxLabels(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7), "one-label"), Int32Array.of(7));
 * ```
 *
 * @param bytes the file's bytes; they are copied
 * @param file the file's name, for the message
 * @throws DataError if the gzip data are corrupt, the magic number is another, an axis is empty, or the file is
 * longer or shorter than its header says
 */
export function parseIdxImages(bytes: Uint8Array, file: string): IdxImages {
  const { sizes: [count, height, width], values } = parse(bytes, file, "images");
  return { images: values, count: count!, height: height!, width: width! };
}

/**
 * The labels of an IDX file, gzipped or not: unsigned bytes `[count]` (magic number 00 00 08 01), or signed 32-bit numbers
 * `[count]` or `[count, columns]` (00 00 0c 01, 00 00 0c 02), of which the first column is the class, as in QMNIST.
 *
 * @param bytes the file's bytes; they are copied
 * @param file the file's name, for the message
 * @returns labels `[count]`, whole numbers
 * @throws DataError as `parseIdxImages` does
 */
export function parseIdxLabels(bytes: Uint8Array, file: string): Int32Array {
  const { type, sizes: [count, columns = 1], values } = parse(bytes, file, "labels");
  if (type === 8) return Int32Array.from(values);
  const view = new DataView(values.buffer);
  return Int32Array.from({ length: count! }, (_, i) => view.getInt32(4 * columns * i));
}
