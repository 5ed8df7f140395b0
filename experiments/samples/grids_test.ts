import { assertEquals, assertRejects } from "@std/assert";
import { decodeBase64 } from "@std/encoding/base64";
import { decode } from "fast-png";
import { startEngine, tf } from "../../lib/engine/mod.ts";
import { gridsPng, shownOf } from "./grids.ts";
import type { Images } from "./yardstick.ts";

const SIZE = { width: 2, height: 1, count: 60 };
/** Image i is all i/255, and a bit above for the second kind. */
const grey = (offset: number): Images => (start, end) =>
  tf.tidy(() => {
    const values = Array.from({ length: end - start }, (_, i) => (start + i + offset) / 255);
    return tf.tile(tf.reshape(tf.tensor(values), [values.length, 1]), [1, 2]);
  });

Deno.test("what is shown of samples is their first, each pixel as a byte; no more than there are; no tensor left", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  const { width, height, prior, aggregate } = await shownOf(
    { prior: grey(0), aggregate: grey(100) },
    SIZE,
    30,
  );
  assertEquals([width, height], [2, 1]);
  const each = (offset: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => [i + offset, i + offset]).flat();
  assertEquals([...decodeBase64(prior)], each(0, 30));
  assertEquals([...decodeBase64(aggregate)], each(100, 30));
  const few = await shownOf({ prior: grey(0), aggregate: grey(1) }, { ...SIZE, count: 3 }, 30);
  assertEquals([...decodeBase64(few.aggregate)], each(1, 3));
  assertEquals(tf.memory().numTensors, before);
  const outside: Images = (start, end) =>
    tf.tensor(new Float32Array(2 * (end - start)).fill(2), [end - start, 2]);
  await assertRejects(() => shownOf({ prior: outside, aggregate: outside }, SIZE, 2), RangeError);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a band for each model, below each other: ten to a row, the prior's on the left", async () => {
  await startEngine("wasm");
  const models = await Promise.all(
    [0, 50].map((more) => shownOf({ prior: grey(more), aggregate: grey(100 + more) }, SIZE, 20)),
  );
  const { width, height, data } = decode(gridsPng(models));
  // Ten images of 2 × 1 and nine gaps of 2 to a row, two rows and a gap to a grid; 12 between grids.
  const [grid, band] = [10 * 2 + 9 * 2, 2 * 1 + 2];
  assertEquals([width, height], [2 * grid + 12, 2 * band + 12]);
  const at = (x: number, y: number): number => data[y * width + x]!;
  for (const model of [0, 1]) {
    for (const [kind, first] of [[0, 0], [1, 100]] as const) {
      for (const image of [0, 9, 10, 19]) {
        const x = kind * (grid + 12) + (image % 10) * 4;
        const y = model * (band + 12) + Math.floor(image / 10) * 3;
        assertEquals(at(x, y), first + 50 * model + image, `model ${model}, kind ${kind}, image ${image}`);
      }
    }
  }
});
