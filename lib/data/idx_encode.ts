/**
 * Writing IDX files: the inverse of `idx.ts`, for fixtures and for fingerprints.
 *
 * @module
 */

import type { IdxImages } from "./idx.ts";
import { joined } from "./inflate.ts";

const [UNSIGNED_BYTE, SIGNED_WORD] = [0x08, 0x0c];

/** 32-bit numbers, the highest byte first. */
function bigEndian(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setInt32(4 * i, value));
  return new Uint8Array(view.buffer);
}

/** The header of an IDX file. */
function headerOf(sizes: readonly number[], type: number = UNSIGNED_BYTE): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * sizes.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 256 * type + sizes.length);
  sizes.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  return bytes;
}

/** The header of an IDX file of images: three axes, or four of images in colour. */
export const idxImagesHeader = (
  { count, height, width, channels = 1 }: Omit<IdxImages, "images"> & { readonly channels?: number },
): Uint8Array<ArrayBuffer> => headerOf([count, height, width, ...(channels === 1 ? [] : [channels])]);

/**
 * Images `[count, height, width]`, or `[count, height, width, channels]` of more channels than one, as the bytes of an IDX file
 * (not gzipped).
 *
 * @throws RangeError if there are not count · height · width pixels
 */
export function encodeIdxImages(
  set: IdxImages & { readonly channels?: number },
): Uint8Array<ArrayBuffer> {
  const { images, count, height, width, channels = 1 } = set;
  const sizes = [height, width, ...(channels === 1 ? [] : [channels])];
  const needed = count * height * width * channels;
  if (images.length !== needed) {
    throw new RangeError(
      `encodeIdxImages: ${count} images of ${sizes.join(" × ")} must have ${needed} pixels, ` +
        `but there are ${images.length}`,
    );
  }
  return joined([idxImagesHeader(set), images]);
}

/**
 * Labels `[count]` as the bytes of an IDX file (not gzipped): of unsigned bytes where all are 0 to 255, else of signed 32-bit
 * numbers.
 */
export function encodeIdxLabels(labels: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const values = Array.from(labels);
  if (values.every((label) => label >= 0 && label <= 255)) {
    return joined([headerOf([values.length]), Uint8Array.from(values)]);
  }
  return joined([headerOf([values.length], SIGNED_WORD), bigEndian(values)]);
}
