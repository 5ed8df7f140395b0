/**
 * Pixels in memory, up to a bound.
 *
 * @module
 */

import { type Dataset, type PixelReader, sizeOf } from "./dataset.ts";

/** The most bytes of pixels that a data set holds in memory: 256 MiB. What is larger is read as it is asked for. */
export const MOST_HELD = 2 ** 28;

/** Images that are read together. */
const AT_ONCE = 256;

/**
 * A reader that keeps images in memory, as many as fit: the first that are asked for stay. (Training asks for each image once
 * an epoch, in a new order, of which keeping the latest ones would seldom be of use.)
 *
 * @param source where images are from
 * @param size the bytes of an image
 * @param count the number of images
 * @param most how many bytes of images are held
 */
export function holding(
  source: PixelReader,
  size: number,
  count: number,
  most: number,
): PixelReader & { /** The bytes of images that are held. */ readonly held: () => number } {
  const kept: Uint8Array[] = [];
  const places = new Int32Array(count).fill(-1);
  const room = Math.floor(most / size);
  return {
    held: () => kept.reduce((sum, { byteLength }) => sum + byteLength, 0),
    read: (indices) => {
      const missing = [...new Set(Array.from(indices).filter((index) => places[index] === -1))];
      const read = missing.length === 0 ? new Uint8Array(0) : source.read(missing);
      const fresh = new Map(
        missing.map((index, i) => [index, read.subarray(i * size, (i + 1) * size)]),
      );
      for (const [index, image] of fresh) {
        if (kept.length === room) break;
        places[index] = kept.push(image.slice()) - 1;
      }
      const out = new Uint8Array(indices.length * size);
      for (let i = 0; i < indices.length; i++) {
        out.set(kept[places[indices[i]!]!] ?? fresh.get(indices[i]!)!, i * size);
      }
      return out;
    },
  };
}

/**
 * A data set whose pixels are in memory where they fit, all read at once; else they are read as they are asked for, and the
 * first ones stay.
 *
 * @param most how many bytes of pixels are held
 */
export function held(dataset: Dataset, most = MOST_HELD): Dataset {
  const { images, count } = dataset, size = sizeOf(dataset);
  if (images instanceof Uint8Array) return dataset;
  if (count * size > most) return { ...dataset, images: holding(images, size, count, most) };
  const all = new Uint8Array(count * size);
  for (let start = 0; start < count; start += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - start);
    all.set(images.read(Uint32Array.from({ length }, (_, i) => start + i)), start * size);
  }
  return { ...dataset, images: all };
}
