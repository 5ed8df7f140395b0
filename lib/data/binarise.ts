/**
 * Binary images from grey ones: at a threshold, or drawn.
 *
 * Source: R. Salakhutdinov, I. Murray, *On the quantitative analysis of deep belief networks*, ICML 2008 (a pixel's grey
 * value is the probability that it is 1).
 *
 * @module
 */

import { foldIn, type Key, threefry2x32 } from "../engine/key.ts";
import type { Dataset, Grey, PixelSource, Split } from "./dataset.ts";
import { eachRead } from "./rows.ts";

/** The ways to make images binary. */
export const BINARISE_NAMES = ["none", "fixed", "sampled"] as const;
/** The name of a way to make images binary. */
export type BinariseName = typeof BINARISE_NAMES[number];

/** The keys of what is drawn once: the words "heldout" and "train" name them, no run draws from them. */
const HELD_OUT: Key = [0x68656c64, 0x6f757400];
const TRAIN: Key = [0x74726169, 0x6e000000];

/**
 * Draws images of which each pixel is 255 with probability k/255, and else 0, all independent.
 *
 * Image id of epoch e takes the uniform numbers u of the key `foldIn(foldIn(key, e), id)`, one a pixel, and its pixel is
 * 255 where u < k/255; so a draw depends on the key, the epoch and the image alone, not on the batch. u is a multiple of
 * 2⁻²⁴, so the probability of a pixel is k/255 up to 2⁻²⁴, and exactly 0 and 1 at its ends.
 *
 * @param grey bytes k `[count, data]`, perhaps read by index, and the images' numbers `[count]`
 * @param key of the draws, the same for all epochs
 * @param epoch which epoch, from 0
 * @param indices `[batch]`, places in `grey`
 * @returns bytes `[batch, data]`, 0 or 255
 */
export function drawBinary(
  { images, ids }: Grey,
  key: Key,
  epoch: number,
  indices: ArrayLike<number>,
): Uint8Array<ArrayBuffer> {
  const inMemory = images instanceof Uint8Array;
  const greys = inMemory ? images : images.read(indices);
  const size = greys.length / (inMemory ? ids.length : Math.max(1, indices.length));
  const out = new Uint8Array(indices.length * size);
  const ofEpoch = foldIn(key, epoch);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    const [k0, k1] = foldIn(ofEpoch, ids[index]!);
    const [from, to] = [(inMemory ? index : i) * size, i * size];
    for (let p = 0; p < size; p += 2) {
      const [first, second] = [greys[from + p]!, p + 1 < size ? greys[from + p + 1]! : 0];
      // Four pixels of five are 0 or 255, of which nothing is drawn: 9,000 digits take 50 ms in place of 108.
      if ((first === 0 || first === 255) && (second === 0 || second === 255)) {
        out[to + p] = first;
        if (p + 1 < size) out[to + p + 1] = second;
        continue;
      }
      const words = threefry2x32(k0, k1, p / 2, 0);
      if ((words[0] >>> 8) * 255 < first * 2 ** 24) out[to + p] = 255;
      if (p + 1 < size && (words[1] >>> 8) * 255 < second * 2 ** 24) out[to + p + 1] = 255;
    }
  }
  return out;
}

/** Each pixel that is at least 0.5, that is a byte of 128 or more, is 255, and the others are 0. */
function atHalf<Pixels extends PixelSource>(dataset: Dataset<Pixels>): Dataset<Pixels> {
  const { images } = dataset;
  const cut = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte >= 128 ? 255 : 0);
  return {
    ...dataset,
    images: eachRead(images, cut),
  };
}

function greyOf({ images, count }: Dataset): Grey {
  return { images, ids: Uint32Array.from({ length: count }, (_, i) => i) };
}

/** The images drawn once. */
function drawnOnce<Pixels extends PixelSource>(dataset: Dataset<Pixels>, key: Key): Dataset<Pixels> {
  const grey = greyOf(dataset);
  return {
    ...dataset,
    images:
      (grey.images instanceof Uint8Array
        ? drawBinary(grey, key, 0, grey.ids)
        : { read: (indices) => drawBinary(grey, key, 0, indices) }) as PixelSource as Pixels,
  };
}

/**
 * The images of a split, made binary; labels, names and fingerprint stay.
 *
 * `fixed`: a pixel is 1 where it is at least 0.5. `sampled`: the held-out images are drawn once, from a key that is the
 * same for all runs; those to train on are drawn so too, and keep their grey pixels, from which `gatherBatch` draws anew
 * in every epoch.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { binarise } from "./binarise.ts";
 * import { loadDigits } from "./digits.ts";
 *
 * const { heldOut } = binarise(await loadDigits(), "fixed");
 * assertEquals([...new Set(heldOut.images)], [0, 255]);
 * ```
 */
export function binarise<Pixels extends PixelSource>(split: Split<Pixels>, how: BinariseName): Split<Pixels> {
  const { train, heldOut, source } = split;
  if (how === "none") return split;
  if (how === "fixed") {
    return {
      ...split,
      train: atHalf(train),
      heldOut: atHalf(heldOut),
      source: `${source}; pixels of at least 0.5 are 1, the others 0`,
    };
  }
  return {
    ...split,
    train: { ...drawnOnce(train, TRAIN), grey: greyOf(train) },
    heldOut: drawnOnce(heldOut, HELD_OUT),
    source: `${source}; pixels are drawn, 1 with the probability that is their grey value: ` +
      "to train on anew in every epoch, held out once",
  };
}
