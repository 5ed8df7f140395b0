/**
 * A fingerprint of data, so that a manifest can say what a model was trained on.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";
import { allRows } from "./rows.ts";
import { encodeIdxImages, encodeIdxLabels } from "./idx_encode.ts";

/**
 * The SHA-256 of a divided data set: of its four IDX files (images and labels to train on, images and labels
 * held out), not gzipped, one after the other. Images in colour have a fourth axis, of their channels. Labels that are not all 0 to 255 are an IDX file of 32-bit numbers; where
 * there are none, their file is left out; names of classes follow their labels, each after a zero byte.
 *
 * For the original files of MNIST this is
 * `cat train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte | sha256sum`.
 *
 * @param train the images to train on
 * @param heldOut the images held out
 * @returns 64 hexadecimal digits
 */
export async function fingerprint(train: Dataset, heldOut: Dataset): Promise<string> {
  const files = [train, heldOut].flatMap((set) => [
    encodeIdxImages({ ...set, images: allRows("fingerprint", set) }),
    ...(set.labels ? [encodeIdxLabels(set.labels)] : []),
    ...(set.classNames ?? []).map((name) => new TextEncoder().encode(`\0${name}`)),
  ]);
  const digest = await crypto.subtle.digest("SHA-256", await new Blob(files).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
