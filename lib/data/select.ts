/**
 * Parts of a data set.
 *
 * @module
 */

import { type Dataset, type PixelSource, sizeOf } from "./dataset.ts";
import { factorsAt } from "./factors.ts";
import { assertIndices, copied } from "./rows.ts";

/** The images with the given indices: a copy of those in memory, else a reader that asks for them. */
function pixelsAt(images: PixelSource, size: number, indices: ArrayLike<number>): PixelSource {
  if (images instanceof Uint8Array) return copied(images, size, indices);
  return { read: (places) => images.read(Uint32Array.from(places, (place) => indices[place]!)) };
}

/**
 * The images with the given indices, with their labels and factors, as a data set of its own.
 *
 * @param dataset where the images are
 * @param indices `[count]` of the new set, whole numbers from 0 to `dataset.count` − 1
 * @param name the new set's name
 * @throws RangeError if an index is not such a number
 */
export function select<Pixels extends PixelSource>(
  dataset: Dataset<Pixels>,
  indices: ArrayLike<number>,
  name: string,
): Dataset<Pixels> {
  const { images, labels, grey, factors } = dataset;
  assertIndices("select", indices, dataset.count);
  const size = sizeOf(dataset);
  return {
    ...dataset,
    name,
    images: pixelsAt(images, size, indices) as Pixels,
    labels: labels && Int32Array.from(indices, (index) => labels[index]!),
    ...(factors && { factors: factorsAt(factors, indices) }),
    ...(grey && {
      grey: {
        images: pixelsAt(grey.images, size, indices),
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
export function take<Pixels extends PixelSource>(dataset: Dataset<Pixels>, limit: number): Dataset<Pixels> {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(`take: limit must be a whole number of at least 1, but it is ${limit}`);
  }
  if (limit >= dataset.count) return dataset;
  const { images, labels, grey } = dataset;
  const first = (source: PixelSource): PixelSource =>
    source instanceof Uint8Array ? source.subarray(0, limit * sizeOf(dataset)) : source;
  return {
    ...dataset,
    name: `the first ${limit} of ${dataset.name}`,
    images: first(images) as Pixels,
    labels: labels && labels.subarray(0, limit),
    ...(grey && { grey: { images: first(grey.images), ids: grey.ids.subarray(0, limit) } }),
    count: limit,
  };
}
