import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { binarise } from "./binarise.ts";
import { type Dataset, sizeOf, type Split } from "./dataset.ts";
import { fingerprint } from "./fingerprint.ts";
import { gatherBatch } from "./gather.ts";
import { pixels } from "./pixels.ts";
import { select, take } from "./select.ts";

const SHAPE = { height: 2, width: 3, channels: 3 } as const;

/** Seven images in colour, held in memory. */
const held: Dataset<Uint8Array> = {
  name: "seven",
  images: Uint8Array.from({ length: 7 * 18 }, (_, i) => (37 * i + 11) % 256),
  labels: Int32Array.from({ length: 7 }, (_, i) => i),
  ...SHAPE,
  count: 7,
  factors: {
    names: ["row", "column"],
    values: [[0, 1, 2, 3], ["left", "right"]],
    classes: (indices) => Uint16Array.from(Array.from(indices).flatMap((i) => [i >> 1, i & 1])),
  },
};

/** The same, read by index. */
const readBy = ({ images, ...rest }: Dataset<Uint8Array>): Dataset => ({
  ...rest,
  images: {
    read: (indices) =>
      Uint8Array.from(Array.from(indices).flatMap((i) => [...images.subarray(18 * i, 18 * i + 18)])),
  },
});
const read = readBy(held);

const anyIndices = fc.array(fc.nat(6), { maxLength: 9 });

Deno.test("images that are read by index are those that are held in memory, in parts of parts as well", () => {
  fc.assert(fc.property(anyIndices, anyIndices, fc.integer({ min: 1, max: 9 }), (one, other, limit) => {
    const parts = [held, read].map((set) => take(select(set, one, "part"), limit));
    const places = other.filter((i) => i < parts[0]!.count);
    assertEquals(gatherBatch(parts[1]!, places), gatherBatch(parts[0]!, places));
    assertEquals(pixels(parts[1]!), pixels(parts[0]!));
    assertEquals(parts[1]!.factors!.classes(places), parts[0]!.factors!.classes(places));
    assertEquals(parts[1]!.labels, parts[0]!.labels);
    // By another route: from the bytes themselves.
    const expected = places.flatMap((i) => [...held.images.subarray(18 * one[i]!, 18 * one[i]! + 18)]);
    assertEquals(gatherBatch(parts[1]!, places), Float32Array.from(expected, (byte) => byte / 255));
    const classes = places.flatMap((i) => [one[i]! >> 1, one[i]! & 1]);
    assertEquals([...parts[0]!.factors!.classes(places)], classes);
  }));
});

Deno.test("images that are read by index are made binary as those in memory are", () => {
  const split = (set: Dataset): Split => ({
    train: set,
    heldOut: select(set, [6, 2], "held out"),
    ...{ source: "made up", notes: [], sha256: "ab" },
  });
  for (const how of ["fixed", "sampled"] as const) {
    const [a, b] = [held, read].map((set) => binarise(split(set), how));
    for (const epoch of [0, 3]) {
      const draw = { key: key(4), epoch };
      assertEquals(gatherBatch(b!.train, [5, 0, 5], draw), gatherBatch(a!.train, [5, 0, 5], draw));
      assertEquals(
        gatherBatch(take(select(b!.train, [3, 1], "p"), 1), [0], draw),
        gatherBatch(a!.train, [3], draw),
      );
    }
    assertEquals(pixels(b!.heldOut), pixels(a!.heldOut));
    assert(pixels(b!.train).every((x) => x === 0 || x === 1));
  }
});

Deno.test("the fingerprint is of the pixels, however they are had, and of the channels", async () => {
  const sets = [take(held, 4), select(held, [6], "h")] as const;
  const own = await fingerprint(...sets);
  assertEquals(await fingerprint(take(read, 4), select(read, [6], "h")), own);
  const grey = ({ name, images, labels, height, count }: Dataset): Dataset => ({
    ...{ name, images, labels, height, count },
    width: 9,
  });
  assert(own !== await fingerprint(grey(sets[0]), grey(sets[1])));
});

Deno.test("an image has height times width times channels numbers, of grey images one a pixel", () => {
  assertEquals([sizeOf(held), sizeOf({ height: 2, width: 3 })], [18, 6]);
});

Deno.test("a reader that gives another number of bytes than its images have is refused", () => {
  const short: Dataset = { ...read, images: { read: (indices) => new Uint8Array(18 * indices.length - 1) } };
  assertThrows(
    () => gatherBatch(short, [1, 2]),
    RangeError,
    "gatherBatch: 2 images of 2 × 3 × 3 must have 36 bytes, but seven gave 35",
  );
});
