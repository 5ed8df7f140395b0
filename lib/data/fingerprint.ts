/**
 * A fingerprint of data, so that a manifest can say what a model was trained on.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";
import { DataError } from "./error.ts";
import { rows } from "./rows.ts";
import { encodeIdxLabels, idxImagesHeader } from "./idx_encode.ts";

/** Images that are read together. */
const AT_ONCE = 256;

/**
 * A SHA-256 that takes its bytes piece by piece, by Node's crypto, which Deno has as well. It is asked for when it is needed: an
 * import would keep bundlers from making a page of what does without.
 *
 * @throws DataError where there is none
 */
export function sha256(): import("node:crypto").Hash {
  const found = globalThis.process?.getBuiltinModule?.("node:crypto");
  if (found !== undefined) return found.createHash("sha256");
  throw new DataError(
    "images that are read by index",
    "need node:crypto, which this platform lacks: use fewer images",
  );
}

/** The bytes that are digested, one piece after the other. */
function* piecesOf(set: Dataset): Generator<Uint8Array<ArrayBuffer>> {
  const { count, labels, classNames = [] } = set;
  yield idxImagesHeader(set);
  for (let start = 0; start < count; start += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - start);
    yield Uint8Array.from(rows("fingerprint", set, Uint32Array.from({ length }, (_, i) => start + i)));
  }
  if (labels) yield encodeIdxLabels(labels);
  for (const name of classNames) yield new TextEncoder().encode(`\0${name}`);
}

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
  const sets = [train, heldOut];
  if (sets.every(({ images }) => images instanceof Uint8Array)) {
    const digest = await crypto.subtle.digest(
      "SHA-256",
      await new Blob(sets.flatMap((set) => [...piecesOf(set)])).arrayBuffer(),
    );
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  const hash = sha256();
  for (const set of sets) for (const piece of piecesOf(set)) hash.update(piece);
  return hash.digest("hex");
}
