/**
 * Images from a folder or a file, in any of the formats that images of digits come in.
 *
 * @module
 */

import { GREY, type RawImages, type RawLabels, toBytes, toLabels } from "./convert.ts";
import { type Dataset, type Factors, sizeOf, type Split } from "./dataset.ts";
import { DataError } from "./error.ts";
import { fingerprint, sha256 } from "./fingerprint.ts";
import { held, MOST_HELD } from "./held.ts";
import { holdOut } from "./hold_out.ts";
import { assertLabelEach } from "./idx_pair.ts";
import { eachRead } from "./rows.ts";
import type { Piece, Source } from "./source.ts";

/** How images are read. */
export interface ImageDataOptions {
  /** Whether each image is transposed: EMNIST's files hold theirs so. False if left out. */
  readonly transpose?: boolean;
  /** Rows and columns that images are made to, 1 to 1024: their middle squares, averaged by area. As they are if left out. */
  readonly size?: number;
  /** 1 (grey) or 3 (red, green, blue). 1 if left out, but for CelebA, of which it is 3. */
  readonly channels?: 1 | 3;
  /** How many bytes of pixels of each part are held in memory; 256 MiB if left out. */
  readonly most?: number;
}

/** A part, put together from its pieces. */
interface Part {
  readonly name: string;
  readonly images: RawImages;
  readonly labels: RawLabels | null;
  readonly factors: Factors | null;
}

/** The pieces of a part as one; null if there are none. */
function partOf({ path, pieces }: Source, part: Piece["part"]): Part | null {
  const own = pieces.filter((piece) => piece.part === part);
  if (own.length === 0) return null;
  const withImages = own.filter((piece) => piece.images !== undefined);
  const withLabels = own.filter((piece) => piece.labels !== undefined);
  if (withImages.length === 0) {
    throw new DataError(
      withLabels[0]!.file,
      "labels need the images that they are of, but there is no file of them",
    );
  }
  for (const several of [withImages, withLabels]) {
    if (several.length < 2) continue;
    const files = several.map(({ file }) => file).join(" and ");
    throw new DataError(path, `a part must have its images and labels in one file each, but it has ${files}`);
  }
  const [{ images, file, factors = null }] = withImages as [Piece];
  const labels = withLabels[0]?.labels ?? null;
  if (labels) assertLabelEach(labels.length, withLabels[0]!.file, images!.count, file);
  const t10k = /t10k[^/]*$/i.test(file);
  return { name: part === "test" && t10k ? "t10k" : part, images: images!, labels, factors };
}

/** The images with rows and columns exchanged. */
function transposed(dataset: Dataset): Dataset {
  const { images, height, width, channels = 1 } = dataset;
  const turned = (bytes: Uint8Array): Uint8Array => {
    const out = new Uint8Array(bytes.length);
    for (let start = 0, at = 0; start < bytes.length; start += height * width * channels) {
      for (let column = 0; column < width; column++) {
        for (let row = 0; row < height; row++) {
          const from = start + (row * width + column) * channels;
          for (let c = 0; c < channels; c++) out[at++] = bytes[from + c]!;
        }
      }
    }
    return out;
  };
  return {
    ...dataset,
    images: eachRead(images, turned),
    height: width,
    width: height,
  };
}

/**
 * The images of a folder or a file, to train on and held out. It reads
 *
 * - IDX files, gzipped or not: MNIST's names (`train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-…`, also
 *   Fashion-MNIST's and KMNIST's), with a name before them (`emnist-letters-test-images-idx3-ubyte`), and labels of 32 bits
 *   (`qmnist-train-labels-idx2-int`);
 * - NumPy arrays: `.npy` files (`x_train.npy`, `train_images.npy`, `k49-train-labels.npy`) and `.npz` archives of one or of
 *   all of these arrays, numbers from 0 to 255 or from 0 to 1;
 * - CSV tables of square images (`mnist_train.csv`, `train.csv`);
 * - PNG or JPEG pictures, whose sub-folders are their classes, perhaps in folders `train` and `test`: of one size, or of any where
 *   `size` says what they are made to. An EXIF orientation is applied;
 * - CelebA as it comes: `img_align_celeba`, with `list_attr_celeba.txt` and `list_eval_partition.txt` where they are there.
 *
 * Labels are optional, and any whole numbers or names. A file stands for its data set: a path of `mnist_train.csv` is read
 * with `mnist_test.csv` beside it, and the name that several files begin with is a path too (`DIR/emnist-letters`). Where
 * there is only one part, one in ten of its images is held out, by class where there are labels, without drawing. Pixels that need
 * more than 256 MiB are read as they are asked for, and the first of them are held. Needs `--allow-read` of the folder.
 *
 * @param path the folder, the file, or the beginning of the files' names
 * @throws (rejects) DataError if there is nothing at the path, nothing that can be read, more than one data set, or data
 * that are not whole; RangeError for a size or channels that there cannot be
 */
