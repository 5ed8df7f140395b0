/**
 * Pixels as numbers from 0 to 1.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";

const UNIT = Float32Array.from({ length: 256 }, (_, k) => k / 255);

/**
 * The pixels of a data set as float32 numbers k/255 in [0, 1].
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pixels } from "./pixels.ts";
 *
 * assertEquals(pixels({ images: Uint8Array.of(0, 51, 255) }), Float32Array.of(0, .2, 1));
 * ```
 *
 * @param dataset a data set, or anything with `images` `[count, height · width]` from 0 to 255
 * @returns `[count, height · width]`, each the float32 number nearest to k/255
 */
export function pixels(dataset: Pick<Dataset, "images">): Float32Array<ArrayBuffer> {
  const { images } = dataset;
  const out = new Float32Array(images.length);
  for (let i = 0; i < images.length; i++) out[i] = UNIT[images[i]!]!;
  return out;
}
