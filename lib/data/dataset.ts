/**
 * What a data set is: images of one size, with labels where there are any.
 *
 * @module
 */

import { DataError } from "./error.ts";

/** The grey images behind a data set that is drawn anew in every epoch. */
export interface Grey {
  /** Bytes k `[count, height · width]`; a pixel is 1 with probability k/255. */
  readonly images: Uint8Array;
  /** The number `[count]` of each image in the whole set, which its draws depend on. */
  readonly ids: Uint32Array;
}

/** Images of one size as 8-bit pixels. */
export interface Dataset {
  /** What the set is, for a manifest and for messages. */
  readonly name: string;
  /** Pixels `[count, height · width]` in row-major order, whole numbers from 0 (background) to 255. */
  readonly images: Uint8Array;
  /** Labels `[count]`, whole numbers; null where the source has none. */
  readonly labels: Int32Array | null;
  /** Names of the labels 0, 1, …, where the source has names. */
  readonly classNames?: readonly string[];
  /** The grey images, where training is to draw binary ones anew in every epoch; `images` is then one draw. */
  readonly grey?: Grey;
  /** Rows of an image. */
  readonly height: number;
  /** Columns of an image. */
  readonly width: number;
  /** The number of images. */
  readonly count: number;
}

/** Two data sets of one source that have no image in common: one to train on, one held out. */
export interface Split {
  /** The images to train on. */
  readonly train: Dataset;
  /** The images that training never sees. */
  readonly heldOut: Dataset;
  /** Where the images come from and how they were divided, as a sentence for a manifest. */
  readonly source: string;
  /** How the images were read, where a reader should know: a sentence each. */
  readonly notes: readonly string[];
  /** The fingerprint of both sets, in hexadecimal; see `fingerprint`. */
  readonly sha256: string;
}

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
