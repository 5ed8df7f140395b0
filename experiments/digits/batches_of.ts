/**
 * The batches of a training.
 *
 * @module
 */

import { type Key, tf } from "../../lib/engine/mod.ts";
import { batches, type Dataset, gatherBatch } from "../../lib/data/mod.ts";

/** Random access to the batches of every epoch, as tensors. */
export function batchesOf(
  dataset: Dataset,
  size: number,
  key: Key,
): (epoch: number, index: number) => tf.Tensor {
  let current = { epoch: -1, batches: batches(dataset.count, size, key, 0) };
  return (epoch, index) => {
    if (epoch !== current.epoch) current = { epoch, batches: batches(dataset.count, size, key, epoch) };
    const indices = current.batches.at(index);
    return tf.tensor(gatherBatch(dataset, indices), [indices.length, dataset.height * dataset.width]);
  };
}
