import { encode } from "fast-png";
import { type PixelImage, toRaster } from "./image.ts";

/** How {@linkcode encodePng} treats values that overshoot. */
export interface PngOptions {
  /** Whether float values outside [0, 1] are cut off instead of refused; false if left out. */
  readonly clamp?: boolean;
}

/**
 * Writes a picture as a PNG file of 8 bits a channel, without loss for bytes.
 *
 * ```ts
 * import { encodePng } from "./mod.ts";
 * const file = encodePng({ width: 2, height: 1, pixels: new Float32Array([0, 1]) });
 * console.assert(String.fromCharCode(...file.subarray(1, 4)) === "PNG");
 * ```
 *
 * @param image the picture, gray or colour
 * @param options whether to clamp
 * @returns the file's bytes
 * @throws RangeError for a size or a pixel out of range, or a pixel that is not finite
 * @throws TypeError if the size disagrees with the number of pixel values, or they are not floats or bytes
 */
export function encodePng(image: PixelImage, options: PngOptions = {}): Uint8Array {
  const { width, height, channels, pixels } = toRaster("encodePng", image, options.clamp);
  return encode({ width, height, channels, depth: 8, data: pixels });
}
