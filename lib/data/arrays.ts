/**
 * NumPy's arrays as images and labels.
 *
 * @module
 */

import { HEAD } from "./bounded_file.ts";
import type { RawImages, RawLabels } from "./convert.ts";
import { DataError } from "./error.ts";
import { type Role, roleOf } from "./file_names.ts";
import { gunzip } from "./gzip.ts";
import { assertWholeNpy, type NpyArray, npyHeader, parseNpy } from "./npy.ts";
import { npzArrays } from "./npz.ts";

/** The names that arrays of a .npz are found by, for messages. */
const NAMES =
  "x_train, y_train, x_test and y_test, or train_images, train_labels, test_images and test_labels, or images and labels";

/**
 * The images of an array `[count, height, width]`, `[count, height · width]` of square images, or one of these with an
 * axis of 1 beside height and width.
 *
 * @throws DataError if it has another shape, or texts
 */
export function imagesOfArray({ shape, values }: NpyArray, file: string): RawImages {
  const fail = (why: string): never => {
    throw new DataError(
      file,
      `images must be [count, height, width], or [count, s · s] of square images, but ${why}`,
    );
  };
  if (Array.isArray(values)) return fail("the array holds texts");
  const shown = `the array is [${shape.join(", ")}]`;
  const [count = 0, ...rest] = shape;
  const sizes = rest.length === 3
    ? rest[0] === 1 ? rest.slice(1) : rest[2] === 1 ? rest.slice(0, 2) : rest
    : rest;
  if (sizes.length === 3 && (sizes[2] === 3 || sizes[0] === 3)) {
    return fail(`${shown}, in colours: turn them to grey`);
  }
  const side = Math.sqrt(sizes[0] ?? 0);
  const [height, width] = sizes.length === 1 && Number.isInteger(side)
    ? [side, side]
    : sizes.length === 2
    ? sizes
    : [];
  if (height === undefined || width === undefined || count * height * width === 0) return fail(shown);
  return {
    file,
    rows: [values as Uint8Array | Float32Array | Float64Array],
    count,
    height,
    width,
    isByte: false,
  };
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
  readonly images?: () => RawImages;
  readonly labels?: () => RawLabels;
}

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
 * @param kind what a single array is
 * @returns the parts, and the names of the arrays that are none of them
 * @throws DataError if no array has one of the names that are known
 */
export function partsOfNpz(
  bytes: Uint8Array,
  file: string,
  kind: "images" | "labels" | "both",
): { readonly parts: ReadonlyMap<"train" | "test" | "all", ArrayPart>; readonly unread: readonly string[] } {
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
  for (const { name, read, part, kind } of known) {
    const place = `${file}, ${name}.npy`;
    const own = kind === "images"
      ? { images: () => imagesOfArray(read(), place) }
      : { labels: () => labelsOfArray(read(), place) };
    parts.set(part ?? "all", { ...parts.get(part ?? "all"), ...own });
  }
  return { parts, unread: named.filter((array) => !known.includes(array)).map(({ name }) => name) };
}
