/**
 * Writing IDX files: the inverse of `idx.ts`, for fixtures and for fingerprints.
 *
 * @module
 */

import type { IdxImages } from "./idx.ts";

/** Header and values of an IDX file of unsigned bytes. */
function encode(sizes: readonly number[], values: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = 4 + 4 * sizes.length;
  const bytes = new Uint8Array(header + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + sizes.length);
  sizes.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  bytes.set(values, header);
  return bytes;
}

/**
 * Images `[count, height, width]` as the bytes of an IDX file (not gzipped).
 *
 * @throws RangeError if there are not count · height · width pixels
 */
export function encodeIdxImages({ images, count, height, width }: IdxImages): Uint8Array<ArrayBuffer> {
  if (images.length !== count * height * width) {
    throw new RangeError(
      `encodeIdxImages: ${count} images of ${height} × ${width} must have ${
        count * height * width
      } pixels, ` +
        `but there are ${images.length}`,
    );
  }
  return encode([count, height, width], images);
}

/** Labels `[count]` as the bytes of an IDX file (not gzipped). */
export function encodeIdxLabels(labels: Uint8Array): Uint8Array<ArrayBuffer> {
  return encode([labels.length], labels);
}
