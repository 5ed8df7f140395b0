/**
 * Writing IDX files: the inverse of `idx.ts`, for fixtures and for fingerprints.
 *
 * @module
 */

import type { IdxImages } from "./idx.ts";

const [UNSIGNED_BYTE, SIGNED_WORD] = [0x08, 0x0c];

/** 32-bit numbers, the highest byte first. */
function bigEndian(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setInt32(4 * i, value));
  return new Uint8Array(view.buffer);
}

/** Header and values of an IDX file. */
function encode(
  sizes: readonly number[],
  values: Uint8Array,
  type: number = UNSIGNED_BYTE,
): Uint8Array<ArrayBuffer> {
  const header = 4 + 4 * sizes.length;
  const bytes = new Uint8Array(header + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 256 * type + sizes.length);
  sizes.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  bytes.set(values, header);
  return bytes;
}

/**
 * Images `[count, height, width]`, or `[count, height, width, channels]` of more channels than one, as the bytes of an IDX file
 * (not gzipped).
 *
 * @throws RangeError if there are not count · height · width pixels
 */
export function encodeIdxImages(
  { images, count, height, width, channels = 1 }: IdxImages & { readonly channels?: number },
): Uint8Array<ArrayBuffer> {
  const sizes = channels === 1 ? [count, height, width] : [count, height, width, channels];
  const needed = count * height * width * channels;
  if (images.length !== needed) {
    throw new RangeError(
      `encodeIdxImages: ${count} images of ${sizes.slice(1).join(" × ")} must have ${needed} pixels, ` +
        `but there are ${images.length}`,
    );
  }
  return encode(sizes, images);
}

/**
 * Labels `[count]` as the bytes of an IDX file (not gzipped): of unsigned bytes where all are 0 to 255, else of signed 32-bit
 * numbers.
 */
export function encodeIdxLabels(labels: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const values = Array.from(labels);
  if (values.every((label) => label >= 0 && label <= 255)) {
    return encode([values.length], Uint8Array.from(values));
  }
  return encode([values.length], bigEndian(values), SIGNED_WORD);
}
