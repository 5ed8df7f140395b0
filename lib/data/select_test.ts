import { assertEquals, assertThrows } from "@std/assert";
import type { Dataset } from "./dataset.ts";
import { gatherBatch } from "./gather.ts";
import { select, take } from "./select.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";

const three: Dataset = {
  name: "three",
  images: Uint8Array.of(0, 255, 51, 102, 1, 254),
  labels: Int32Array.of(4, 5, 6),
  height: 1,
  width: 2,
  count: 3,
};

Deno.test("select takes images with their labels, in the order asked for", () => {
  assertEquals(select(three, [2, 0], "two"), {
    name: "two",
    images: Uint8Array.of(1, 254, 0, 255),
    labels: Int32Array.of(6, 4),
    height: 1,
    width: 2,
    count: 2,
  });
});

Deno.test("select refuses an index that the data set does not have", () => {
  for (const index of [3, -1, 0.5, NaN]) {
    assertThrows(
      () => select(three, [0, index], "two"),
      RangeError,
      `select: indices must be whole numbers from 0 to 2, but indices[1] is ${index}`,
    );
  }
});

Deno.test("take gives the first images with their labels, and all of them when there are no more", () => {
  assertEquals(take(three, 2), {
    ...three,
    name: "the first 2 of three",
    images: Uint8Array.of(0, 255, 51, 102),
    labels: Int32Array.of(4, 5),
    count: 2,
  });
  assertEquals(take(three, 3), three);
  assertEquals(take(three, 1000), three);
});

Deno.test("take refuses a limit that is no whole number from 1", () => {
  for (const limit of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(
      () => take(three, limit),
      RangeError,
      `take: limit must be a whole number of at least 1, but it is ${limit}`,
    );
  }
});

Deno.test("an image is drawn alike wherever it stands: parts of parts keep the numbers of the whole", () => {
  const count = 6, [height, width] = [4, 8];
  const images = Uint8Array.from({ length: count * 32 }, (_, i) => 1 + i * 37 % 254);
  const ids = Uint32Array.from({ length: count }, (_, i) => 10 * i);
  const whole: Dataset = { name: "grey", images, labels: null, grey: { images, ids }, height, width, count };
  const drawn = (dataset: Dataset, index: number): string =>
    gatherBatch(dataset, [index], { key: key(1), epoch: 2 }).join("");
  const part = select(whole, [5, 0, 3, 4], "part"), again = select(part, [3, 1, 0], "again");
  const first = take(again, 2);
  assertEquals([...first.grey!.ids], [40, 0]);
  for (const [dataset, places] of [[part, [5, 0, 3, 4]], [again, [4, 0, 5]], [first, [4, 0]]] as const) {
    places.forEach((place, i) => assertEquals(drawn(dataset, i), drawn(whole, place)));
  }
});
