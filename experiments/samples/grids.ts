/**
 * Pictures of samples.
 *
 * @module
 */

import { encodeBase64 } from "@std/encoding/base64";
import { read, tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { encodePng, gridImage, type RasterImage } from "../../lib/figure/mod.ts";
import type { Images } from "./yardstick.ts";

/** Rows and columns of a grid. */
const SIDE = 10;
/** Pixels between two grids. */
const BETWEEN = 12;

/** The first hundred of each kind of samples as 10 × 10 grids beside each other: a PNG in base64. */
export async function gridsPng(
  kinds: readonly Images[],
  { width, height, count }: Pick<Dataset, "width" | "height" | "count">,
): Promise<string> {
  const grids: RasterImage[] = [];
  for (const images of kinds) {
    const shown = tf.tidy(() => images(0, Math.min(count, SIDE ** 2)));
    const pixels = await read(shown);
    shown.dispose();
    const size = width * height;
    const tiles = Array.from({ length: pixels.length / size }, (_, i) => ({
      width,
      height,
      pixels: pixels.subarray(i * size, (i + 1) * size),
    }));
    grids.push(gridImage(tiles, { columns: SIDE }));
  }
  return encodeBase64(encodePng(gridImage(grids, { columns: grids.length, gap: BETWEEN })));
}
