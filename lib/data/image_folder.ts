/**
 * Folders of PNG or JPEG pictures.
 *
 * @module
 */

import type { RawImages } from "./convert.ts";
import { DataError } from "./error.ts";
import { greyPicture, parsePicture, type Picture } from "./picture.ts";
import { type Listing, listingOf, readFile } from "./reading.ts";

/** The most bytes of a picture's file: 16 MiB. */
const MOST = 2 ** 24;
/** Pictures that are read at a time. */
const AT_ONCE = 16;

/** The images of a folder. */
export interface PictureFolder {
  readonly images: RawImages;
  /** The names of the sub-folders that the pictures are in; null where they are in none. */
  readonly labels: readonly string[] | null;
  readonly isColour: boolean;
  /** How many files are no pictures. */
  readonly others: number;
}

/** Whether a name is that of a picture that is read. */
export const isPicture = (name: string): boolean => /\.(png|jpe?g)$/i.test(name);

/** Whether a listing has pictures, or may have them in its folders. */
export const mayHavePictures = ({ files, folders }: Listing): boolean =>
  files.some(isPicture) || folders.length > 0;

/**
 * The pictures of a folder, in the order of their names: in sub-folders, which are their classes, or in itself.
 *
 * @throws (rejects) DataError if there are none, both in it and in sub-folders, or of several sizes, or one cannot be read
 */
export async function readPictures(dir: string): Promise<PictureFolder> {
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
  const rows: Uint8Array[] = [];
  let first: Picture | null = null;
  let isColour = false;
  for (let start = 0; start < paths.length; start += AT_ONCE) {
    const pictures = await Promise.all(
      paths.slice(start, start + AT_ONCE).map(async (name) =>
        parsePicture(
          await readFile(dir, name, { required: "a PNG or JPEG picture", most: MOST }),
          `${dir}/${name}`,
        )
      ),
    );
    for (const [i, picture] of pictures.entries()) {
      first ??= picture;
      if (picture.height !== first.height || picture.width !== first.width) {
        const size = ({ height, width }: Picture): string => `${height} × ${width}`;
        throw new DataError(
          dir,
          `pictures must have one size, but ${paths[0]} is ${size(first)} and ${paths[start + i]} is ${
            size(picture)
          }`,
        );
      }
      const { grey, isColour: coloured } = greyPicture(picture);
      isColour ||= coloured;
      rows.push(grey);
    }
  }
  const { height, width } = first!;
  return {
    images: { file: dir, rows, count: rows.length, height, width, isByte: true },
    labels: own.length > 0 ? null : named.map(({ label }) => label),
    isColour,
    others: all - paths.length,
  };
}
