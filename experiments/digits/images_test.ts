import { assertEquals } from "@std/assert";
import { read, startEngine } from "../../lib/engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { batches, gatherBatch, loadFixture } from "../../lib/data/mod.ts";
import { batchesOf, imagesOf } from "./images.ts";

Deno.test("batches are those of the order's key, in any order of asking, drawn anew in each epoch where there is grey", async () => {
  await startEngine("wasm");
  const digits = await loadFixture();
  const grey = { ...digits, grey: { images: digits.images, ids: Uint32Array.from(digits.labels!.keys()) } };
  for (const dataset of [digits, grey]) {
    const batch = batchesOf(dataset, 128, key(1), key(2));
    const seen: Float32Array[] = [];
    for (const [epoch, index] of [[0, 0], [1, 2], [0, 1], [1, 2]] as const) {
      const x = batch(epoch, index);
      const indices = batches(digits.count, 128, key(1), epoch).at(index);
      assertEquals(x.shape, [indices.length, 784]);
      const numbers = await read(x);
      x.dispose();
      assertEquals(numbers, gatherBatch(dataset, indices, { key: key(2), epoch }));
      seen.push(numbers);
    }
    assertEquals(seen[3], seen[1]);
    assertEquals(seen[0]!.every((pixel) => pixel === 0 || pixel === 1), dataset === grey);
  }
});

Deno.test("images are asked for beyond the last one without harm", async () => {
  await startEngine("wasm");
  const digits = await loadFixture();
  const x = imagesOf(digits, digits.count - 3, digits.count + 5);
  assertEquals(x.shape, [3, 784]);
  assertEquals([...await read(x)], [
    ...gatherBatch(digits, [digits.count - 3, digits.count - 2, digits.count - 1]),
  ]);
  x.dispose();
});
