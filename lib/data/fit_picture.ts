/**
 * Pictures of any size made to one.
 *
 * @module
 */

import { DataError } from "./error.ts";
import { greyPicture, type Picture } from "./picture.ts";

/** What pictures are made to. */
export interface Fit {
  /** Rows and columns. */
  readonly size: number;
  /** 1 (grey) or 3 (red, green, blue). */
  readonly channels: 1 | 3;
  /** The side of the middle square that is kept, in pixels; the greatest that there is if left out. */
  readonly crop?: number;
}

/** For each of `size` equal stretches of `side` pixels, the pixels that it meets and the share that each of them has in it. */
function stretches(
  side: number,
  size: number,
): readonly (readonly (readonly [pixel: number, share: number])[])[] {
  return Array.from({ length: size }, (_, i) => {
    const [from, to] = [i * side / size, (i + 1) * side / size];
    const met: [number, number][] = [];
    for (let pixel = Math.floor(from); pixel < to; pixel++) {
      const share = (Math.min(pixel + 1, to) - Math.max(pixel, from)) / (to - from);
      if (share > 0) met.push([Math.min(pixel, side - 1), share]);
    }
    return met;
  });
}

/** Pixels in another number of channels: by {@link greyPicture}, or grey three times. */
export function inChannels(
  picture: Pick<Picture, "channels" | "pixels">,
  channels: 1 | 3,
): Uint8Array<ArrayBuffer> {
  if (channels === picture.channels) return picture.pixels;
  if (channels === 1) return greyPicture(picture).grey;
  const { pixels } = picture, out = new Uint8Array(3 * pixels.length);
  for (let at = 0; at < out.length; at++) out[at] = pixels[Math.floor(at / 3)]!;
  return out;
}

/**
 * The middle square of a picture as `size` × `size` pixels. Each is the mean of the area that it covers, rounded: a picture is made
 * smaller by averaging, and larger by repeating pixels, mixed where two meet inside one. Where the number of rows or columns left out
 * is odd, one more is left out at the bottom or the right.
 *
 * @param file its name, for the message
 * @returns bytes `[size · size · channels]`
 * @throws DataError if the picture is smaller than the crop
 */
export function fitPicture(
  picture: Picture,
  { size, channels, crop }: Fit,
  file: string,
): Uint8Array<ArrayBuffer> {
  const { height, width, channels: own, pixels } = picture;
  const side = crop ?? Math.min(height, width);
  if (side > Math.min(height, width)) {
    throw new DataError(
      file,
      `a picture must have at least ${side} rows and columns, but it is ${height} × ${width}`,
    );
  }
  const [top, left] = [Math.floor((height - side) / 2), Math.floor((width - side) / 2)];
  const parts = stretches(side, size);
  // Along the rows first, then down the columns.
  const across = new Float64Array(side * size * own);
  for (let row = 0; row < side; row++) {
    const start = ((top + row) * width + left) * own;
    for (let i = 0; i < size; i++) {
      for (let c = 0; c < own; c++) {
        let sum = 0;
        for (const [pixel, share] of parts[i]!) sum += share * pixels[start + pixel * own + c]!;
        across[(row * size + i) * own + c] = sum;
      }
    }
  }
  const out = new Uint8Array(size * size * own), line = size * own;
  for (let i = 0; i < size; i++) {
    for (let at = 0; at < line; at++) {
      let sum = 0;
      for (const [row, share] of parts[i]!) sum += share * across[row * line + at]!;
      out[i * line + at] = Math.round(sum);
    }
  }
  return inChannels({ channels: own, pixels: out }, channels);
}
