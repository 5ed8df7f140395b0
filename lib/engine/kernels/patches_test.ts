import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  checkPatches,
  detach,
  normalTensor,
  overlap,
  patches,
  type PatchSizes,
  read,
  replayable,
  startEngine,
  tf,
  valueAndGradients,
} from "../mod.ts";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";
import { guardTests } from "../guarded_tests.ts";
import { promisedEngines } from "../promised_engines.ts";

guardTests();
const ENGINES = await promisedEngines("cpu", "wasm", "native", "webgpu");

/** Odd sizes, strides over the kernel, 1 × 1, one channel, padding on one side, not square, partial vectors of 4. */
const CASES: Readonly<Record<string, PatchSizes>> = {
  plain: { image: [5, 6, 3], grid: [3, 4], kernel: [3, 3], stride: [1, 1], before: [0, 0] },
  padded: { image: [5, 4, 2], grid: [5, 4], kernel: [3, 3], stride: [1, 1], before: [1, 1] },
  strided: { image: [8, 7, 5], grid: [4, 4], kernel: [4, 4], stride: [2, 2], before: [1, 1] },
  oneSided: { image: [4, 4, 1], grid: [2, 2], kernel: [3, 3], stride: [2, 2], before: [0, 0] },
  wide: { image: [3, 9, 4], grid: [2, 3], kernel: [2, 5], stride: [1, 2], before: [0, 1] },
  overKernel: { image: [7, 8, 2], grid: [2, 3], kernel: [2, 1], stride: [4, 3], before: [0, 0] },
  point: { image: [3, 2, 7], grid: [3, 2], kernel: [1, 1], stride: [1, 1], before: [0, 0] },
  outside: { image: [2, 2, 2], grid: [4, 4], kernel: [2, 2], stride: [2, 2], before: [3, 3] },
  whole: { image: [4, 5, 3], grid: [1, 1], kernel: [4, 5], stride: [1, 1], before: [0, 0] },
};

/** Where in an image `[height · width · channels]` each number of its patches comes from; −1 for padding. */
function sources(
  { image: [h, w, c], grid: [rows, columns], kernel: [kh, kw], stride, before }: PatchSizes,
): number[] {
  const all: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      for (let a = 0; a < kh; a++) {
        for (let b = 0; b < kw; b++) {
          for (let channel = 0; channel < c; channel++) {
            const y = i * stride[0] + a - before[0], x = j * stride[1] + b - before[1];
            all.push(y < 0 || y >= h || x < 0 || x >= w ? -1 : (y * w + x) * c + channel);
          }
        }
      }
    }
  }
  return all;
}

Deno.test("patches are copies of the image, zero beyond it, bit for bit on every engine", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const [name, sizes] of Object.entries(CASES)) {
      const from = sources(sizes), [rows, columns] = sizes.grid;
      const size = sizes.image.reduce((a, b) => a * b);
      for (const count of [1, 3]) {
        const x = normalTensor(key(1), [count, size]);
        const numbers = await read(x), made = patches(x, sizes);
        assertEquals(made.shape, [count * rows * columns, from.length / rows / columns], `${engine} ${name}`);
        const expected = Array.from(
          { length: count },
          (_, i) => from.map((at) => at < 0 ? 0 : numbers[i * size + at]!),
        ).flat();
        assertEquals([...await read(made)], expected, `${engine} ${name}`);
      }
    }
  }
});

Deno.test("overlap adds up what patches would copy, on every engine", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const [name, sizes] of Object.entries(CASES)) {
      const from = sources(sizes), [rows, columns] = sizes.grid, count = 2;
      const size = sizes.image.reduce((a, b) => a * b);
      const y = normalTensor(key(2), [count * rows * columns, from.length / rows / columns]);
      const numbers = await read(y), expected = new Float64Array(count * size);
      for (let i = 0; i < count; i++) {
        from.forEach((at, j) => {
          if (at >= 0) expected[i * size + at]! += numbers[i * from.length + j]!;
        });
      }
      const made = overlap(y, sizes);
      assertEquals(made.shape, [count, size]);
      // Up to 16 terms of about 1, each sum rounded: 16 · 2⁻²⁴ · Σ|terms| < 1e-4.
      (await read(made)).forEach((v, i) =>
        assertAlmostEquals(v, expected[i]!, 1e-4, `${engine} ${name} ${i}`)
      );
    }
  }
});

