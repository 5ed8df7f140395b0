/**
 * Folders and files on the disk, with errors that say what to do.
 *
 * @module
 */

import { MOST, readBounded } from "./bounded_file.ts";
import { DataError } from "./error.ts";

/** The names in a folder, sorted. */
export interface Listing {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * The result of `reading`; what the system reports becomes a DataError that says what to do.
 *
 * @param path what is read
 * @param grant the path to grant, where the permission is missing
 */
export async function attempt<T>(path: string, grant: string, reading: () => Promise<T>): Promise<T> {
  try {
    return await reading();
  } catch (cause) {
    // A TypeError or a RangeError is a fault of the program, not of the folder; a DataError says what is wrong itself.
    if (!(cause instanceof Error)) throw cause;
    if ([TypeError, RangeError, DataError].some((kind) => cause instanceof kind)) throw cause;
    if (typeof Deno === "undefined") {
      const instead = "read their bytes, and give them to parseIdxImages, or make a tensor of their numbers";
      throw new DataError(path, `files are read by Deno alone, which this is not: ${instead}`, { cause });
    }
    const why = cause instanceof Deno.errors.NotCapable
      ? `reading it needs a permission: run deno again with --allow-read=${
        /^[\w./:\\-]+$/.test(grant) ? grant : `'${grant}'`
      }`
      : cause instanceof Deno.errors.NotFound
      ? await missing(path)
      : `cannot be read: ${cause.message}`;
    throw new DataError(path, why, { cause });
  }
}

/** Why there is nothing at a path: a link of git-annex leads nowhere as long as its content is not fetched. */
async function missing(path: string): Promise<string> {
  const target = await Deno.readLink(path).catch(() => null);
  if (target === null) return "must be a folder or a file of images, but it does not exist";
  if (/(^|\/)\.git\/annex\/objects\//.test(target)) {
    return "must be a file, but it is a git-annex pointer: fetch its content with `git annex get`";
  }
  return `must be a file, but it is a link to ${target}, which does not exist`;
}

/** What a folder holds; a name that begins with a dot is left out. */
export async function listingOf(dir: string): Promise<Listing> {
  const entries = await attempt(dir, dir, () => Array.fromAsync(Deno.readDir(dir)));
  const [files, folders]: [string[], string[]] = [[], []];
  for (const { name, isDirectory, isSymlink } of entries) {
    if (name.startsWith(".")) continue;
    const isFolder = isDirectory ||
      isSymlink && (await Deno.stat(`${dir}/${name}`).catch(() => null))?.isDirectory === true;
    (isFolder ? folders : files).push(name);
  }
  return { files: files.sort(), folders: folders.sort() };
}

/** How a file is read. */
export interface Reading {
  /** What it should be: "an IDX file". */
  readonly required: string;
  /** What it may be, though it is foreign elsewhere: "a zip archive". */
  readonly except?: string;
  /** Sees the first bytes, 1024 where there are so many, and the size before the rest is read; may throw. */
  readonly look?: (head: Uint8Array, size: number) => void;
  /** How many bytes it may have; 2 GiB if left out. */
  readonly most?: number;
}

/** The bytes of a file in a folder. @throws (rejects) DataError */
export function readFile(
  dir: string,
  name: string,
  { required, except, look, most = MOST }: Reading,
): Promise<Uint8Array<ArrayBuffer>> {
  const path = `${dir}/${name}`;
  return attempt(path, dir, () =>
    readBounded(path, path, most, (head, size) => {
      assertNotForeign(head, path, required, except);
      look?.(head, size);
    }));
}

const DOWNLOAD = "download the file itself";

/** What a file is by its first bytes, as text of one byte a letter, and what to do about it. */
const FOREIGN: readonly (readonly [begins: RegExp, is: string, then: string])[] = [
  [
    /^(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|head|body|!--)/i,
    "an HTML page (of an error or a login, it may be)",
    DOWNLOAD,
  ],
  [/^version https:\/\/git-lfs\./, "a Git LFS pointer", "fetch its content with `git lfs pull`"],
  [/^(\.\.\/)*(\.git)?\/annex\/objects\//, "a git-annex pointer", "fetch its content with `git annex get`"],
  // deno-lint-ignore no-control-regex
  [/^PK\x03\x04/, "a zip archive", "unpack it, and give the folder"],
  [/^\xfd7zXZ\0/, "an xz file", "unpack it with `xz -d`"],
  [/^BZh[1-9]/, "a bzip2 file", "unpack it with `bzip2 -d`"],
  [/^\x28\xb5\x2f\xfd/, "a zstd file", "unpack it with `zstd -d`"],
  [/^MATLAB 5\.0/, "a MATLAB file", "save its arrays as .npy files"],
  [
    /^\x89HDF/,
    "an HDF5 file",
    'save its images with Python, numpy.savez_compressed("images.npz", images=h5py.File(…)["images"][()])',
  ],
  [/^PAR1/, "a Parquet file", "save its images as .npy or PNG files"],
];

/**
 * Requires of a file's first bytes that they are not those of a page, a pointer or an archive.
 *
 * @param head the first bytes
 * @param file the file's name, for the message
 * @param required what it should be: "an IDX file"
 * @param except kinds that are in their place: "a zip archive"
 * @throws DataError that names what the file is, and what to do
 */
export function assertNotForeign(head: Uint8Array, file: string, required: string, except = ""): void {
  if (head.length === 0) throw new DataError(file, `must be ${required}, but it is empty: download it again`);
  const text = Array.from(head.subarray(0, 256), (byte) => String.fromCharCode(byte)).join("");
  const found = FOREIGN.find(([begins]) => begins.test(text));
  if (found === undefined || found[1] === except) return;
  throw new DataError(file, `must be ${required}, but it is ${found[1]}: ${found[2]}`);
}
