/**
 * Images of a data set as rows of pixels.
 *
 * @module
 */

import { tf } from "../../lib/engine/mod.ts";
import { type Dataset, gatherBatch } from "../../lib/data/mod.ts";

/** The pixels of the images from `start` to before `end`, as far as there are any: `[images · pixels]`. */
export function pixelsOf(dataset: Dataset, start: number, end: number): Float32Array {
  const length = Math.max(0, Math.min(end, dataset.count) - start);
  return gatherBatch(dataset, Uint32Array.from({ length }, (_, i) => start + i));
}

/** The same as a tensor `[images, pixels]`. */
export function imagesOf(dataset: Dataset, start: number, end: number): tf.Tensor {
  const size = dataset.width * dataset.height;
  const pixels = pixelsOf(dataset, start, end);
  return tf.tensor(pixels, [pixels.length / size, size]);
}
