/**
 * Pixels as numbers from 0 to 1.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";
import { allRows } from "./rows.ts";

const UNIT = Float32Array.from({ length: 256 }, (_, k) => k / 255);

/** Bytes k as the float32 numbers nearest to k/255. */
export function unit(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i] = UNIT[bytes[i]!]!;
  return out;
}

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
 * @param dataset a data set, or anything with `images` `[count, height · width · channels]` from 0 to 255
 * @returns `[count, height · width · channels]`, each the float32 number nearest to k/255
 */
export function pixels(dataset: Dataset | Pick<Dataset<Uint8Array>, "images">): Float32Array<ArrayBuffer> {
  return unit("count" in dataset ? allRows("pixels", dataset) : dataset.images);
}
