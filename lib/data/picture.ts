/**
 * PNG and JPEG pictures as pixels.
 *
 * @module
 */

import { decode as decodePng } from "fast-png";
import { decode as decodeJpeg } from "jpeg-js";
import { DataError } from "./error.ts";
import { orientationOf, oriented } from "./exif.ts";
import { inflate, joined, zlib } from "./inflate.ts";

/** A picture as it is to be seen. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  /** Values of a pixel: 1 (grey) or 3 (red, green, blue). */
  readonly channels: 1 | 3;
  /** Bytes `[height · width · channels]`, 0 (black) to 255. */
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** The most pixels of a picture, 1024 × 1024: each is an input of a network. */
const MOST_PIXELS = 2 ** 20;
/** The most pixels of a picture that is made smaller, 4096 × 4096. */
export const MOST_PIXELS_RESIZED = 2 ** 24;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** The parts of a PNG that make its pixels; the others (comments, profiles) are not read. */
const READ = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
/** Frames of JPEG: their markers, but for tables (C4), extensions (C8) and arithmetic coding (CC). */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Values of a pixel, by colour type. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * The grey of a colour: Y = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), in 65,536ths, so that a grey colour is its own grey.
 */
function greyOf(red: number, green: number, blue: number): number {
  return (19_595 * red + 38_470 * green + 7_471 * blue + 32_768) >> 16;
}

/**
 * A picture: levels of other depths are turned to 256, and an EXIF orientation is applied. Colour profiles are not looked at.
 *
 * @param bytes a PNG or JPEG file
 * @param file its name, for messages
 * @param most the most pixels that it may have
 * @throws DataError if it is neither, is corrupt or cut short, has more pixels, is transparent anywhere, or is a JPEG in CMYK or
 * of 12 bits
 */
export function parsePicture(bytes: Uint8Array, file: string, most = MOST_PIXELS): Picture {
  if (SIGNATURE.every((byte, i) => bytes[i] === byte)) return parsePng(bytes, file, most);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return parseJpeg(bytes, file, most);
  throw new DataError(file, "must be a PNG or JPEG picture, but it begins like neither");
}

function assertSize(width: number, height: number, file: string, most: number): void {
  if (width >= 1 && height >= 1 && width * height <= most) return;
  throw new DataError(file, `a picture must have 1 to ${most} pixels, but it is ${height} × ${width}`);
}

/** What a JPEG's parts before its pixels say: its orientation. @throws DataError if it is not of 8 bits, grey or in colours */
function headOfJpeg(bytes: Uint8Array, file: string): number {
  const todo = "convert it (`magick IN -colorspace sRGB -depth 8 OUT`)";
  let orientation = 1;
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff;) {
    const [marker, length] = [bytes[at + 1]!, 256 * bytes[at + 2]! + bytes[at + 3]!];
    if (marker === 0xe1 && String.fromCharCode(...bytes.subarray(at + 4, at + 10)) === "Exif\0\0") {
      orientation = orientationOf(bytes.subarray(at + 10, at + 2 + length));
    }
    if (isFrame(marker)) {
      const [bits, components] = [bytes[at + 4]!, bytes[at + 9]!];
      if (bits !== 8) throw new DataError(file, `a JPEG must have 8 bits, but it has ${bits}: ${todo}`);
      if (components === 1 || components === 3) break;
      const why = `it has ${components} components${components === 4 ? ", as CMYK has" : ""}`;
      throw new DataError(file, `a JPEG must be grey or of red, green and blue, but ${why}: ${todo}`);
    }
    // The pixels begin; and a part's length counts its own two bytes.
    if (marker === 0xda || length < 2) break;
    at += 2 + length;
  }
  return orientation;
}

function parseJpeg(bytes: Uint8Array, file: string, most: number): Picture {
  const orientation = headOfJpeg(bytes, file);
  try {
    const { width, height, data } = decodeJpeg(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: most / 1e6,
      maxMemoryUsageInMB: Math.max(128, most / 2 ** 15),
    });
    return oriented({ width, height, channels: 3, pixels: Uint8Array.from(data) }, orientation);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new DataError(
      file,
      `must be a whole JPEG picture of at most ${most} pixels, but: ${cause.message}`,
      { cause },
    );
  }
}

/**
 * The grey pixels of a picture, bytes `[height · width]`: colours are turned to it by Y = 0.299 R + 0.587 G + 0.114 B.
 *
 * @returns also whether any colour was not grey
 */
export function greyPicture(
  { channels, pixels }: Pick<Picture, "channels" | "pixels">,
): { readonly grey: Uint8Array<ArrayBuffer>; readonly isColour: boolean } {
  if (channels === 1) return { grey: pixels, isColour: false };
  const grey = new Uint8Array(pixels.length / 3);
  let isColour = false;
  for (let i = 0; i < grey.length; i++) {
    const [red, green, blue] = [pixels[3 * i]!, pixels[3 * i + 1]!, pixels[3 * i + 2]!];
    if (red !== green || green !== blue) isColour = true;
    grey[i] = greyOf(red, green, blue);
  }
  return { grey, isColour };
}

