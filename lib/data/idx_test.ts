import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { gzip } from "./gzip.ts";
import { DataError } from "./error.ts";
import { parseIdxImages, parseIdxLabels } from "./idx.ts";
import { encodeIdxImages, encodeIdxLabels } from "./idx_encode.ts";
import "../../fixtures/suite_seed.ts";

// Written by hand from the format's description: 2 images of 2 × 3 pixels, and 2 labels.
const IMAGES = Uint8Array.from(
  [[0, 0, 8, 3], [0, 0, 0, 2], [0, 0, 0, 2], [0, 0, 0, 3], [1, 2, 3, 4, 5, 6], [250, 251, 252, 253, 254, 255]]
    .flat(),
);
const LABELS = Uint8Array.from([[0, 0, 8, 1], [0, 0, 0, 2], [7, 9]].flat());

/** A copy of `bytes` with other values from position `at` on. */
function patched(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  copy.set(values, at);
  return copy;
}

/** The message of the DataError that parsing ends with: one line that begins with the file's name. */
function message(parsing: () => unknown, file: string): string {
  const error = assertThrows(parsing, DataError);
  assertMatch(error.message, /^[^\n]+$/);
  assertEquals(error.message.startsWith(`${file}: `), true, error.message);
  return error.message.slice(file.length + 2);
}

const images = (bytes: Uint8Array): string => message(() => parseIdxImages(bytes, "i.gz"), "i.gz");
const labels = (bytes: Uint8Array): string => message(() => parseIdxLabels(bytes, "l.gz"), "l.gz");

Deno.test("a file typed by hand parses to its images and labels, plain and gzipped", async () => {
  const expected = { images: IMAGES.slice(16), count: 2, height: 2, width: 3 };
  assertEquals(parseIdxImages(IMAGES, "i"), expected);
  assertEquals(parseIdxImages(await gzip(IMAGES), "i"), expected);
  assertEquals(parseIdxLabels(LABELS, "l"), Int32Array.of(7, 9));
  assertEquals(parseIdxLabels(await gzip(LABELS), "l"), Int32Array.of(7, 9));
});

Deno.test("images in colour have an axis of three more, and as many pixels as all axes", () => {
  const set = { images: Uint8Array.from({ length: 24 }, (_, i) => i), count: 2, height: 2, width: 2 };
  const bytes = encodeIdxImages({ ...set, channels: 3 });
  assertEquals([...bytes.subarray(0, 4)], [0, 0, 8, 4]);
  assertEquals(bytes.subarray(20), set.images);
  for (const channels of [1, 2]) {
    const needed = 8 * channels;
    assertThrows(
      () => encodeIdxImages({ ...set, channels }),
      RangeError,
      `must have ${needed} pixels, but there are 24`,
    );
  }
});

Deno.test("parsed data are a copy: the file's bytes may be used for other things", () => {
  const bytes = IMAGES.slice();
  const parsed = parseIdxImages(bytes, "i");
  bytes.fill(0);
  assertEquals(parsed.images[0], 1);
});

Deno.test("a wrong magic number says what is required and what came", () => {
  assertEquals(
    images(LABELS),
    "an IDX file of images must begin with 00 00 08 03 (unsigned bytes on 3 axes), but it begins with 00 00 08 01 (unsigned bytes on 1 axis)",
  );
  assertEquals(
    labels(patched(LABELS, 2, 13)),
    "an IDX file of labels must begin with 00 00 08 01 (unsigned bytes on 1 axis) or 00 00 0c 01 (signed 32-bit numbers on 1 axis) or 00 00 0c 02 (signed 32-bit numbers on 2 axes), but it begins with 00 00 0d 01",
  );
});

Deno.test("a size that does not fit the file's length is named as cut short or as trailing bytes", () => {
  assertEquals(
    images(IMAGES.subarray(0, 27)),
    "2 images of 2 × 3 need 28 bytes, but the file has 27: it is cut short, so download it again",
  );
  assertEquals(
    images(Uint8Array.of(...IMAGES, 0, 0)),
    "2 images of 2 × 3 need 28 bytes, but the file has 30: 2 bytes trail",
  );
  assertEquals(
    labels(LABELS.subarray(0, 9)),
    "2 labels need 10 bytes, but the file has 9: it is cut short, so download it again",
  );
  assertEquals(
    labels(Uint8Array.of(...LABELS, 1)),
    "2 labels need 10 bytes, but the file has 11: 1 byte trails",
  );
  assertEquals(
    images(IMAGES.subarray(0, 15)),
    "the header of an IDX file of images has 16 bytes, but the file has 15: it is cut short",
  );
  assertEquals(
    images(IMAGES.subarray(0, 16)),
    "2 images of 2 × 3 need 28 bytes, but the file has 16: it is cut short, so download it again",
  );
  assertEquals(
    labels(new Uint8Array(0)),
    "the header of an IDX file of labels has 8 bytes, but the file has 0: it is cut short",
  );
});

