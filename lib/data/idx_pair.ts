/**
 * An image file and its label file as one data set.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";
import { DataError } from "./error.ts";
import { parseIdxImages, parseIdxLabels } from "./idx.ts";

/** The bytes of a file, with its name for messages. */
export interface NamedBytes {
  /** The file's name. */
  readonly file: string;
  /** The file's bytes. */
  readonly bytes: Uint8Array;
}

/**
 * The data set of an IDX file of images and the IDX file of their labels, each gzipped or not.
 *
 * @param name the data set's name
 * @param images the image file
 * @param labels the label file; null where there is none
 * @throws DataError if either is no such file, or they differ in number
 */
export function readIdxPair(
  name: string,
  images: NamedBytes,
  labels: NamedBytes | null,
): Dataset<Uint8Array> {
  const parsed = parseIdxImages(images.bytes, images.file);
  if (labels === null) return { name, ...parsed, labels: null };
  const classes = parseIdxLabels(labels.bytes, labels.file);
  assertLabelEach(classes.length, labels.file, parsed.count, images.file);
  return { name, ...parsed, labels: classes };
}

/** Requires one label for each image. @throws DataError if their numbers differ */
export function assertLabelEach(labels: number, labelFile: string, images: number, imageFile: string): void {
  if (labels === images) return;
  const why = `must have one label for each of the ${images} images of ${imageFile}, but has ${labels}`;
  throw new DataError(labelFile, why);
}
