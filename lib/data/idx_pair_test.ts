import { assertEquals, assertThrows } from "@std/assert";
import { DataError } from "./error.ts";
import { gzip } from "./gzip.ts";
import { encodeIdxImages, encodeIdxLabels } from "./idx_encode.ts";
import { readIdxPair } from "./idx_pair.ts";

const images = encodeIdxImages({ images: Uint8Array.of(1, 2, 3, 4), count: 2, height: 2, width: 1 });

Deno.test("an image file and its label file make one data set, either of them gzipped or not", async () => {
  const labels = await gzip(encodeIdxLabels(Uint8Array.of(3, 9)));
  assertEquals(readIdxPair("two", { file: "i", bytes: images }, { file: "l", bytes: labels }), {
    name: "two",
    images: Uint8Array.of(1, 2, 3, 4),
    labels: Int32Array.of(3, 9),
    height: 2,
    width: 1,
    count: 2,
  });
});

Deno.test("images without a label file have no labels", () => {
  assertEquals(readIdxPair("two", { file: "i", bytes: images }, null).labels, null);
});

Deno.test("another number of labels than of images is refused, and both files are named", () => {
  const labels = encodeIdxLabels(Uint8Array.of(3, 9, 1));
  assertThrows(
    () => readIdxPair("two", { file: "i.gz", bytes: images }, { file: "l.gz", bytes: labels }),
    DataError,
    "l.gz: must have one label for each of the 2 images of i.gz, but has 3",
  );
});
