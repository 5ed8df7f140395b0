import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { cloneKey, foldIn, type Key, uniform } from "../engine/key.ts";
import { falseAlarm, suiteKey as key } from "../../fixtures/suite_seed.ts";
import { binarise, drawBinary } from "./binarise.ts";
import type { Dataset, Split } from "./dataset.ts";
import { gatherBatch } from "./gather.ts";
import { select, take } from "./select.ts";

const grey = (count: number, size: number, byte: (i: number) => number) => ({
  images: Uint8Array.from({ length: count * size }, (_, i) => byte(i)),
  ids: Uint32Array.from({ length: count }, (_, i) => i),
});

/** The same draws by another way: every uniform number of every image, compared with its probability. */
function plainDraw(images: Uint8Array, size: number, k: Key, epoch: number, indices: number[]): number[] {
  return indices.flatMap((index) => {
    const u = uniform(cloneKey(foldIn(foldIn(k, epoch), index)), size);
    return Array.from(u, (value, p) => value * 255 < images[index * size + p]! ? 255 : 0);
  });
}

Deno.test("a pixel is 255 where the image's uniform number is below k/255, whatever batch it stands in", () => {
  const anySet = fc.record({ size: fc.integer({ min: 1, max: 9 }), count: fc.integer({ min: 1, max: 6 }) })
    .chain(({ size, count }) =>
      fc.record({
        size: fc.constant(size),
        images: fc.uint8Array({ minLength: size * count, maxLength: size * count }),
        indices: fc.array(fc.nat(count - 1), { maxLength: 8 }),
        seed: fc.nat(),
        epoch: fc.nat(100),
      })
    );
  fc.assert(fc.property(anySet, ({ size, images, indices, seed, epoch }) => {
    const ids = Uint32Array.from({ length: images.length / size }, (_, i) => i);
    const drawn = drawBinary({ images, ids }, key(seed), epoch, indices);
    assertEquals([...drawn], plainDraw(images, size, key(seed), epoch, indices));
  }));
});

Deno.test("the pixels of a large image are 255 where its uniform numbers are below k/255, one by one", () => {
  const size = 2 ** 17 + 1, set = grey(1, size, (i) => i * 7 % 256);
  const expected = plainDraw(set.images, size, key(5), 2, [0]);
  assertEquals(drawBinary(set, key(5), 2, [0]).findIndex((byte, i) => byte !== expected[i]), -1);
});

Deno.test("every byte k gives ones at the rate k/255, and 0 and 255 always 0 and 1", () => {
  const [images, epochs] = [200, 20];
  const set = grey(images, 256, (i) => i % 256);
  const ones = new Float64Array(256);
  for (let epoch = 0; epoch < epochs; epoch++) {
    drawBinary(set, key(3), epoch, set.ids).forEach((byte, i) => ones[i % 256]! += byte / 255);
  }
  const n = images * epochs;
  assertEquals([ones[0], ones[255]], [0, n]);
  // Deviates z of 254 binomial counts: some |z| is 6 or more in 1.5e-6, by their exact tails; their mean square is 1.
  falseAlarm(1.5e-6);
  let squares = 0;
  for (let k = 1; k < 255; k++) {
    const p = k / 255;
    const z = (ones[k]! - n * p) / Math.sqrt(n * p * (1 - p));
    squares += z * z / 254;
    assert(Math.abs(z) < 6, `byte ${k}: ${ones[k]} of ${n}`);
  }
  // The mean of 254 squares has deviation √(2/254) = .089: χ² is six of these above in 9e-8.
  falseAlarm(9e-8);
  assert(Math.abs(squares - 1) < 6 * 0.089, `${squares}`);
});

