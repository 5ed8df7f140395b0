/**
 * Copying images out of a data set by their indices.
 *
 * @module
 */

import { type Dataset, type PixelReader, type PixelSource, sizeOf } from "./dataset.ts";

/**
 * The images with the given indices, one after the other.
 *
 * @param doing the public function that copies, for the message
 * @param dataset where the images are
 * @param indices `[batch]`, whole numbers from 0 to count − 1; one may come more than once
 * @returns bytes `[batch, height · width · channels]`
 * @throws RangeError if an index is not such a number, or a reader gives another number of bytes
 */
export function rows(doing: string, dataset: Dataset, indices: ArrayLike<number>): Uint8Array {
  const { images, count, name, height, width, channels = 1 } = dataset;
  assertIndices(doing, indices, count);
  const size = sizeOf(dataset);
  if (images instanceof Uint8Array) return copied(images, size, indices);
  const out = images.read(indices);
  if (out.length === indices.length * size) return out;
  throw new RangeError(
    `${doing}: ${indices.length} images of ${height} × ${width} × ${channels} must have ${
      indices.length * size
    } bytes, but ${name} gave ${out.length}`,
  );
}

/** All images of a data set, without a copy where they are in memory: bytes `[count, height · width · channels]`. */
export function allRows(doing: string, dataset: Dataset): Uint8Array {
  if (dataset.images instanceof Uint8Array) return dataset.images;
  return rows(doing, dataset, Uint32Array.from({ length: dataset.count }, (_, i) => i));
}

/** Images changed one by one: now where they are in memory, else as often as they are read. */
export function eachRead<Pixels extends PixelSource>(
  images: Pixels,
  change: (bytes: Uint8Array) => Uint8Array,
): Pixels {
  const changed: PixelSource = images instanceof Uint8Array
    ? change(images)
    : { read: (indices) => change((images as PixelReader).read(indices)) };
  return changed as Pixels;
}

/** Images of so many bytes, one after the other. */
export function copied(
  images: Uint8Array,
  size: number,
  indices: ArrayLike<number>,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    out.set(images.subarray(indices[i]! * size, (indices[i]! + 1) * size), i * size);
  }
  return out;
}

/** Requires indices of images. @throws RangeError if one is no whole number from 0 to count − 1 */
export function assertIndices(doing: string, indices: ArrayLike<number>, count: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (Number.isInteger(index) && index >= 0 && index < count) continue;
    throw new RangeError(
      `${doing}: indices must be whole numbers from 0 to ${count - 1}, but indices[${i}] is ${index}`,
    );
  }
}
