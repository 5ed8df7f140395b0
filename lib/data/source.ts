/**
 * What is at a path: which files make a data set, and what each of them holds.
 *
 * @module
 */

import { imagesOfArray, labelsOfArray, partsOfNpz, readNpy } from "./arrays.ts";
import { GREY, type RawImages, type RawLabels } from "./convert.ts";
import { parseCsv } from "./csv.ts";
import type { Factors } from "./dataset.ts";
import { DataError } from "./error.ts";
import { type DataFile, dataFile, type DataFiles, dataSetsOf } from "./file_names.ts";
import { isGzip } from "./gzip.ts";
import { MOST_HELD } from "./held.ts";
import { assertWholeNpy, npyHeader } from "./npy.ts";
import { assertWholeIdx, parseIdxImages, parseIdxLabels } from "./idx.ts";
import { CELEBA, readCelebA } from "./celeba.ts";
import { isPicture, mayHavePictures, type PictureOptions, readPictures } from "./image_folder.ts";
import { attempt, type Listing, listingOf, readFile } from "./reading.ts";

/** What one file gives to a part of a data set; "all" where it is of no part. */
export interface Piece {
  readonly part: "train" | "test" | "all";
  /** The file, for messages. */
  readonly file: string;
  readonly images?: RawImages;
  readonly labels?: RawLabels;
  readonly factors?: Factors;
}

/** The pieces of a data set, and where they are from. */
export interface Source {
  /** Its path, for names and messages. */
  readonly path: string;
  /** What is at the path: "IDX files in DIR". */
  readonly what: string;
  readonly pieces: readonly Piece[];
  /** Whether images stay in colour unless grey ones are asked for. */
  readonly colour?: boolean;
  readonly notes: readonly string[];
}

const REQUIRED =
  "IDX files (train-images-idx3-ubyte and so on, also gzipped), .npy or .npz arrays, CSV tables, " +
  "or PNG or JPEG pictures";
const FORMATS = { idx: "IDX files", numpy: "NumPy arrays", csv: "CSV tables" } as const;

const dirOf = (path: string): string =>
  path.includes("/") ? path.slice(0, path.lastIndexOf("/")) || "/" : ".";
const baseOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

type Read = Pick<Source, "pieces" | "notes">;

/** What a file gives. */
async function readPieces(dir: string, file: DataFile, most: number): Promise<Read> {
  const { name, kind, format } = file;
  const path = `${dir}/${name}`;
  const part = file.part ?? "all";
  const piece = (own: Pick<Piece, "images" | "labels">, notes: string[] = []): Read => ({
    pieces: [{ part, file: path, ...own }],
    notes,
  });
  if (format === "idx") {
    const what = kind === "labels" ? kind : "images";
    const bytes = await readFile(dir, name, {
      required: `an IDX file of ${what}`,
      look: (head, size) => assertWholeIdx(head, size, path, what),
    });
    if (what === "labels") return piece({ labels: parseIdxLabels(bytes, path) });
    const { images, count, height, width } = parseIdxImages(bytes, path);
    return piece({ images: { file: path, rows: [images], count, height, width, isByte: true } });
  }
  if (format === "csv") {
    const bytes = await readFile(dir, name, {
      required: "a CSV table",
      look: (head) => {
        if (isGzip(head)) {
          throw new DataError(path, "must be a CSV table, but it is gzipped: unpack it with `gunzip`");
        }
        if (head.includes(0)) {
          throw new DataError(path, "must be a CSV table, but it holds zero bytes, which no text has");
        }
      },
    });
    const { images, labels, layout } = parseCsv(bytes, path);
    return piece({ images, ...(labels && { labels }) }, [`${name} is read ${layout}.`]);
  }
  if (!/\.npz$/i.test(name)) {
    const bytes = await readFile(dir, name, {
      required: "a .npy file",
      // Before 2 GiB of something else are read.
      look: (head, size) => {
        if (!isGzip(head)) assertWholeNpy(npyHeader(head, path), size, path);
      },
    });
    const array = readNpy(bytes, path);
    return piece(
      kind === "labels" ? { labels: labelsOfArray(array, path) } : { images: imagesOfArray(array, path) },
    );
  }
  const bytes = await readFile(dir, name, {
    required: "a .npz archive",
    except: "a zip archive",
    look: (head) => {
      if (head[0] === 0x50 && head[1] === 0x4b) return;
      throw new DataError(path, "must be a .npz archive, but it does not begin as a zip archive does");
    },
  });
  const { parts, unread, pickled } = partsOfNpz(bytes, path, kind, most);
  const why = "it is a pickle of Python objects, which could hold a program";
  const pieces: Piece[] = [];
  for (const [own, one] of parts) {
    const [images, labels] = [await one.images?.(), one.labels?.()];
    pieces.push({
      part: own === "all" ? part : own,
      file: path,
      ...(images && { images }),
      ...(labels && { labels }),
      ...(images && one.factors && { factors: one.factors(images.count) }),
    });
  }
  return {
    pieces,
    notes: [
      ...pickled.map((array) => `Of ${name}, ${array} is not read: ${why}.`),
      ...(unread.length > 0 ? [`Of ${name}, ${unread.join(", ")} are not read.`] : []),
    ],
  };
}