Deno.test("no images, no labels, and images without pixels are rejected", () => {
  assertEquals(images(patched(IMAGES, 7, 0)), "count must be at least 1, but it is 0");
  assertEquals(images(patched(IMAGES, 11, 0)), "height must be at least 1, but it is 0");
  assertEquals(images(patched(IMAGES, 15, 0)), "width must be at least 1, but it is 0");
  assertEquals(labels(patched(LABELS, 7, 0)), "count must be at least 1, but it is 0");
});

Deno.test("labels may be any bytes, or 32-bit numbers, of which the first column is the class", () => {
  assertEquals(parseIdxLabels(patched(LABELS, 8, 0, 255), "l"), Int32Array.of(0, 255));
  const words = (values: number[]): number[] =>
    values.flatMap((v) => [v >>> 24, v >>> 16, v >>> 8, v].map((b) => b & 255));
  const one = Uint8Array.from([0, 0, 12, 1, ...words([2, 70_000, -3])]);
  assertEquals(parseIdxLabels(one, "l"), Int32Array.of(70_000, -3));
  // As QMNIST has them: class, source, writer, …
  const qmnist = Uint8Array.from([
    0,
    0,
    12,
    2,
    ...words([2, 8, 5, 0, 3, 1, 2, 3, 4, 0, 9, 1, 4, 2, 5, 6, 7, 1]),
  ]);
  assertEquals(parseIdxLabels(qmnist, "l"), Int32Array.of(5, 9));
  assertEquals(
    labels(qmnist.subarray(0, 75)),
    "2 labels of 8 need 76 bytes, but the file has 75: it is cut short, so download it again",
  );
  assertEquals(labels(patched(qmnist, 11, 0)), "columns must be at least 1, but it is 0");
  assertEquals(
    images(qmnist),
    "an IDX file of images must begin with 00 00 08 03 (unsigned bytes on 3 axes), but it begins with 00 00 0c 02 (signed 32-bit numbers on 2 axes)",
  );
});

Deno.test("corrupt gzip data are rejected, whatever byte after its header is wrong", async () => {
  const packed = await gzip(LABELS);
  for (let at = 10; at < packed.length; at++) {
    assertMatch(
      labels(patched(packed, at, packed[at]! ^ 0x41)),
      /^must be one whole gzip file, but (its data are|its checksum is|it is cut short|8 bytes that)/,
    );
  }
});

const anyImages = fc.record({
  count: fc.integer({ min: 1, max: 5 }),
  height: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 1, max: 6 }),
}).chain((size) => {
  const length = size.count * size.height * size.width;
  return fc.uint8Array({ minLength: length, maxLength: length })
    .map((drawn) => ({ images: drawn, ...size }));
});
const anyLabels = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Int32Array.from(bytes)),
  fc.int32Array({ minLength: 1, maxLength: 40 }),
);

Deno.test("what is encoded parses to the same, plain and gzipped", async () => {
  await fc.assert(fc.asyncProperty(anyImages, anyLabels, fc.boolean(), async (set, classes, packed) => {
    const pack = (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
      packed ? gzip(bytes) : Promise.resolve(bytes);
    assertEquals(parseIdxImages(await pack(encodeIdxImages(set)), "i"), set);
    assertEquals(parseIdxLabels(await pack(encodeIdxLabels(classes)), "l"), classes);
  }));
});

Deno.test("the encoder writes the bytes typed by hand", () => {
  assertEquals(encodeIdxImages({ images: IMAGES.slice(16), count: 2, height: 2, width: 3 }), IMAGES);
  assertEquals(encodeIdxLabels(LABELS.slice(8)), LABELS);
});

Deno.test("every truncation of a valid file, plain or gzipped, is rejected", async () => {
  for (const whole of [IMAGES, await gzip(IMAGES)]) {
    for (let length = 0; length < whole.length; length++) images(whole.subarray(0, length));
  }
  for (const whole of [LABELS, await gzip(LABELS)]) {
    for (let length = 0; length < whole.length; length++) labels(whole.subarray(0, length));
  }
});

Deno.test("every other value of every single byte of the header is rejected", () => {
  for (let value = 0; value < 256; value++) {
    for (let at = 0; at < 16; at++) {
      if (value !== IMAGES[at]) images(patched(IMAGES, at, value));
      if (at < 8 && value !== LABELS[at]) labels(patched(LABELS, at, value));
    }
  }
});

Deno.test("no bytes at all make the parsers end otherwise than with data or a DataError", () => {
  const begun = fc.tuple(
    fc.constantFrom([], [0x1f, 0x8b], [0, 0, 8, 3], [0, 0, 8, 1], [0, 0, 12, 2]),
    fc.uint8Array(),
  )
    .map(([start, rest]) => Uint8Array.of(...start, ...rest));
  fc.assert(fc.property(begun, (bytes) => {
    for (const parse of [parseIdxImages, parseIdxLabels]) {
      try {
        parse(bytes, "x");
      } catch (error) {
        assertEquals(error instanceof DataError, true, String(error));
      }
    }
  }));
});