Deno.test("each is the other's gradient, and a step with both is replayed bit for bit", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const [name, sizes] of Object.entries(CASES)) {
      const size = sizes.image.reduce((a, b) => a * b);
      const x = normalTensor(key(3), [2, size]);
      const weight = detach(normalTensor(key(4), patches(x, sizes).shape));
      const into = valueAndGradients(
        ([x]) => ({ value: tf.sum(tf.mul(weight, patches(x!, sizes))), info: {} }),
        [x],
      );
      assertEquals(await read(into.gradients[0]!), await read(overlap(weight, sizes)), `${engine} ${name}`);
      const image = detach(normalTensor(key(5), [2, size]));
      const back = valueAndGradients(
        ([y]) => ({ value: tf.sum(tf.mul(image, overlap(y!, sizes))), info: {} }),
        [weight],
      );
      assertEquals(await read(back.gradients[0]!), await read(patches(image, sizes)), `${engine} ${name}`);
    }
    if (engine === "cpu" || engine === "webgpu") continue;
    const sizes = CASES["strided"]!;
    const twice = replayable(([x]) => [overlap(patches(tf.tanh(x!), sizes), sizes)]);
    for (let i = 0; i < 6; i++) {
      const x = normalTensor(key(10 + i), [3, 8 * 7 * 5]);
      assertEquals(
        await read(twice([x], key(0))[0]!),
        await read(overlap(patches(tf.tanh(x), sizes), sizes)),
        engine,
      );
    }
  }
});

Deno.test("NaN and infinities go where the number would go, and nowhere else", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    const sizes = CASES["strided"]!, from = sources(sizes), size = 8 * 7 * 5;
    for (const bad of [NaN, Infinity]) {
      const numbers = new Float32Array(size);
      numbers[100] = bad;
      const made = await read(patches(tf.tensor(numbers, [1, size]), sizes));
      made.forEach((v, i) => assert(Object.is(v, from[i] === 100 ? bad : 0), `${engine} ${i}: ${v}`));
    }
  }
});

Deno.test("sizes that do not fit are refused", async () => {
  await startEngine("cpu");
  const sizes = CASES["plain"]!;
  const refused = (change: Partial<Record<keyof PatchSizes, readonly number[]>>, said: string): void => {
    assertThrows(() => checkPatches({ ...sizes, ...change } as PatchSizes), RangeError, said);
  };
  refused({ image: [5, 0, 3] }, "patches: image must be whole numbers from 1, but it is 5,0,3");
  refused({ kernel: [1.5, 1] }, "patches: kernel must be whole numbers from 1, but it is 1.5,1");
  refused({ stride: [0, 1] }, "patches: stride must be whole numbers from 1, but it is 0,1");
  refused({ before: [-1, 0] }, "patches: before must be whole numbers from 0, but it is -1,0");
  refused({ grid: [3, 0] }, "patches: grid must be whole numbers from 1, but it is 3,0");
  checkPatches(sizes);
  assertThrows(() => patches(tf.zeros([2, 89]), sizes), TypeError, "patches: x must be [examples, 90]");
  assertThrows(() => overlap(tf.zeros([12, 26]), sizes), TypeError, "overlap: y must be [positions, 27]");
  assertThrows(
    () => overlap(tf.zeros([13, 27]), sizes),
    RangeError,
    "overlap: y must have 12 rows for each image, but it has 13 rows",
  );
});
