/**
 * Images of a data set as tensors.
 *
 * @module
 */

import { type Key, tf } from "../../lib/engine/mod.ts";
import { batches, type Dataset, gatherBatch, sizeOf } from "../../lib/data/mod.ts";

/** The images from `start` to before `end`, as far as there are any: `[images, pixels]`. */
export function imagesOf(dataset: Dataset, start: number, end: number): tf.Tensor {
  const length = Math.max(0, Math.min(end, dataset.count) - start);
  const pixels = gatherBatch(dataset, Uint32Array.from({ length }, (_, i) => start + i));
  return tf.tensor(pixels, [length, sizeOf(dataset)]);
}

/**
 * Random access to the batches of every epoch of a training, as tensors `[batch, pixels]`.
 *
 * @param order the key of the order of the images in each epoch
 * @param draws the key of the pixels, where these are drawn anew in every epoch (see {@link Dataset.grey})
 */
export function batchesOf(
  dataset: Dataset,
  size: number,
  order: Key,
  draws: Key,
): (epoch: number, index: number) => tf.Tensor {
  let current = { epoch: -1, batches: batches(dataset.count, size, order, 0) };
  return (epoch, index) => {
    if (epoch !== current.epoch) current = { epoch, batches: batches(dataset.count, size, order, epoch) };
    const indices = current.batches.at(index);
    const pixels = gatherBatch(dataset, indices, { key: draws, epoch });
    return tf.tensor(pixels, [indices.length, sizeOf(dataset)]);
  };
}
