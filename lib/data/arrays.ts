/**
 * NumPy's arrays as images and labels.
 *
 * @module
 */

import { HEAD, MOST } from "./bounded_file.ts";
import type { RawImages, RawLabels } from "./convert.ts";
import type { Factors } from "./dataset.ts";
import { DataError } from "./error.ts";
import { type Role, roleOf } from "./file_names.ts";
import { gunzip } from "./gzip.ts";
import { assertWholeNpy, type NpyArray, npyHeader, parseNpy } from "./npy.ts";
import { factorsOf } from "./latents.ts";
import { npzArrays, npzEntry } from "./npz.ts";

/** The names that arrays of a .npz are found by, for messages. */
const NAMES =
  "x_train, y_train, x_test and y_test, or train_images, train_labels, test_images and test_labels, or images and labels";

/** The sizes of images in an array of a shape. @throws DataError if it is no shape of images */
function imageSizes(
  shape: readonly number[],
  file: string,
): Pick<RawImages, "file" | "count" | "height" | "width" | "channels"> {
  const fail = (why: string): never => {
    throw new DataError(
      file,
      "images must be [count, height, width], or [count, s · s] of square images, " +
        `or [count, height, width, 3] in colour, but ${why}`,
    );
  };
  const shown = `the array is [${shape.join(", ")}]`;
  const [count = 0, ...rest] = shape;
  if (rest.length === 3 && rest[0] === 3 && rest[2] !== 3) {
    return fail(`${shown}: move the axis of the colours to the end (numpy.moveaxis(x, 1, -1))`);
  }
  const isColour = rest.length === 3 && rest[2] === 3;
  const sizes = isColour
    ? rest.slice(0, 2)
    : rest.length === 3
    ? rest[0] === 1 ? rest.slice(1) : rest[2] === 1 ? rest.slice(0, 2) : rest
    : rest;
  const side = Math.sqrt(sizes[0] ?? 0);
  const [height, width] = sizes.length === 1 && Number.isInteger(side)
    ? [side, side]
    : sizes.length === 2
    ? sizes
    : [];
  if (height === undefined || width === undefined || count * height * width === 0) return fail(shown);
  return { file, count, height, width, ...(isColour && { channels: 3 }) };
}

/**
 * The images of an array `[count, height, width]`, `[count, height · width]` of square images, one of these with an axis of 1 beside
 * height and width, or `[count, height, width, 3]` in colour.
 *
 * @throws DataError if it has another shape, or texts
 */
export function imagesOfArray({ shape, values }: NpyArray, file: string): RawImages {
  if (Array.isArray(values)) throw new DataError(file, "images must be numbers, but the array holds texts");
  const rows = [values as Uint8Array | Float32Array | Float64Array];
  return { ...imageSizes(shape, file), rows, isByte: false };
}

/** The images of an array of an archive: in memory, or where they are bytes that need more than `most`, in compressed blocks. */
async function imagesOfEntry(
  bytes: Uint8Array,
  { name, read }: Named,
  file: string,
  most: number,
): Promise<RawImages> {
  const place = `${file}, ${name}.npy`;
  const { head } = npzEntry(bytes, name, file);
  const { whole, start, size } = npyHeader(head, place, Infinity);
  if (whole <= MOST && (size > 1 || whole - start <= most)) return imagesOfArray(read(), place);
  const { npzBlocks } = await import("./npz_blocks.ts");
  const { reader, shape, greatest, digest } = await npzBlocks(bytes, name, file);
  return { ...imageSizes(shape, place), rows: reader, isByte: false, greatest, digest };
}

/** The labels of an array `[count]` or `[count, 1]`. @throws DataError if it has another shape */
export function labelsOfArray({ shape, values }: NpyArray, file: string): RawLabels {
  if (shape.length === 1 || shape.length === 2 && shape[1] === 1) return values;
  const todo = shape.length === 2 ? ": of one-hot rows, take .argmax(1)" : "";
  throw new DataError(file, `labels must be [count], but the array is [${shape.join(", ")}]${todo}`);
}

