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
 * @returns pixels `[batch, data]` with data = height · width, numbers k/255 in [0, 1]
 * @throws RangeError if an index is not such a number
 */
export function gatherBatch(dataset: Dataset, indices: ArrayLike<number>): Float32Array<ArrayBuffer> {
  return pixels({ images: rows("gatherBatch", dataset, indices) });
}
