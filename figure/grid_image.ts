import { type PixelImage, type RasterImage, toRaster } from "./image.ts";
import { assertWhole } from "./whole.ts";

/** How {@linkcode gridImage} lays out its tiles. */
export interface GridOptions {
  /** Tiles in a row, at least 1. */
  readonly columns: number;
  /** Pixels between neighbouring tiles, not scaled; 2 if left out. */
  readonly gap?: number;
  /** Every pixel of a tile becomes `scale` by `scale` pixels; 1 if left out. */
  readonly scale?: number;
  /** Gray level of gaps and empty cells, from 0 (black) to 255 (white, if left out). */
  readonly background?: number;
  /** Whether float values outside [0, 1] are cut off instead of refused; false if left out. */
  readonly clamp?: boolean;
}

/**
 * Lays out pictures of one size as a grid, row by row.
 *
 * ```ts
 * import { gridImage } from "./mod.ts";
 * const dark = { width: 28, height: 28, pixels: new Float32Array(28 * 28) };
 * const light = { width: 28, height: 28, pixels: new Float32Array(28 * 28).fill(1) };
 * const grid = gridImage([dark, light, dark], { columns: 2, gap: 4 });
 * console.assert(grid.width === 60 && grid.height === 60);
 * ```
 *
 * @param images at least one picture; all of the same width, height and channels
 * @param options columns, gap, scale, background, clamp
 * @returns the grid, a picture again, so that grids nest
 * @throws RangeError for no pictures, a layout out of range, or a pixel out of range (see {@linkcode PixelImage})
 * @throws TypeError for pictures of unequal sizes, or whose size disagrees with their pixels
 */
export function gridImage(images: readonly PixelImage[], options: GridOptions): RasterImage {
  const { columns, gap = 2, scale = 1, background = 255, clamp = false } = options;
  assertWhole("gridImage", "columns", columns, 1);
  assertWhole("gridImage", "gap", gap, 0);
  assertWhole("gridImage", "scale", scale, 1);
  assertWhole("gridImage", "background", background, 0, 255);
  const tiles = images.map((image, i) => toRaster(`gridImage: image ${i}`, image, clamp));
  const first = tiles[0];
  if (!first) throw new RangeError("gridImage: at least one image is needed, but the list is empty");
  const { channels } = first;
  tiles.forEach((tile, i) => {
    if (size(tile) !== size(first)) {
      throw new TypeError(
        `gridImage: image ${i} must be ${size(first)} like image 0, but it is ${size(tile)}`,
      );
    }
  });

  const across = Math.min(columns, tiles.length);
  const down = Math.ceil(tiles.length / columns);
  const tileWidth = first.width * scale;
  const tileHeight = first.height * scale;
  const width = across * (tileWidth + gap) - gap;
  const height = down * (tileHeight + gap) - gap;
  const pixels = new Uint8Array(width * height * channels).fill(background);
  tiles.forEach((tile, i) => {
    const left = (i % columns) * (tileWidth + gap);
    const top = Math.floor(i / columns) * (tileHeight + gap);
    for (let row = 0; row < tileHeight; row++) {
      const source = Math.floor(row / scale) * tile.width;
      const target = (top + row) * width + left;
      for (let column = 0; column < tileWidth; column++) {
        const from = (source + Math.floor(column / scale)) * channels;
        pixels.set(tile.pixels.subarray(from, from + channels), (target + column) * channels);
      }
    }
  });
  return { width, height, channels, pixels };
}

/** A picture's size in words, for messages: `28×28 with 1 channel`. */
function size({ width, height, channels }: RasterImage): string {
  return `${width}×${height} with ${channels} channel${channels === 1 ? "" : "s"}`;
}
