/**
 * Copying images out of a data set by their indices.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";

/**
 * The images with the given indices, one after the other.
 *
 * @param doing the public function that copies, for the message
 * @param dataset where the images are
 * @param indices `[batch]`, whole numbers from 0 to count − 1; one may come more than once
 * @returns bytes `[batch, height · width]`
 * @throws RangeError if an index is not such a number
 */
export function rows(doing: string, dataset: Dataset, indices: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const { images, count, height, width } = dataset;
  const size = height * width;
  const out = new Uint8Array(indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new RangeError(
        `${doing}: indices must be whole numbers from 0 to ${count - 1}, but indices[${i}] is ${index}`,
      );
    }
    out.set(images.subarray(index * size, (index + 1) * size), i * size);
  }
  return out;
}
