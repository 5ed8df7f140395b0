import { assertEquals, assertThrows } from "@std/assert";
import { type Dataset, labelsOf } from "./dataset.ts";
import { DataError } from "./error.ts";

const set: Dataset = {
  name: "letters",
  images: new Uint8Array(3),
  labels: Int32Array.of(1, 26, 2),
  height: 1,
  width: 1,
  count: 3,
};

Deno.test("labels are given with the number of classes that they have room for", () => {
  assertEquals(labelsOf(set, "a classifier"), { labels: Int32Array.of(1, 26, 2), classes: 27 });
});

Deno.test("who needs labels says so where there are none, or where one is below 0", () => {
  const refused = (labels: Int32Array | null, text: string): void =>
    void assertThrows(() => labelsOf({ ...set, labels }, "the classifier of samples"), DataError, text);
  refused(
    null,
    "letters: the classifier of samples needs labels, but these images have none: give data with labels",
  );
  refused(
    Int32Array.of(0, -1, 3),
    "letters: the classifier of samples needs labels from 0, but label 1 (from 0) is -1",
  );
});
