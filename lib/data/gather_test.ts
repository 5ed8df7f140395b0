import { assertEquals, assertThrows } from "@std/assert";
import type { Dataset } from "./dataset.ts";
import { gatherBatch } from "./gather.ts";
import { pixels } from "./pixels.ts";
import { select } from "./select.ts";

const set: Dataset = {
  name: "four",
  images: Uint8Array.from({ length: 24 }, (_, i) => 10 * i),
  labels: Int32Array.of(1, 2, 3, 4),
  height: 2,
  width: 3,
  count: 4,
};

Deno.test("a batch holds the pixels k/255 of the images asked for, row by row", () => {
  assertEquals(
    gatherBatch(set, Uint32Array.of(1, 0)),
    Float32Array.from([6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5], (i) => 10 * i / 255),
  );
});

Deno.test("gathering equals selecting and then taking pixels; an image may come twice", () => {
  assertEquals(gatherBatch(set, [3, 3, 1]), pixels(select(set, [3, 3, 1], "s")));
  assertEquals(gatherBatch(set, []), new Float32Array(0));
});

Deno.test("an index outside the data set is refused", () => {
  for (const index of [4, -1, 1.5, NaN]) {
    assertThrows(
      () => gatherBatch(set, [index]),
      RangeError,
      `gatherBatch: indices must be whole numbers from 0 to 3, but indices[0] is ${index}`,
    );
  }
});
