/**
 * CelebA, as its authors lay it out: a folder `img_align_celeba` of pictures, `list_attr_celeba.txt` with 40 attributes of each, and
 * `list_eval_partition.txt` with its part. The lists may be missing.
 *
 * Source: Z. Liu, P. Luo, X. Wang, X. Tang, *Deep learning face attributes in the wild*, ICCV 2015.
 *
 * @module
 */

import type { Factors } from "./dataset.ts";
import { DataError } from "./error.ts";
import { factorsAt } from "./factors.ts";
import { isPicture, type PictureOptions, picturesAt } from "./image_folder.ts";
import { type Listing, listingOf, readFile } from "./reading.ts";
import type { Piece, Source } from "./source.ts";

/** The folder of the pictures. */
export const CELEBA = "img_align_celeba";
const [ATTRIBUTES, PARTITION] = ["list_attr_celeba.txt", "list_eval_partition.txt"];
/** What is customary: the middle 140 × 140 of 218 × 178, made to 64 × 64, in colour. */
const CUSTOMARY = { crop: 140, size: 64, channels: 3 } as const;
const PARTS = ["train", "validation", "test"] as const;

/** The fields of each line of a list after its image's name, which must be the next of `names`. */
async function fieldsOf(
  dir: string,
  file: string,
  names: readonly string[],
  before: number,
): Promise<{ readonly head: readonly string[][]; readonly rows: readonly string[][] }> {
  const text = new TextDecoder().decode(await readFile(dir, file, { required: "a list of CelebA" }));
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "").map((line) =>
    line.trim().split(/\s+/)
  );
  const rows = lines.slice(before);
  if (rows.length !== names.length) {
    throw new DataError(
      `${dir}/${file}`,
      `must have one line for each of the ${names.length} images, but has ${rows.length}: ` +
        "download it again, or unpack all images",
    );
  }
  rows.forEach(([name], i) => {
    if (name === names[i]) return;
    throw new DataError(
      `${dir}/${file}`,
      `line ${before + i + 1} must be of the image ${names[i]}, but is of ${name}`,
    );
  });
  return { head: lines.slice(0, before), rows: rows.map(([, ...fields]) => fields) };
}

/** The attributes of all images, each a factor of two classes: −1 and 1. */
async function attributesOf(dir: string, images: readonly string[]): Promise<Factors> {
  const { head: [, names = []], rows } = await fieldsOf(dir, ATTRIBUTES, images, 2);
  const table = new Uint8Array(images.length * names.length);
  rows.forEach((fields, i) => {
    if (fields.length !== names.length || fields.some((field) => field !== "1" && field !== "-1")) {
      throw new DataError(
        `${dir}/${ATTRIBUTES}`,
        `line ${i + 3} must have ${names.length} attributes of -1 or 1, but it has ${fields.join(" ")}`,
      );
    }
    table.set(fields.map((field) => field === "1" ? 1 : 0), i * names.length);
  });
  return {
    names,
    values: names.map(() => [-1, 1]),
    classes: (indices) =>
      Uint16Array.from({ length: indices.length * names.length }, (_, at) => {
        return table[indices[Math.floor(at / names.length)]! * names.length + at % names.length]!;
      }),
  };
}

/** The part of each image. */
async function partsOf(dir: string, images: readonly string[]): Promise<number[]> {
  const { rows } = await fieldsOf(dir, PARTITION, images, 0);
  return rows.map(([part, ...more], i) => {
    if (more.length === 0 && /^[012]$/.test(part ?? "")) return Number(part);
    const found = [part, ...more].join(" ");
    throw new DataError(
      `${dir}/${PARTITION}`,
      `line ${i + 1} must have a part of 0, 1 or 2, but it has ${found}`,
    );
  });
}

/**
 * CelebA in a folder. Its pictures' middle 140 × 140 is made to 64 × 64 in colour, or as options say; its test part is held out, and
 * its validation part is not used.
 *
 * @throws (rejects) DataError if a list does not fit the images, or a picture cannot be read
 */
export async function readCelebA(dir: string, { files }: Listing, options: PictureOptions): Promise<Source> {
  const place = `${dir}/${CELEBA}`, how = { ...CUSTOMARY, ...options };
  const images = (await listingOf(place)).files.filter(isPicture);
  if (images.length === 0) throw new DataError(place, "must hold the pictures of CelebA, but it holds none");
  const factors = files.includes(ATTRIBUTES) ? await attributesOf(dir, images) : null;
  const parts = files.includes(PARTITION) ? await partsOf(dir, images) : null;
  const pieceOf = async (part: Piece["part"], own: readonly number[]): Promise<Piece[]> => {
    if (own.length === 0) return [];
    const { images: made } = await picturesAt(place, own.map((i) => images[i]!), how);
    return [{ part, file: place, images: made, ...(factors && { factors: factorsAt(factors, own) }) }];
  };
  const indices = [...images.keys()];
  const ofPart = (part: typeof PARTS[number]): number[] =>
    indices.filter((i) => parts![i] === PARTS.indexOf(part));
  const unused = parts ? ofPart("validation").length : 0;
  return {
    path: dir,
    what: `CelebA in ${dir}`,
    colour: true,
    pieces: parts
      ? [...await pieceOf("train", ofPart("train")), ...await pieceOf("test", ofPart("test"))]
      : await pieceOf("all", indices),
    notes: [
      ...(unused > 0 ? [`Of CelebA, the ${unused} images of its validation part are not used.`] : []),
      `The middle ${how.crop} × ${how.crop} of each picture is averaged to ${how.size} × ${how.size} pixels.`,
    ],
  };
}