/** A data set of files. */
async function readSet(dir: string, { format, prefix, files }: DataFiles, most = MOST_HELD): Promise<Source> {
  const path = files.length === 1 ? `${dir}/${files[0]!.name}` : prefix === "" ? dir : `${dir}/${prefix}`;
  const read: Read[] = [];
  for (const file of files) read.push(await readPieces(dir, file, most));
  const notes = read.flatMap((one) => one.notes);
  return {
    path,
    what: `${FORMATS[format]} ${path === dir ? "in " : ""}${path}`,
    pieces: read.flatMap((one) => one.pieces),
    notes,
  };
}

/** The one data set of a folder: of IDX files, else of arrays, else of tables; null if it has none. */
function onlySet(dir: string, sets: readonly DataFiles[]): DataFiles | null {
  for (const format of Object.keys(FORMATS)) {
    const own = sets.filter((set) => set.format === format);
    if (own.length > 1) {
      const names = own.map(({ prefix, files }) => prefix === "" ? files[0]!.name : prefix).sort();
      const todo = `name one, as ${dir}/${names[0]}`;
      throw new DataError(dir, `must hold one data set, but it holds ${names.join(", ")}: ${todo}`);
    }
    if (own.length === 1) return own[0]!;
  }
  return null;
}

/** A folder of pictures, or with folders train and test of pictures. */
async function readPictureFolders(
  dir: string,
  { folders }: Listing,
  options: PictureOptions,
): Promise<Source> {
  const named = (pattern: RegExp): string | undefined => folders.find((folder) => pattern.test(folder));
  const [train, test] = [named(/^train(ing)?$/i), named(/^(test(ing)?|t10k)$/i)];
  const parts = [["train", train], ["test", test]] as const;
  const places = train === undefined && test === undefined
    ? [["all", dir] as const]
    : parts.flatMap(([part, folder]) => folder === undefined ? [] : [[part, `${dir}/${folder}`] as const]);
  const pieces: Piece[] = [];
  const notes: string[] = [];
  for (const [part, place] of places) {
    const { images, labels, isColour, others } = await readPictures(place, options);
    pieces.push({ part, file: place, images, ...(labels && { labels }) });
    if (isColour) notes.push(`Colours in ${place} are turned to grey: ${GREY}.`);
    if (others > 0) {
      notes.push(`Of ${place}, ${others} files are not read, as they are no PNG or JPEG pictures.`);
    }
  }
  const { size } = options;
  if (size !== undefined) {
    notes.push(`The middle square of each picture is averaged to ${size} × ${size} pixels.`);
  }
  return { path: dir, what: `pictures in ${dir}`, pieces, notes };
}

/**
 * What is at a path: a folder, a file, or the name that several files of a folder begin with.
 *
 * @param options what is made of pictures
 * @throws (rejects) DataError if there is nothing, nothing that can be read, or more than one data set
 */
export async function readSource(path: string, options: PictureOptions = {}): Promise<Source> {
  const info = await attempt(path, path, () => Deno.stat(path).catch(nullIfNone));
  if (info?.isDirectory) {
    const listing = await listingOf(path);
    if (listing.folders.includes(CELEBA)) return await readCelebA(path, listing, options);
    const set = onlySet(path, dataSetsOf(listing.files));
    if (set) return await readSet(path, set, options.most);
    await assertNotAbove(path, listing);
    if (mayHavePictures(listing)) return await readPictureFolders(path, listing, options);
    const found = listing.files.length === 0 ? "it holds no files" : "it holds none of them";
    throw new DataError(path, `must hold ${REQUIRED}, but ${found}`);
  }
  const [dir, name] = [dirOf(path), baseOf(path)];
  const file = dataFile(name);
  // A path of no file may be the name that the files of a data set begin with; a file stands for its data set.
  if (info === null) {
    const set = onlySet(dir, (await setsBeside(path, dir)).filter(({ prefix }) => prefix === name));
    if (set) return await readSet(dir, set, options.most);
    await attempt(path, dir, () => Deno.stat(path));
  }
  if (file) {
    const sets = dataSetsOf((await listingOf(dir)).files);
    const set = sets.find(({ format, prefix }) => format === file.format && prefix === file.prefix);
    if (set) return await readSet(dir, set, options.most);
  }
  await readFile(dir, name, { required: REQUIRED });
  throw new DataError(
    path,
    `must be a folder or a file of ${REQUIRED}, but its name is of none; of pictures, give the folder`,
  );
}

/** Requires of a folder without data that no folder in it holds a data set, as torchvision's MNIST/raw does. */
async function assertNotAbove(dir: string, { folders }: Listing): Promise<void> {
  for (const folder of folders) {
    const inner = `${dir}/${folder}`;
    const listing = await listingOf(inner);
    if (listing.files.some(isPicture) || dataSetsOf(listing.files).length === 0) continue;
    throw new DataError(dir, `must hold ${REQUIRED}, but its folder ${folder} does: give ${inner}`);
  }
}

/** The data sets of the folder that a path without a file would be in. */
async function setsBeside(path: string, dir: string): Promise<DataFiles[]> {
  try {
    if (await Deno.stat(dir).catch(nullIfNone) === null) return [];
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotCapable)) throw cause;
    const todo = `if the names of files begin so, run deno again with --allow-read=${dir}`;
    throw new DataError(path, `must be a folder or a file of images, but it does not exist; ${todo}`, {
      cause,
    });
  }
  return dataSetsOf((await listingOf(dir)).files);
}

function nullIfNone(error: unknown): null {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
}
