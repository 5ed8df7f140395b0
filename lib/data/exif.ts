/**
 * The orientation of a picture, as cameras leave it to the reader.
 *
 * Source: CIPA DC-008, *Exchangeable image file format for digital still cameras: Exif*, tag 0x0112; TIFF 6.0, section 2.
 *
 * @module
 */

import type { Picture } from "./picture.ts";

/** The tag of the orientation. */
const ORIENTATION = 0x112;

/** The orientation that EXIF data, a TIFF file, say, from 1 (as it is) to 8; 1 where they say none. */
export function orientationOf(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  if (tiff.length < 10) return 1;
  const order = view.getUint16(0);
  // "II" has the low byte first, "MM" the high byte.
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  const start = view.getUint32(4, little);
  if (start + 2 > tiff.length) return 1;
  const count = view.getUint16(start, little);
  for (let i = 0, at = start + 2; i < count && at + 12 <= tiff.length; i++, at += 12) {
    if (view.getUint16(at, little) !== ORIENTATION) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/**
 * A picture as it is to be seen. Orientations 2, 4, 5 and 7 mirror it, 3 turns it by half a turn, 6 by a quarter clockwise and 8 by a
 * quarter counter-clockwise.
 */
export function oriented(picture: Picture, orientation: number): Picture {
  if (orientation === 1) return picture;
  const { height, width, channels, pixels } = picture;
  const isTransposed = orientation >= 5;
  const [rows, columns] = isTransposed ? [width, height] : [height, width];
  const mirrorsRows = [3, 4, 7, 8].includes(orientation), mirrorsColumns = [2, 3, 6, 7].includes(orientation);
  const out = new Uint8Array(pixels.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const y = mirrorsRows ? rows - 1 - row : row, x = mirrorsColumns ? columns - 1 - column : column;
      const from = (isTransposed ? x * width + y : y * width + x) * channels;
      for (let c = 0; c < channels; c++) out[at++] = pixels[from + c]!;
    }
  }
  return { height: rows, width: columns, channels, pixels: out };
}
