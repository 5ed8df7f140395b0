import { assertWhole } from "./whole.ts";

/** A picture as a model gives it: row by row, the channels of a pixel side by side. */
export interface PixelImage {
  /** Pixels in a row, at least 1. */
  readonly width: number;
  /** Rows, at least 1. */
  readonly height: number;
  /** 1 for gray (if left out), 3 for red, green, blue. */
  readonly channels?: 1 | 3;
  /** `[height * width * channels]` values: floats from 0 (black) to 1 (white), or bytes from 0 to 255. */
  readonly pixels: Float32Array | Uint8Array;
}

/** A picture in bytes, ready to be written; also a {@linkcode PixelImage}. */
export interface RasterImage extends PixelImage {
  /** 1 for gray, 3 for red, green, blue. */
  readonly channels: 1 | 3;
  /** `[height * width * channels]` values from 0 (black) to 255 (white). */
  readonly pixels: Uint8Array;
}

/**
 * Checks a picture and rounds its values to bytes.
 *
 * @param doing the public function that checks, for the message
 * @param image the picture
 * @param clamp whether values outside [0, 1] are cut off instead of refused
 * @throws RangeError for a size, a number of channels or a value out of range; values that are not finite always
 * @throws TypeError if sizes and number of pixel values disagree, or the values come in another kind of array
 */
export function toRaster(doing: string, image: PixelImage, clamp = false): RasterImage {
  const { width, height, channels = 1, pixels } = image;
  assertWhole(doing, "width", width, 1);
  assertWhole(doing, "height", height, 1);
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(
      `${doing}: channels must be 1 (gray) or 3 (red, green, blue), but it is ${String(channels)}`,
    );
  }
  if (!(pixels instanceof Float32Array || pixels instanceof Uint8Array)) {
    const kind = Object.prototype.toString.call(pixels).slice("[object ".length, -1);
    throw new TypeError(
      `${doing}: pixels must be a Float32Array in [0, 1] or a Uint8Array, but they are ${kind}`,
    );
  }
  if (pixels.length !== width * height * channels) {
    throw new TypeError(
      `${doing}: a ${width}×${height} image with ${channels} channel${channels === 1 ? "" : "s"} ` +
        `needs ${width * height * channels} pixel values, but ${pixels.length} were given`,
    );
  }
  if (pixels instanceof Uint8Array) return { width, height, channels, pixels };
  const bytes = Uint8Array.from(pixels, (value, i) => {
    if (Number.isFinite(value) && (clamp || (value >= 0 && value <= 1))) {
      return Math.round(255 * Math.min(1, Math.max(0, value)));
    }
    const pixel = Math.floor(i / channels);
    const where = `pixel ${pixel} (row ${Math.floor(pixel / width)}, column ${pixel % width})` +
      (channels === 1 ? "" : `, channel ${i % channels}`);
    throw new RangeError(
      `${doing}: ${where} must be ` +
        (Number.isFinite(value)
          ? `in [0, 1], but it is ${value}; pass clamp: true to cut off what overshoots`
          : `a finite number, but it is ${value}`),
    );
  });
  return { width, height, channels, pixels: bytes };
}
