import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { binarise, type Dataset, loadDigits, loadImageData } from "../../lib/data/mod.ts";
import type { Matrix } from "../contract/specs.ts";
import { DigitsOracle } from "../oracle/digits_run.ts";
import { oracle } from "../oracle/mod.ts";
import { madeUpRun } from "../plausible/run.ts";
import { packagedDigits } from "./digits.ts";
import { idxImages } from "./idx.ts";
import { type ReadFile, UnreadableRun } from "./file.ts";
import { fingerprintOf } from "./images.ts";
import { readRun } from "./read_run.ts";

/** All pixels of a data set, without a copy for each image. */
const assertSame = (found: Matrix, { images, count }: Dataset): void => {
  assertEquals(found.length, count);
  assertEquals(Uint8Array.from(found.flat()), images);
};

Deno.test("the package's digits are those of the library, in its order", async () => {
  const found = await packagedDigits(), { train, heldOut, sha256 } = await loadDigits();
  assertSame(found.train, train);
  assertSame(found.heldOut, heldOut);
  assertEquals(found.labels, { train: [...train.labels!], heldOut: [...heldOut.labels!] });
  assertEquals(await fingerprintOf(found), sha256);
});

const DIGITS = fromFileUrl(import.meta.resolve("../../fixtures/digits"));
const mayRead =
  Deno.permissions.querySync({ name: "read", path: `${DIGITS}-images-idx3-ubyte.gz` }).state === "granted";
const readAny: ReadFile = (name) =>
  Deno.readFile(name).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  });

Deno.test({
  name: "a pair of IDX files is divided as the library divides it (needs --allow-read=.)",
  ignore: !mayRead,
  fn: async () => {
    const found = await idxImages(readAny, DIGITS), { train, heldOut, sha256 } = await loadImageData(DIGITS);
    assertSame(found!.train, train);
    assertSame(found!.heldOut, heldOut);
    assertEquals(found!.labels, { train: [...train.labels!], heldOut: [...heldOut.labels!] });
    assertEquals(await fingerprintOf(found!), sha256);
    assertEquals(await idxImages(readAny, `${DIGITS}-of-nobody`), null);
  },
});

Deno.test("binary pixels are those of the library, drawn once and by threshold", async () => {
  const split = await loadDigits();
  const images = {
    train: [],
    heldOut: Array.from({ length: 40 }, (_, i) => [...split.heldOut.images.subarray(784 * i, 784 * (i + 1))]),
  };
  for (const how of ["fixed", "sampled"] as const) {
    const options = { ...madeUpRun().options, binarise: how };
    const { sets } = new DigitsOracle(options, { ...images, train: images.heldOut }, oracle.objectives);
    const { heldOut } = binarise(split, how);
    assertEquals(
      Uint8Array.from(sets.heldOut.flat(), (pixel) => 255 * pixel),
      heldOut.images.slice(0, 784 * 40),
    );
  }
});

const OPTIONS = { ...madeUpRun().options };
const manifestOf = (options: Record<string, unknown>) => ({
  study: "mnist",
  options,
  data: null,
  results: null,
});
const nothing: ReadFile = () => Promise.resolve(null);

Deno.test("what cannot be audited is refused in a line that names the file and what is required", async () => {
  const refused: readonly (readonly [Record<string, unknown>, string | null, string])[] = [
    [
      { ...OPTIONS, beta: "1" },
      null,
      'manifest.json: its beta must be a finite number, but it is "1"',
    ],
    [
      OPTIONS,
      null,
      "checkpoint.safetensors: is required to compute the run again, but there is none: it was made by an older version, " +
      "or is not complete",
    ],
  ];
  const beyond: readonly (readonly [Record<string, unknown>, string])[] = [
    [
      { architecture: "conv64" },
      'its architecture must be dense, which alone an audit computes again, but it is "conv64"',
    ],
    [
      { likelihood: "gaussian-per-channel" },
      "its likelihood must be one of images of one channel, which alone an audit reads (gaussian, gaussian-learned, gaussian-per-pixel, bernoulli, " +
      'continuous-bernoulli), but it is "gaussian-per-channel"',
    ],
    [
      { dataset: "shapes" },
      'its dataset must be mnist, or null beside data: an audit reads no others, but it is "shapes"',
    ],
    [{ size: 32 }, "its size must be null: an audit reads images as they are, but it is 32"],
    [{ channels: 3 }, "its channels must be null: an audit reads images as they are, but it is 3"],
  ];
  for (const [more, message] of beyond) {
    const error = await assertRejects(
      () => readRun(nothing, { manifest: manifestOf({ ...OPTIONS, ...more }), data: null, readAny: nothing }),
      UnreadableRun,
    );
    assertEquals(error.message, `manifest.json: ${message}`);
  }
  for (const [options, data, message] of refused) {
    const error = await assertRejects(
      () => readRun(nothing, { manifest: manifestOf(options), data, readAny: nothing }),
      UnreadableRun,
    );
    assertEquals(error.message, message);
  }
  const torn: ReadFile = (name) =>
    Promise.resolve(name.startsWith("checkpoint") ? Uint8Array.of(1, 2, 3) : null);
  const error = await assertRejects(
    () => readRun(torn, { manifest: manifestOf(OPTIONS), data: null, readAny: nothing }),
    UnreadableRun,
  );
  assertEquals(
    error.message,
    "checkpoint.safetensors: must be a safetensors file, but its header is not JSON",
  );
});