export async function loadImageData(path: string, options: ImageDataOptions = {}): Promise<Split> {
  // The decoders of pictures and tables take 0.07 s to load, which the default digits need not wait for.
  const { readSource } = await import("./source.ts");
  const { transpose = false, most = MOST_HELD } = options;
  assertFit(options);
  const { transpose: _, most: __, ...fit } = options;
  const source = await readSource(path.replace(/(?<=.)\/+$/, ""), { ...fit, most });
  const parts = (["train", "test", "all"] as const).map((part) => partOf(source, part));
  const [train, test, all] = parts as [Part | null, Part | null, Part | null];
  const used = train || test ? [train, test].filter((part) => part !== null) : [all!];
  const { bytes, notes } = toBytes(used.map(({ images }) => images));
  const { labels, classNames } = toLabels(used.map((part) => part.labels), source.path);
  const made = await import("./fitted.ts");
  const datasets = used.map(({ name, images: raw, factors }, i): Dataset => {
    const { count, height, width, channels = 1 } = raw;
    const dataset: Dataset = {
      name: name === "all" || used.length === 1 ? source.path : `${source.path} (${name})`,
      images: bytes[i]!,
      labels: labels[i]!,
      ...(classNames && { classNames }),
      ...(factors && { factors }),
      ...{ height, width, ...(channels === 3 && { channels }), count },
    };
    const wanted = { ...fit, channels: fit.channels ?? (source.colour ? 3 : 1) };
    if (channels > wanted.channels) notes.push(`Colours in ${raw.file} are turned to grey: ${GREY}.`);
    return held(made.fitted(transpose ? transposed(dataset) : dataset, wanted), most);
  });
  const split = dividedSplit(source, datasets, used);
  return {
    ...split,
    notes: [...source.notes, ...notes, ...hints(source, split, options), ...roomNotes(datasets, most)],
    sha256: await digestOf(used, datasets, split, { transpose, ...fit }),
  };
}

/** Requires a size and channels that there can be. */
function assertFit({ size = 1, channels = 1 }: ImageDataOptions): void {
  if (!Number.isInteger(size) || size < 1 || size > 1024) {
    throw new RangeError(`loadImageData: size must be a whole number from 1 to 1024, but it is ${size}`);
  }
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`loadImageData: channels must be 1 or 3, but they are ${channels}`);
  }
}

/** The fingerprint: of the pixels, or where these are not held in memory, of the files and what is made of them. */
async function digestOf(
  parts: readonly Part[],
  datasets: readonly Dataset[],
  { train, heldOut }: Pick<Split, "train" | "heldOut">,
  made: unknown,
): Promise<string> {
  if (parts.every(({ images: { digest } }) => digest === undefined)) return await fingerprint(train, heldOut);
  const digests = await Promise.all(
    parts.map(({ images: { digest } }, i) => digest ?? fingerprint(datasets[i]!, datasets[i]!)),
  );
  const labels = [train, heldOut].map((set) => set.labels && [...set.labels]);
  return sha256().update(JSON.stringify([digests, made, train.count, heldOut.count, labels])).digest("hex");
}

/** Which images are not held in memory. */
const roomNotes = (datasets: readonly Dataset[], most: number): string[] =>
  datasets.filter(({ images }) => !(images instanceof Uint8Array)).map((set) =>
    `The images need ${
      set.count * sizeOf(set)
    } bytes, of which ${most} are held: the others are read as they are asked for.`
  );

/** The two parts, or the only one divided. */
function dividedSplit(
  { path, what }: Source,
  [first, second]: readonly Dataset[],
  names: readonly Part[],
): Pick<Split, "train" | "heldOut" | "source"> {
  if (second === undefined) {
    const { train, heldOut, how } = holdOut(first!);
    return {
      train,
      heldOut,
      source: `${what}: ${train.count} images to train on, ${heldOut.count} held out (${how})`,
    };
  }
  const sizes = [first!, second].map(({ height, width }) => `${height} × ${width}`);
  const [one, other] = names.map(({ name }) => name);
  if (sizes[0] !== sizes[1]) {
    throw new DataError(
      path,
      `${one} and ${other} images must have one size, but they are ${sizes.join(" and ")}`,
    );
  }
  const counts = `${one} to train on (${first!.count} images), ${other} held out (${second.count} images)`;
  return { train: first!, heldOut: second, source: `${what}: ${counts}` };
}

/** What a reader should know of the data. */
function hints(
  { path, pieces }: Source,
  { train, heldOut }: Pick<Split, "train" | "heldOut">,
  { transpose = false }: ImageDataOptions,
): string[] {
  const notes: string[] = [];
  if (!transpose && pieces.some(({ file }) => /emnist[^/]*$/i.test(file))) {
    notes.push("EMNIST's files hold their images transposed: --transpose turns them upright.");
  }
  const unlabelled = [train, heldOut].filter(({ labels }) => labels === null);
  if (unlabelled.length === 2) notes.push(`${path} has no labels.`);
  else if (unlabelled.length === 1) {
    notes.push(`The images ${unlabelled[0] === train ? "to train on" : "held out"} have no labels.`);
  }
  if (pieces.some(({ part }) => part === "all") && pieces.some(({ part }) => part !== "all")) {
    const files = pieces.filter(({ part }) => part === "all").map(({ file }) => file.replace(/^.*\//, ""));
    notes.push(`Beside train and test, ${[...new Set(files)].join(", ")} is not used.`);
  }
  return notes;
}
