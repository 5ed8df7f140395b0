/**
 * The numbers of one batch.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";
import { pixels } from "./pixels.ts";
import { rows } from "./rows.ts";

/**
 * The pixels of the images of one batch.
 *
 * @param dataset where the images are
 * @param indices `[batch]`, whole numbers from 0 to count − 1, as `batches` gives them
 * @returns pixels `[batch, data]` with data = height · width, numbers k/255 in [0, 1]
 * @throws RangeError if an index is not such a number
 */
export function gatherBatch(dataset: Dataset, indices: ArrayLike<number>): Float32Array<ArrayBuffer> {
  return pixels({ images: rows("gatherBatch", dataset, indices) });
}