/** An array with what it is of. */
interface Named extends Role {
  readonly name: string;
  readonly read: () => NpyArray;
}

/** Images and labels, of one part or of all. */
export interface ArrayPart {
  readonly images?: () => Promise<RawImages>;
  readonly labels?: () => RawLabels;
  /** The factors of so many images. */
  readonly factors?: (count: number) => Factors;
}

/** Whether an array is a pickle of Python objects. */
const isPickle = (bytes: Uint8Array, name: string, file: string): boolean =>
  /'descr'\s*:\s*'\|?O'/.test(new TextDecoder().decode(npzEntry(bytes, name, file).head));
/** The arrays of the factors, and whether each is needed. */
const [CLASSES, VALUES] = ["latents_classes", "latents_values"];

/** The array of a .npy file, gzipped or not. */
export function readNpy(bytes: Uint8Array, file: string): NpyArray {
  let first = bytes;
  const plain = gunzip(bytes, file, (head) => npyHeader(first = head, file).whole);
  if (plain === null) assertWholeNpy(npyHeader(first.subarray(0, HEAD), file), null, file);
  return parseNpy(plain!, file);
}

/**
 * The arrays of a .npz archive by part: of `train`, `test`, or of all there is.
 *
 * An archive of one array holds images, and the unnamed arrays arr_0 and arr_1 of a pair are images and labels.
 *
 * Arrays `latents_classes` and `latents_values`, as dSprites has them, are the factors of images that are in one part.
 *
 * @param kind what a single array is
 * @param most how many bytes of pixels are held in memory as they are
 * @returns the parts, and the names of the arrays that are none of them, those that are pickles apart
 * @throws DataError if no array has one of the names that are known
 */
export function partsOfNpz(
  bytes: Uint8Array,
  file: string,
  kind: "images" | "labels" | "both",
  most: number,
): {
  readonly parts: ReadonlyMap<"train" | "test" | "all", ArrayPart>;
  readonly unread: readonly string[];
  readonly pickled: readonly string[];
} {
  const arrays = [...npzArrays(bytes, file)];
  const only = arrays.length === 1 && roleOf(arrays[0]![0]).part === null;
  const inOrder = arrays.length <= 2 && arrays.every(([name], i) => name === `arr_${i}`);
  const named: Named[] = arrays.map(([name, read], i) => {
    if (only) return { name, read, prefix: "", part: null, kind: kind === "labels" ? kind : "images" };
    if (inOrder) return { name, read, prefix: "", part: null, kind: i === 0 ? "images" : "labels" };
    return { name, read, ...roleOf(name) };
  });
  const known = named.filter((array) => array.kind !== "both" && array.prefix === "");
  if (!known.some((array) => array.kind === "images" || kind === "labels")) {
    const found = arrays.length === 0 ? "it has none" : `they are ${arrays.map(([name]) => name).join(", ")}`;
    throw new DataError(file, `its arrays must be named ${NAMES}, but ${found}`);
  }
  const parts = new Map<"train" | "test" | "all", ArrayPart>();
  for (const array of known) {
    const { name, read, part, kind } = array, place = `${file}, ${name}.npy`;
    const own = kind === "images"
      ? { images: () => imagesOfEntry(bytes, array, file, most) }
      : { labels: () => labelsOfArray(read(), place) };
    parts.set(part ?? "all", { ...parts.get(part ?? "all"), ...own });
  }
  const [classes, values] = [CLASSES, VALUES].map((name) => named.find((array) => array.name === name));
  if (classes && parts.has("all")) {
    const factors = (count: number): Factors =>
      factorsOf(classes.read(), values?.read() ?? null, count, file);
    parts.set("all", { ...parts.get("all"), factors });
  }
  const used = classes ? [classes, values] : [];
  const rest = named.filter((array) => !known.includes(array) && !used.includes(array)).map(({ name }) =>
    name
  );
  const pickled = rest.filter((name) => isPickle(bytes, name, file));
  return { parts, unread: rest.filter((name) => !pickled.includes(name)), pickled };
}
