/**
 * The numbers of one batch.
 *
 * @module
 */

import type { Key } from "../engine/key.ts";
import { drawBinary } from "./binarise.ts";
import type { Dataset } from "./dataset.ts";
import { unit } from "./pixels.ts";
import { assertIndices, rows } from "./rows.ts";

/** What the draws of a batch depend on, besides its images. */
export interface Draw {
  /** The same for all epochs, and used for nothing else. */
  readonly key: Key;
  /** Which epoch, from 0. */
  readonly epoch: number;
}

/**
 * The pixels of the images of one batch.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { key } from "../engine/key.ts";
 * import { batches } from "./batches.ts";
 * import { loadFixture } from "./fixture.ts";
 * import { gatherBatch } from "./gather.ts";
 *
 * const digits = await loadFixture();
 * const sizes: number[] = [];
 * for (const indices of batches(digits.count, 128, key(1), 0)) {
 *   const x = gatherBatch(digits, indices); // [batch, 784]
 *   sizes.push(x.length / 784);
 * }
 * assertEquals(sizes, [128, 128, 44]);
 * ```
 *
 * @param dataset where the images are
 * @param indices `[batch]`, whole numbers from 0 to count − 1, as `batches` gives them
 * @param draw for data that are drawn anew in every epoch (`dataset.grey`), the key and the epoch; else without effect
 * @returns pixels `[batch, data]` with data = height · width · channels, numbers k/255 in [0, 1]
 * @throws RangeError if an index is not such a number
 */
export function gatherBatch(
  dataset: Dataset,
  indices: ArrayLike<number>,
  draw?: Draw,
): Float32Array<ArrayBuffer> {
  if (draw === undefined || dataset.grey === undefined) return unit(rows("gatherBatch", dataset, indices));
  assertIndices("gatherBatch", indices, dataset.count);
  return unit(drawBinary(dataset.grey, draw.key, draw.epoch, indices));
}
