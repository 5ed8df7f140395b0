/**
 * A folder of MNIST's original files (or of files in its format, such as Fashion-MNIST).
 *
 * @module
 */

import { MOST, readBounded } from "./bounded_file.ts";
import type { Dataset, Split } from "./dataset.ts";
import { DataError } from "./error.ts";
import { fingerprint } from "./fingerprint.ts";
import { assertWholeIdx } from "./idx.ts";
import { readIdxPair } from "./idx_pair.ts";
import { select } from "./select.ts";
import { stratifiedSplit } from "./stratified.ts";

/** How a folder is read. */
export interface FolderReader {
  /** The folder's entries. */
  readDir(path: string): AsyncIterable<Pick<Deno.DirEntry, "name" | "isDirectory">>;
  /** A file's bytes. @param look may be called with the first of them and their number before the rest is read; throws */
  readFile(path: string, look: (head: Uint8Array, size: number) => void): Promise<Uint8Array>;
}

/** The disk; files of more than 2 GiB, and what is no file, are refused. */
const DISK: FolderReader = {
  readDir: (path) => Deno.readDir(path),
  readFile: (path, look) => readBounded(path, path, MOST, look),
};

type Part = "train" | "t10k";

/** MNIST's name of a file, and the other names it goes by, in the order in which they are preferred. */
function fileNames(part: Part, kind: "images" | "labels"): [string, ...string[]] {
  const type = kind === "images" ? "idx3-ubyte" : "idx1-ubyte";
  const [dash, dot] = [`${part}-${kind}-${type}`, `${part}-${kind}.${type}`];
  return [dash, dot, `${dash}.gz`, `${dot}.gz`];
}

const REQUIRED = (["train", "t10k"] as const)
  .flatMap((part) => [fileNames(part, "images")[0], fileNames(part, "labels")[0]]).join(", ") +
  " (each also with .gz), both train or both t10k files or all four";

/** The result of `reading`; what the system reports becomes a DataError that says what to do. */
async function attempt<T>(path: string, dir: string, reading: () => Promise<T>): Promise<T> {
  try {
    return await reading();
  } catch (cause) {
    // A TypeError or a RangeError is a fault of the program, not of the folder; a DataError says what is wrong itself.
    if (!(cause instanceof Error)) throw cause;
    if ([TypeError, RangeError, DataError].some((kind) => cause instanceof kind)) throw cause;
    const fail = (why: string): never => {
      throw new DataError(path, why, { cause });
    };
    if (cause instanceof Deno.errors.NotCapable) {
      const quoted = /^[\w./:\\-]+$/.test(dir) ? dir : `'${dir}'`;
      return fail(`reading it needs a permission: run deno again with --allow-read=${quoted}`);
    }
    if (path === dir && cause instanceof Deno.errors.NotFound) {
      return fail("must be a folder, but it does not exist");
    }
    if (path === dir && cause instanceof Deno.errors.NotADirectory) {
      return fail("must be a folder, but it is a file");
    }
    return fail(`cannot be read: ${cause.message}`);
  }
}

/** The data set of one part of the folder; undefined if neither of its files is there. */
async function readPart(
  dir: string,
  present: ReadonlySet<string>,
  part: Part,
  io: FolderReader,
): Promise<Dataset | undefined> {
  const find = (kind: "images" | "labels"): string | undefined =>
    fileNames(part, kind).find((name) => present.has(name));
  const [images, labels] = [find("images"), find("labels")];
  if (images === undefined || labels === undefined) {
    const found = images ?? labels;
    if (found === undefined) return undefined;
    const [partner] = fileNames(part, images === undefined ? "images" : "labels");
    throw new DataError(dir, `${found} needs its partner ${partner} (or with .gz), but there is none`);
  }
  const read = async (
    name: string,
    kind: "images" | "labels",
  ): Promise<{ file: string; bytes: Uint8Array }> => {
    const file = `${dir}/${name}`;
    const look = (head: Uint8Array, size: number): void => assertWholeIdx(head, size, file, kind);
    return { file, bytes: await attempt(file, dir, () => io.readFile(file, look)) };
  };
  return readIdxPair(`${dir} (${part})`, await read(images, "images"), await read(labels, "labels"));
}

/** The only part there is, one in ten of it held out by class. */
function divide(dir: string, only: Dataset, part: Part): Omit<Split, "sha256"> {
  const other = part === "train" ? "t10k" : "train";
  if (only.count < 2) {
    const why = `${part} must hold at least 2 images to be divided, but it holds ${only.count}`;
    throw new DataError(dir, `without ${other} files, ${why}`);
  }
  const indices = stratifiedSplit(only.labels!, Math.max(1, Math.round(only.count / 10)));
  const train = select(only, indices.train, `${dir} (${part}, train)`);
  const heldOut = select(only, indices.heldOut, `${dir} (${part}, held out)`);
  const counts = `${train.count} images to train on, ${heldOut.count} held out`;
  const source =
    `IDX files in ${dir}: no ${other} files, so the ${part} files are divided by class, ${counts}`;
  return { train, heldOut, source, notes: [] };
}

/**
 * The data of a folder with MNIST's original files, gzipped or not: `train-images-idx3-ubyte`,
 * `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte` (also `….idx3-ubyte`, with a dot).
 *
 * With all four, the train files are trained on and the t10k files held out, in their order. With only one
 * pair, one in ten of its images is held out by `stratifiedSplit`, and `source` says so. Needs
 * `--allow-read=DIR`.
 *
 * @param dir the folder
 * @param io how files are read; by default from the disk
 * @throws DataError if the folder is missing, empty, no folder or may not be read, if a file has no partner, or
 * if a file is not whole
 */
export async function loadIdxFolder(dir: string, io: FolderReader = DISK): Promise<Split> {
  const path = dir.replace(/(?<=.)\/+$/, "");
  const names = await attempt(path, path, async () => {
    const entries = await Array.fromAsync(io.readDir(path));
    return entries.filter((entry) => !entry.isDirectory).map((entry) => entry.name);
  });
  const present = new Set(names);
  const train = await readPart(path, present, "train", io);
  const heldOut = await readPart(path, present, "t10k", io);
  if (train !== undefined && heldOut !== undefined) {
    const sizes = [train, heldOut].map(({ height, width }) => `${height} × ${width}`);
    if (sizes[0] !== sizes[1]) {
      throw new DataError(
        path,
        `train and t10k images must have one size, but they are ${sizes.join(" and ")}`,
      );
    }
    const counts = `train to train on (${train.count} images), t10k held out (${heldOut.count} images)`;
    const source = `IDX files in ${path}: ${counts}`;
    return { train, heldOut, source, notes: [], sha256: await fingerprint(train, heldOut) };
  }
  const only = train ?? heldOut;
  if (only === undefined) {
    const found = present.size === 0 ? "it holds no files" : "it holds none of them";
    throw new DataError(path, `must hold ${REQUIRED}, but ${found}`);
  }
  const split = divide(path, only, train === undefined ? "t10k" : "train");
  return { ...split, sha256: await fingerprint(split.train, split.heldOut) };
}
