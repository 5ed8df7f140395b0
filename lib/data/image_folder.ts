/**
 * Folders of PNG or JPEG pictures.
 *
 * @module
 */

import type { RawImages } from "./convert.ts";
import { DataError } from "./error.ts";
import { sha256 } from "./fingerprint.ts";
import { type Fit, fitPicture, inChannels } from "./fit_picture.ts";
import { MOST_HELD } from "./held.ts";
import { greyPicture, MOST_PIXELS_RESIZED, parsePicture, type Picture } from "./picture.ts";
import { type Listing, listingOf, readFile } from "./reading.ts";

/** The most bytes of a picture's file: 16 MiB. */
const MOST = 2 ** 24;
/** Pictures that are read at a time. */
const AT_ONCE = 16;

/** What is made of pictures. */
export interface PictureOptions extends Partial<Fit> {
  /** How many bytes of pixels are held in memory. */
  readonly most?: number;
}

/** Pictures as images of one size. */
export interface Pictures {
  readonly images: RawImages;
  /** Whether colours were turned to grey; of pictures that are not held in memory, the first one tells. */
  readonly isColour: boolean;
}

/** The images of a folder. */
export interface PictureFolder extends Pictures {
  /** The names of the sub-folders that the pictures are in; null where they are in none. */
  readonly labels: readonly string[] | null;
  /** How many files are no pictures. */
  readonly others: number;
}

/** Whether a name is that of a picture that is read. */
export const isPicture = (name: string): boolean => /\.(png|jpe?g)$/i.test(name);

/** Whether a listing has pictures, or may have them in its folders. */
export const mayHavePictures = ({ files, folders }: Listing): boolean =>
  files.some(isPicture) || folders.length > 0;

const sizeText = ({ height, width }: Pick<Picture, "height" | "width">): string => `${height} × ${width}`;

/** Makes the images of pictures: of one size as they are, or all to the size that is asked for. */
function makerOf(dir: string, { size, channels = 1, crop }: PictureOptions) {
  let first: { readonly name: string; readonly height: number; readonly width: number } | null = null;
  return (bytes: Uint8Array, name: string): { image: Uint8Array; picture: Picture } => {
    const file = `${dir}/${name}`;
    if (size !== undefined) {
      const picture = parsePicture(bytes, file, MOST_PIXELS_RESIZED);
      const image = fitPicture(picture, { size, channels, ...(crop !== undefined && { crop }) }, file);
      return { image, picture: { ...picture, height: size, width: size } };
    }
    const picture = parsePicture(bytes, file);
    first ??= { name, height: picture.height, width: picture.width };
    if (picture.height !== first.height || picture.width !== first.width) {
      throw new DataError(
        dir,
        `pictures must have one size, but ${first.name} is ${sizeText(first)} and ${name} is ${
          sizeText(picture)
        }: give a size to make them to (--size 64)`,
      );
    }
    return { image: inChannels(picture, channels), picture };
  };
}

const read = (dir: string, name: string): Promise<Uint8Array<ArrayBuffer>> =>
  readFile(dir, name, { required: "a PNG or JPEG picture", most: MOST });

/** A picture's file, at once, as batches need it. */
function readNow(path: string): Uint8Array {
  try {
    const { size } = Deno.statSync(path);
    if (size > MOST) throw new DataError(path, `must have at most ${MOST} bytes, but has ${size}`);
    return Deno.readFileSync(path);
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof DataError) throw cause;
    throw new DataError(path, `cannot be read any more, though it was there at first: ${cause.message}`, {
      cause,
    });
  }
}

/** The bytes of pictures, a few at a time, in the order of their names. */
async function* filesOf(dir: string, names: readonly string[]): AsyncGenerator<[string, Uint8Array]> {
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const some = names.slice(start, start + AT_ONCE);
    const files = await Promise.all(some.map((name) => read(dir, name)));
    for (const [i, bytes] of files.entries()) yield [some[i]!, bytes];
  }
}

/**
 * The pictures with the given names, in this order. Where they need more bytes than are held, they are decoded as they are asked for;
 * their files are all read once, for a fingerprint.
 *
 * @throws (rejects) DataError if one cannot be read, or, where no size is asked for, they are of several
 */
export async function picturesAt(
  dir: string,
  names: readonly string[],
  options: PictureOptions,
): Promise<Pictures> {
  const { most = MOST_HELD, channels = 1 } = options, count = names.length;
  const make = makerOf(dir, options);
  const { image, picture: { height, width, ...first } } = make(await read(dir, names[0]!), names[0]!);
  const isGrey = (picture: Pick<Picture, "channels" | "pixels">): boolean =>
    channels === 3 || !greyPicture(picture).isColour;
  const sizes = { file: dir, count, height, width, channels, isByte: true };
  if (count * image.length > most) {
    const hash = sha256().update(JSON.stringify({ ...options, most: null }));
    for await (const [name, bytes] of filesOf(dir, names)) {
      hash.update(`\0${name}\0${bytes.length}\0`).update(bytes);
    }
    const rows = {
      read: (indices: ArrayLike<number>) => {
        const out = new Uint8Array(indices.length * image.length);
        for (let i = 0; i < indices.length; i++) {
          const name = names[indices[i]!]!;
          out.set(make(readNow(`${dir}/${name}`), name).image, i * image.length);
        }
        return out;
      },
    };
    return { images: { ...sizes, rows, digest: hash.digest("hex") }, isColour: !isGrey(first) };
  }
  const rows: Uint8Array[] = [];
  let isColour = false;
  for await (const [name, bytes] of filesOf(dir, names)) {
    const made = make(bytes, name);
    isColour ||= !isGrey(made.picture);
    rows.push(made.image);
  }
  return { images: { ...sizes, rows }, isColour };
}

/**
 * The pictures of a folder, in the order of their names: in sub-folders, which are their classes, or in itself.
 *
 * @throws (rejects) DataError if there are none, both in it and in sub-folders, or of several sizes without one that is asked for, or
 * one cannot be read
 */
export async function readPictures(dir: string, options: PictureOptions): Promise<PictureFolder> {
  const { files, folders } = await listingOf(dir);
  const inside = await Promise.all(
    folders.map(async (folder) => ({ folder, files: (await listingOf(`${dir}/${folder}`)).files })),
  );
  const classes = inside.map(({ folder, files }) => ({ folder, files: files.filter(isPicture) }))
    .filter((one) => one.files.length > 0);
  const own = files.filter(isPicture);
  if (own.length > 0 && classes.length > 0) {
    throw new DataError(
      dir,
      `pictures must be in the folder or in sub-folders, one a class, but ${own[0]} is in it and ${
        classes[0]!.files[0]
      } in ${classes[0]!.folder}`,
    );
  }
  const named = classes.flatMap(({ folder, files }) =>
    files.map((name) => ({ name: `${folder}/${name}`, label: folder }))
  );
  const paths = own.length > 0 ? own : named.map(({ name }) => name);
  if (paths.length === 0) throw new DataError(dir, "must hold PNG or JPEG pictures, but it holds none");
  const all = inside.reduce((sum, one) => sum + one.files.length, files.length);
  return {
    ...await picturesAt(dir, paths, options),
    labels: own.length > 0 ? null : named.map(({ label }) => label),
    others: all - paths.length,
  };
}
