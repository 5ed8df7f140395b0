/**
 * Pictures of samples.
 *
 * @module
 */

import { decodeBase64, encodeBase64 } from "@std/encoding/base64";
import { read, tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { encodePng, gridImage, type PixelImage, type RasterImage } from "../../lib/figure/mod.ts";
import type { ShownDigits } from "./part_result.ts";
import type { Images } from "./yardstick.ts";

/** Images to a row of a grid. */
const COLUMNS = 10;
/** Pixels between two grids. */
const BETWEEN = 12;

/** Images that follow each other in memory. */
function tilesOf(
  pixels: Float32Array | Uint8Array,
  { width, height }: Pick<Dataset, "width" | "height">,
): PixelImage[] {
  const size = width * height;
  return Array.from({ length: pixels.length / size }, (_, i) => ({
    ...{ width, height },
    pixels: pixels.subarray(i * size, (i + 1) * size),
  }));
}

/**
 * The first `most` of each kind of samples; all where there are fewer.
 *
 * @throws (rejects) RangeError for pixels outside [0, 1]
 */
export async function shownOf(
  { prior, aggregate }: { readonly prior: Images; readonly aggregate: Images },
  { width, height, count }: Pick<Dataset, "width" | "height" | "count">,
  most: number,
): Promise<ShownDigits> {
  const bytes = async (images: Images): Promise<string> => {
    const shown = tf.tidy(() => images(0, Math.min(count, most)));
    const pixels = await read(shown);
    shown.dispose();
    // Images below each other without gaps are images after each other.
    return encodeBase64(gridImage(tilesOf(pixels, { width, height }), { columns: 1, gap: 0 }).pixels);
  };
  return { width, height, prior: await bytes(prior), aggregate: await bytes(aggregate) };
}

/**
 * A PNG with a band for each model, below each other: the prior's samples as a grid on the left, the aggregate
 * posterior's on the right.
 *
 * @param models with equally many samples
 */
export function gridsPng(models: readonly ShownDigits[]): Uint8Array {
  const grids = models.flatMap((digits) =>
    [digits.prior, digits.aggregate].map((bytes): RasterImage =>
      gridImage(tilesOf(decodeBase64(bytes), digits), { columns: COLUMNS })
    )
  );
  return encodePng(gridImage(grids, { columns: 2, gap: BETWEEN }));
}