Deno.test("neighbouring pixels, images and epochs are drawn independently", () => {
  const count = 2000;
  const set = grey(count, 2, () => 128);
  const [a, b] = [0, 1].map((epoch) => drawBinary(set, key(9), epoch, set.ids));
  const correlation = (x: (i: number) => number, y: (i: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < count - 1; i++) sum += (x(i) / 127.5 - 1) * (y(i) / 127.5 - 1);
    return sum / Math.sqrt(count - 1);
  };
  const pixel = (image: Uint8Array, p: number) => (i: number): number => image[2 * i + p]!;
  const pairs = {
    pixels: correlation(pixel(a!, 0), pixel(a!, 1)),
    images: correlation(pixel(a!, 0), (i) => a![2 * i + 2]!),
    epochs: correlation(pixel(a!, 0), pixel(b!, 0)),
  };
  falseAlarm(3 * 2e-9);
  for (const [what, z] of Object.entries(pairs)) assert(Math.abs(z) < 6, `${what}: ${z} deviations`);
});

const set = (name: string, count: number, start: number): Dataset<Uint8Array> => ({
  name,
  images: Uint8Array.from({ length: 4 * count }, (_, i) => (start + 37 * i) % 256),
  labels: null,
  height: 2,
  width: 2,
  count,
});
const split: Split<Uint8Array> = {
  train: set("t", 30, 5),
  heldOut: set("h", 7, 90),
  source: "made up",
  notes: [],
  sha256: "ab",
};

Deno.test("none is the split itself, and fixed puts 127 to 0 and 128 to 255 in both parts", () => {
  assertEquals(binarise(split, "none"), split);
  const bytes = { ...split.train, images: Uint8Array.of(0, 127, 128, 255), count: 1 };
  const fixed = binarise({ ...split, train: bytes, heldOut: bytes }, "fixed");
  for (const { images } of [fixed.train, fixed.heldOut]) {
    assertEquals(images, Uint8Array.of(0, 0, 255, 255));
  }
  assertEquals(fixed.source, "made up; pixels of at least 0.5 are 1, the others 0");
  assertEquals(fixed.train.grey, undefined);
});

Deno.test("sampled draws the held-out images once, and those to train on anew in every epoch", () => {
  const { train, heldOut, source } = binarise(split, "sampled");
  assertEquals(
    source,
    "made up; pixels are drawn, 1 with the probability that is their grey value: to train on anew in every epoch, held out once",
  );
  assertEquals(binarise(split, "sampled").heldOut.images, heldOut.images);
  assertEquals(heldOut.grey, undefined);
  for (const { images } of [train, heldOut]) assertEquals([...new Set(images)].sort(), [0, 255]);
  const at = (k: Key, epoch: number, indices = [4, 2]) => gatherBatch(train, indices, { key: k, epoch });
  assertEquals(at(key(1), 0), at(key(1), 0));
  const all = [...Array(30).keys()];
  assertNotEquals(at(key(1), 0, all), at(key(1), 1, all));
  assertNotEquals(at(key(1), 0, all), at(key(2), 0, all));
  assertEquals([...at(key(1), 3)].every((x) => x === 0 || x === 1), true);
  // Without an epoch, as scores and figures are made, it is the one draw.
  assertEquals(
    gatherBatch(train, [4]),
    Float32Array.from(train.images.subarray(16, 20), (byte) => byte / 255),
  );
});

Deno.test("parts of a set that is drawn anew draw the same images as the whole", () => {
  const { train } = binarise(split, "sampled");
  const draw = { key: key(5), epoch: 2 };
  const whole = (indices: number[]) => gatherBatch(train, indices, draw);
  assertEquals(gatherBatch(take(train, 10), [3, 9], draw), whole([3, 9]));
  assertEquals(gatherBatch(select(train, [7, 0, 29], "s"), [2, 0], draw), whole([29, 7]));
  assertEquals(gatherBatch(take(select(train, [7, 0, 29], "s"), 2), [1], draw), whole([0]));
});

Deno.test("a set that is not drawn anew gives the same pixels with a draw as without", () => {
  assertEquals(gatherBatch(split.train, [1, 2], { key: key(1), epoch: 4 }), gatherBatch(split.train, [1, 2]));
});
