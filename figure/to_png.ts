import { resvg } from "../lib/embedded/rasteriser.ts";
import { fonts } from "./fonts.ts";

/** How {@linkcode toPng} draws. */
export interface RasterOptions {
  /** PNG pixels for each SVG pixel, greater than 0 and at most 16; 2 if left out. */
  readonly scale?: number;
  /** CSS colour behind the drawing; white if left out. */
  readonly background?: string;
}

const LARGEST_SCALE = 16;

/**
 * Rasterises an SVG drawing, with fonts of its own, and without any permission.
 *
 * The rasteriser and the fonts are loaded at the first call.
 *
 * ```ts
 * import { toPng } from "./mod.ts";
 * const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>`;
 * console.assert(String.fromCharCode(...(await toPng(svg)).subarray(1, 4)) === "PNG");
 * ```
 *
 * @param svg an SVG document, as {@linkcode toSvg} makes it
 * @param options scale and background
 * @returns the bytes of a PNG file; every text is in DejaVu Sans
 * @throws RangeError if the scale is out of range
 * @throws TypeError if `svg` is not an SVG document
 */
export async function toPng(svg: string, options: RasterOptions = {}): Promise<Uint8Array> {
  const { scale = 2, background = "#ffffff" } = options;
  if (!(scale > 0 && scale <= LARGEST_SCALE)) {
    throw new RangeError(
      `toPng: scale must be greater than 0 and at most ${LARGEST_SCALE}, but it is ${scale}`,
    );
  }
  if (!/^\s*(<\?xml[^>]*>\s*)?<svg\b/.test(svg)) {
    throw new TypeError(
      `toPng: an SVG document is needed, but it starts with ${JSON.stringify(svg.slice(0, 40))}`,
    );
  }
  const [{ Resvg }, fontBuffers] = await Promise.all([resvg(), fonts()]);
  let drawing: InstanceType<typeof Resvg>;
  try {
    drawing = new Resvg(svg, {
      background,
      fitTo: { mode: "zoom", value: scale },
      font: { fontBuffers, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" },
    });
  } catch (error) {
    throw new TypeError(`toPng: the SVG cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  const image = drawing.render();
  const png = image.asPng();
  image.free();
  drawing.free();
  return png;
}