/** A PNG without what makes no pixels, and its orientation. */
function essentialPng(
  bytes: Uint8Array,
  file: string,
  mostPixels: number,
): { essential: Uint8Array; orientation: number } {
  const fail = (why: string): never => {
    throw new DataError(file, `must be a whole PNG picture, but ${why}: make or download it again`);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  const data: Uint8Array[] = [];
  let at = 8;
  let [isEnd, orientation] = [false, 1];
  while (!isEnd) {
    if (at + 12 > bytes.length) fail("it is cut short");
    const length = view.getUint32(at);
    const next = at + 12 + length;
    if (next > bytes.length) fail("it is cut short");
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (view.getUint32(next - 4) !== zlib().crc32(bytes.subarray(at + 4, next - 4))) {
      fail(`the checksum of its part ${type} is that of other data`);
    }
    if (at === 8 && (type !== "IHDR" || length !== 13)) fail("it does not begin with its size");
    if (READ.has(type)) kept.push(bytes.subarray(at, next));
    if (type === "eXIf") orientation = orientationOf(bytes.subarray(at + 8, next - 4));
    if (type === "IDAT") data.push(bytes.subarray(at + 8, next - 4));
    isEnd = type === "IEND";
    at = next;
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  assertSize(width, height, file, mostPixels);
  const bits = (CHANNELS[bytes[25]!] ?? 4) * bytes[24]!;
  // Interlaced pictures have up to 15 lines for 8, each with a filter and up to 7 bits that fill up a byte.
  const most = bytes[28] === 0
    ? height * (1 + Math.ceil(width * bits / 8))
    : 2 * height * (2 + Math.ceil(width * bits / 8)) + 64;
  const pixels = inflate(joined(data).subarray(2), most);
  if (pixels === "too long") fail(`it has more data than its ${height} × ${width} pixels need`);
  if (pixels === "cut short" || pixels === "corrupt") fail(`its data are ${pixels}`);
  else if (pixels !== "too long" && bytes[28] === 0 && pixels.bytes.length < most) {
    fail("its data are cut short");
  }
  return { essential: joined(kept), orientation };
}

function parsePng(bytes: Uint8Array, file: string, most: number): Picture {
  // A profile may decompress to gigabytes, and so may the pixels; both are kept from the decoder, which has no bound.
  const { essential, orientation } = essentialPng(bytes, file, most);
  let decoded: ReturnType<typeof decodePng>;
  try {
    decoded = decodePng(essential);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new DataError(file, `must be a whole PNG picture, but: ${cause.message}`, { cause });
  }
  const { width, height, channels, depth, palette, transparency } = decoded;
  const count = width * height;
  const see = (): never => {
    const todo =
      "put it on a background, black for digits that are white (`magick IN -background black -flatten OUT`)";
    throw new DataError(file, `a picture must not be transparent anywhere, but it is: ${todo}`);
  };
  if (transparency !== undefined && transparency.length > 0) see();
  const levels = palette ? 1 : depth === 16 ? 65_535 : 2 ** depth - 1;
  const values = depth < 8
    ? unpacked(decoded.data as Uint8Array, width * channels, height, depth)
    : decoded.data;
  const byte = (at: number): number => Math.round(values[at]! * 255 / levels);
  if (palette) {
    const colours = new Uint8Array(3 * count);
    for (let i = 0; i < count; i++) {
      const colour = palette[values[i]!];
      if (colour === undefined) {
        throw new DataError(
          file,
          `must be a whole PNG picture, but pixel ${i} (from 0) has a colour that its palette lacks`,
        );
      }
      if ((colour[3] ?? 255) < 255) see();
      colours.set(colour.slice(0, 3), 3 * i);
    }
    return oriented({ width, height, channels: 3, pixels: colours }, orientation);
  }
  const hasAlpha = channels === 2 || channels === 4;
  const colours = hasAlpha ? channels - 1 : channels;
  const out = new Uint8Array(colours * count);
  for (let i = 0; i < count; i++) {
    if (hasAlpha && values[channels * i + colours] !== levels) see();
    for (let c = 0; c < colours; c++) out[colours * i + c] = byte(channels * i + c);
  }
  return oriented({ width, height, channels: colours as 1 | 3, pixels: out }, orientation);
}

/** Values of fewer than 8 bits, which stand side by side in bytes, the first in the highest bits; rows begin on a byte. */
function unpacked(data: Uint8Array, perRow: number, height: number, depth: number): Uint8Array {
  const out = new Uint8Array(perRow * height);
  const bytesPerRow = Math.ceil(perRow * depth / 8);
  for (let row = 0; row < height; row++) {
    for (let i = 0; i < perRow; i++) {
      const bit = i * depth;
      const byte = data[row * bytesPerRow + (bit >> 3)]!;
      out[row * perRow + i] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
    }
  }
  return out;
}
