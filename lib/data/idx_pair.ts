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
 * @param labels the label file
 * @throws DataError if either is no such file, or they differ in number
 */
export async function readIdxPair(name: string, images: NamedBytes, labels: NamedBytes): Promise<Dataset> {
  const parsed = await parseIdxImages(images.bytes, images.file);
  const classes = await parseIdxLabels(labels.bytes, labels.file);
  if (classes.length !== parsed.count) {
    throw new DataError(
      labels.file,
      `must have one label for each of the ${parsed.count} images of ${images.file}, but has ${classes.length}`,
    );
  }
  return { name, ...parsed, labels: classes };
}
