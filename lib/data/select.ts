/**
 * Parts of a data set.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";
import { rows } from "./rows.ts";

/**
 * The images with the given indices, with their labels, as a data set of its own.
 *
 * @param dataset where the images are
 * @param indices `[count]` of the new set, whole numbers from 0 to `dataset.count` − 1
 * @param name the new set's name
 * @throws RangeError if an index is not such a number
 */
export function select(dataset: Dataset, indices: ArrayLike<number>, name: string): Dataset {
  const { labels, grey } = dataset;
  return {
    ...dataset,
    name,
    images: rows("select", dataset, indices),
    labels: labels && Int32Array.from(indices, (index) => labels[index]!),
    ...(grey && {
      grey: {
        images: rows("select", { ...dataset, images: grey.images }, indices),
        ids: Uint32Array.from(indices, (index) => grey.ids[index]!),
      },
    }),
    count: indices.length,
  };
}

/**
 * The first images of a data set, without copying them; the set itself if it has no more than `limit`.
 *
 * @param dataset where the images are
 * @param limit how many images at most, a whole number of at least 1
 * @throws RangeError if the limit is not such a number
 */
export function take(dataset: Dataset, limit: number): Dataset {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(`take: limit must be a whole number of at least 1, but it is ${limit}`);
  }
  if (limit >= dataset.count) return dataset;
  const { images, labels, grey } = dataset;
  const size = limit * dataset.height * dataset.width;
  return {
    ...dataset,
    name: `the first ${limit} of ${dataset.name}`,
    images: images.subarray(0, size),
    labels: labels && labels.subarray(0, limit),
    ...(grey && { grey: { images: grey.images.subarray(0, size), ids: grey.ids.subarray(0, limit) } }),
    count: limit,
  };
}
