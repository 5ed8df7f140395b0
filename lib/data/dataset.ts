/**
 * What a data set is: images of one size, each with a label.
 *
 * @module
 */

/** Images of one size as 8-bit pixels, each with a label. */
export interface Dataset {
  /** What the set is, for a manifest and for messages. */
  readonly name: string;
  /** Pixels `[count, height · width]` in row-major order, whole numbers from 0 (background) to 255. */
  readonly images: Uint8Array;
  /** Labels `[count]`, 0 to 9. */
  readonly labels: Uint8Array;
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
  /** The fingerprint of both sets, in hexadecimal; see `fingerprint`. */
  readonly sha256: string;
}
