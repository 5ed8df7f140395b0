/**
 * What a data set is: images of one size, with labels where there are any.
 *
 * @module
 */

import { DataError } from "./error.ts";

/** Pixels that are made or read when they are asked for, so that a data set may be larger than memory. */
export interface PixelReader {
  /**
   * The images with the given indices, one after the other: bytes `[batch, height · width · channels]`.
   *
   * @param indices `[batch]`, whole numbers from 0 to count − 1; one may come more than once
   */
  readonly read: (indices: ArrayLike<number>) => Uint8Array;
}

/** Where pixels are: in memory, `[count, height · width · channels]`, or wherever a reader has them from. */
export type PixelSource = Uint8Array | PixelReader;

/** What is known of how each image came about: factors, each with one of a few values. */
export interface Factors {
  /** The names of the factors. */
  readonly names: readonly string[];
  /** The values of each factor, in the order of its classes 0, 1, …; their number is the factor's size. */
  readonly values: readonly (readonly (number | string)[])[];
  /**
   * The classes of the images with the given indices, `[batch, factor]`: places in `values`.
   *
   * @param indices `[batch]`, whole numbers from 0 to count − 1
   */
  readonly classes: (indices: ArrayLike<number>) => Uint16Array;
}

/** The grey images behind a data set that is drawn anew in every epoch. */
export interface Grey {
  /** Bytes k `[count, height · width · channels]`; a pixel is 1 with probability k/255. */
  readonly images: PixelSource;
  /** The number `[count]` of each image in the whole set, which its draws depend on. */
  readonly ids: Uint32Array;
}

/** Images of one size as 8-bit pixels: all in memory (`Dataset<Uint8Array>`), or read by index. */
export interface Dataset<Pixels extends PixelSource = PixelSource> {
  /** What the set is, for a manifest and for messages. */
  readonly name: string;
  /**
   * Pixels `[count, height · width · channels]` in row-major order, the channels of a pixel side by side, whole numbers from 0
   * (background) to 255.
   */
  readonly images: Pixels;
  /** Labels `[count]`, whole numbers; null where the source has none. */
  readonly labels: Int32Array | null;
  /** Names of the labels 0, 1, …, where the source has names. */
  readonly classNames?: readonly string[];
  /** How each image came about, where this is known. */
  readonly factors?: Factors;
  /** The grey images, where training is to draw binary ones anew in every epoch; `images` is then one draw. */
  readonly grey?: Grey;
  /** Rows of an image. */
  readonly height: number;
  /** Columns of an image. */
  readonly width: number;
  /** Values of a pixel: 1 (grey), also if left out, or 3 (red, green, blue). */
  readonly channels?: 1 | 3;
  /** The number of images. */
  readonly count: number;
}

/** Two data sets of one source that have no image in common: one to train on, one held out. */
export interface Split<Pixels extends PixelSource = PixelSource> {
  /** The images to train on. */
  readonly train: Dataset<Pixels>;
  /** The images that training never sees. */
  readonly heldOut: Dataset<Pixels>;
  /** Where the images come from and how they were divided, as a sentence for a manifest. */
  readonly source: string;
  /** How the images were read, where a reader should know: a sentence each. */
  readonly notes: readonly string[];
  /** The fingerprint of both sets, in hexadecimal; see `fingerprint`. */
  readonly sha256: string;
}

/**
 * The numbers of an image, which are the inputs of a network: height · width · channels.
 *
 * @param dataset a data set, or its sizes
 */
export const sizeOf = (
  { height, width, channels = 1 }: Pick<Dataset, "height" | "width" | "channels">,
): number => height * width * channels;

/**
 * The labels of a data set, for a purpose that requires them.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { labelsOf } from "./dataset.ts";
 * import { loadFixture } from "./fixture.ts";
 *
 * assertEquals(labelsOf(await loadFixture(), "a classifier").classes, 10);
 * ```
 *
 * @param purpose who needs them, for the message
 * @returns labels `[count]`, each from 0 to classes − 1
 * @throws DataError if there are none, or one is below 0
 */
export function labelsOf(
  dataset: Dataset,
  purpose: string,
): { readonly labels: Int32Array; readonly classes: number } {
  const { name, labels } = dataset;
  if (labels === null) {
    throw new DataError(name, `${purpose} needs labels, but these images have none: give data with labels`);
  }
  const least = labels.findIndex((label) => label < 0);
  if (least >= 0) {
    throw new DataError(
      name,
      `${purpose} needs labels from 0, but label ${least} (from 0) is ${labels[least]}`,
    );
  }
  return { labels, classes: 1 + labels.reduce((most, label) => Math.max(most, label), 0) };
}
