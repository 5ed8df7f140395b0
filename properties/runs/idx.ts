/**
 * Images in IDX files as a run takes them, read without the library.
 *
 * Source: Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits ("file formats").
 *
 * @module
 */

import type { LabelledImages } from "../contract/study_run.ts";
import { divided } from "./digits.ts";
import type { ReadFile } from "./file.ts";

/** The numbers of an IDX file of bytes, gzipped or not, an item each. */
async function itemsOf(read: ReadFile, name: string): Promise<number[][] | null> {
  let bytes = await read(name);
  const packed = bytes === null ? await read(`${name}.gz`) : null;
  if (packed !== null) {
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    bytes = new Uint8Array(await new Response(unpacked).arrayBuffer());
  }
  if (bytes === null) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset), axes = bytes[3]!;
  const sizes = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = sizes.slice(1).reduce((a, b) => a * b, 1), start = 4 + 4 * axes;
  return Array.from(
    { length: sizes[0]! },
    (_, i) => [...bytes.subarray(start + i * size, start + (i + 1) * size)],
  );
}

/**
 * The images whose files begin so: with a test set as it is, or with one in ten held out by class.
 *
 * @param path a folder of MNIST's files, or the beginning of the names of a pair
 * @returns null if there are none
 */
export async function idxImages(read: ReadFile, path: string): Promise<LabelledImages | null> {
  const [train, heldOut] = [
    await itemsOf(read, `${path}/train-images-idx3-ubyte`),
    await itemsOf(read, `${path}/t10k-images-idx3-ubyte`),
  ];
  if (train !== null && heldOut !== null) {
    const own = [
      await itemsOf(read, `${path}/train-labels-idx1-ubyte`),
      await itemsOf(read, `${path}/t10k-labels-idx1-ubyte`),
    ] as const;
    const labels = own[0] && own[1] && { train: own[0].flat(), heldOut: own[1].flat() };
    return { train, heldOut, labels };
  }
  const images = await itemsOf(read, `${path}-images-idx3-ubyte`);
  const labels = await itemsOf(read, `${path}-labels-idx1-ubyte`);
  if (images === null || labels === null) return null;
  const names = [...new Set(labels.flat())].toSorted((a, b) => a - b);
  const classes = names.map((label) => images.filter((_, i) => labels[i]![0] === label));
  return divided(classes, Math.max(1, Math.round(images.length / 10)), names);
}
