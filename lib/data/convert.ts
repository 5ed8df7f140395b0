/**
 * From arrays and tables to bytes and labels.
 *
 * @module
 */

import { type PixelReader, type PixelSource, sizeOf } from "./dataset.ts";
import { DataError } from "./error.ts";
import { eachRead } from "./rows.ts";

/** How colours are turned to grey, for notes; `picture.ts` does it. */
export const GREY = "0.299 R + 0.587 G + 0.114 B";

/** Images as a source has them: numbers from 0 to 1, or from 0 to 255. */
export interface RawImages<Rows = readonly ArrayLike<number>[] | PixelReader> {
  /** The file, for messages. */
  readonly file: string;
  /** `[count, height · width · channels]`, as rows, in one piece, or read by index as bytes. */
  readonly rows: Rows;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** 1 if left out. */
  readonly channels?: 1 | 3;
  /** The greatest pixel of images that are read by index, where a pixel is no byte for certain. */
  readonly greatest?: number;
  /** A digest of the files of images that are read by index, and of what is made of them. */
  readonly digest?: string;
  /** Whether a pixel is a byte for certain, as in an IDX file or a picture, so that 1 is 1 of 255. */
  readonly isByte: boolean;
}

/** Labels as a source has them. */
export type RawLabels = readonly string[] | ArrayLike<number>;

/** The least and the greatest pixel, and whether all are whole. @throws DataError for a pixel that is no number */
function rangeOf(
  { rows, file, greatest = 255 }: RawImages,
): { least: number; most: number; isWhole: boolean } {
  if ("read" in rows) return { least: 0, most: greatest, isWhole: true };
  let [least, most, isWhole] = [Infinity, -Infinity, true];
  let place = 0;
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) {
      const value = row[i]!;
      if (!Number.isFinite(value)) {
        throw new DataError(file, `pixels must be numbers, but pixel ${place + i} (from 0) is ${value}`);
      }
      if (value < least) least = value;
      if (value > most) most = value;
      if (isWhole && value % 1 !== 0) isWhole = false;
    }
    place += row.length;
  }
  return { least, most, isWhole };
}

/**
 * The pixels of all parts of a source as bytes, by one rule for all: where no pixel is above 1, they are numbers from 0 to
 * 1 and are multiplied by 255, else they are from 0 to 255; what is then not whole is rounded.
 *
 * @returns bytes `[count, height · width · channels]` of each part, or their reader, and what to know about them
 * @throws DataError if a pixel is below 0 or above 255
 */
export function toBytes(parts: readonly RawImages[]): { bytes: PixelSource[]; notes: string[] } {
  const notes: string[] = [];
  const isByte = parts.every((part) => part.isByte);
  const ranges = isByte ? [] : parts.map(rangeOf);
  ranges.forEach(({ least, most }, i) => {
    if (least >= 0 && most <= 255) return;
    const found = least < 0 ? least : most;
    const todo = least < 0 ? "undo what was subtracted from them" : "divide them";
    throw new DataError(
      parts[i]!.file,
      `pixels must be from 0 to 1 or from 0 to 255, but one is ${found}: ${todo}`,
    );
  });
  const most = Math.max(...ranges.map((range) => range.most));
  const scale = !isByte && most <= 1 ? 255 : 1;
  if (!isByte) {
    if (scale === 255) notes.push("No pixel is above 1, so pixels are read as numbers from 0 to 1.");
    else if (most < 128) notes.push(`The greatest pixel is ${most}; pixels are read as being of 255.`);
  }
  let rounded = 0;
  const bytes = parts.map(({ rows, count, ...sizes }) => {
    if ("read" in rows) {
      return scale === 1 ? rows : eachRead<PixelSource>(rows, (read) => read.map((value) => scale * value));
    }
    const out = new Uint8Array(count * sizeOf(sizes));
    let at = 0;
    for (const row of rows) {
      if (row instanceof Uint8Array && scale === 1) {
        out.set(row, at);
        at += row.length;
        continue;
      }
      for (let i = 0; i < row.length; i++) {
        const value = scale * row[i]!;
        const whole = Math.round(value);
        rounded = Math.max(rounded, Math.abs(value - whole));
        out[at++] = whole;
      }
    }
    return out;
  });
  // Float32 holds k/255 to 6e-8 of itself, so 255 times it is k within 1.6e-5.
  if (rounded > 1e-4) notes.push("Pixels are rounded to 256 grey levels.");
  return { bytes, notes };
}

const isNumber = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text));

/** Labels as texts; null where they are numbers. */
const textsOf = (labels: RawLabels): readonly string[] | null =>
  typeof labels[0] === "string" ? labels as readonly string[] : null;

/**
 * Labels of all parts as whole numbers: as they are where they are such, else their places among their sorted names.
 *
 * @param parts the labels of each part; null where it has none
 * @param file where they are from, for the message
 * @throws DataError if a number is not whole, or none of 32 bits
 */
export function toLabels(
  parts: readonly (RawLabels | null)[],
  file: string,
): { labels: (Int32Array | null)[]; classNames?: readonly string[] } {
  if (parts.some((part) => part && textsOf(part)?.some((text) => !isNumber(text)))) {
    const all = parts.map((part) =>
      part && Array.from(part as ArrayLike<string | number>, (label) => String(label).trim())
    );
    const classNames = [...new Set(all.flatMap((part) => part ?? []))].sort();
    const places = new Map(classNames.map((name, i) => [name, i]));
    return {
      labels: all.map((part) => part && Int32Array.from(part, (name) => places.get(name)!)),
      classNames,
    };
  }
  const whole = (label: string | number, i: number): number => {
    const value = Number(label);
    if ((value | 0) === value) return value;
    throw new DataError(file, `labels must be whole numbers or names, but label ${i} (from 0) is ${value}`);
  };
  return { labels: parts.map((part) => part && Int32Array.from(part as ArrayLike<string | number>, whole)) };
}
