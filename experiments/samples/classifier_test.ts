import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { key, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { loadFixture } from "../../lib/data/mod.ts";
import type { PartWatch } from "../study/study.ts";
import { imagesOf } from "../digits/images.ts";
import { accuracyOf, bindClassifier, type ClassifierOptions, trainClassifier } from "./classifier.ts";
import { crossEntropy } from "./cross_entropy.ts";

const OPTIONS: ClassifierOptions = { hidden: [32, 8], epochs: 12, batch: 30, learningRate: 3e-3 };
const quietly = (signal = new AbortController().signal): PartWatch => ({ signal, progress: () => {} });

Deno.test("the cross-entropy is −log of the softmax at the label, also where exp would overflow", async () => {
  await startEngine("wasm");
  const rows = [[0, 0, 0, 0], [1, 2, 3, 4], [1000, 0, 0, 0], [1000, 0, 0, 0], [-1000, -1001, -1002, -1003]];
  const labels = [2, 0, 0, 3, 1];
  const values = tf.tidy(() => crossEntropy(tf.tensor(rows.flat(), [5, 4]), labels));
  const found = await read(values);
  values.dispose();
  const four = Math.log(1 + Math.E + Math.E ** 2 + Math.E ** 3);
  const expected = [Math.log(4), four, 0, 1000, 1 + Math.log(1 + 1 / Math.E + Math.E ** -2 + Math.E ** -3)];
  // float32 beside 1000: half a unit in the last place there is 3e-5.
  expected.forEach((value, i) => assertAlmostEquals(found[i]!, value, 1e-4));
});

Deno.test("labels that are no column of the logits are refused", async () => {
  await startEngine("wasm");
  const logits = tf.zeros([2, 4]);
  assertThrows(
    () => crossEntropy(logits, [0, 4]),
    RangeError,
    "crossEntropy: labels must be whole numbers from 0 to 3, but label 1 is 4",
  );
  logits.dispose();
});

Deno.test("a classifier learns the digits it is shown, from chance, and leaves no tensor", async () => {
  await startEngine("wasm");
  const digits = await loadFixture();
  const before = tf.memory().numTensors;
  const shares: number[] = [];
  const watch = { ...quietly(), progress: (share: number) => shares.push(share) };
  const untrained = await trainClassifier(digits, { ...OPTIONS, epochs: 0 }, key(3), quietly());
  const trained = await trainClassifier(digits, OPTIONS, key(3), watch);
  const [first, last] = [await accuracyOf(untrained, digits), await accuracyOf(trained, digits)];
  assert(first < 0.3, `${first}`);
  assert(last > 0.9, `${last}`);
  assertEquals([shares.length, shares.at(-1)], [120, 1]);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("the same key trains the same classifier bit for bit, another one another", async () => {
  await startEngine("wasm");
  const digits = await loadFixture();
  const bits = async (seed: number): Promise<string> =>
    (await trainClassifier(digits, { ...OPTIONS, epochs: 1 }, key(seed), quietly())).parameters.join("|");
  const first = await bits(1);
  assertEquals(await bits(1) === first, true);
  assertEquals(await bits(2) === first, false);
});

Deno.test("features are the last hidden layer: the last layer makes the logits of them", async () => {
  await startEngine("wasm");
  const digits = await loadFixture();
  const classifier = await trainClassifier(digits, { ...OPTIONS, epochs: 1 }, key(5), quietly());
  const scope = tf.openScope();
  try {
    const { features, logits } = bindClassifier(classifier);
    const x = imagesOf(digits, 0, 6);
    const [found, by] = [await read(logits(x)), await read(features(x))];
    const [weight, bias] = classifier.parameters.slice(-2);
    assertEquals(by.length, 6 * 8);
    found.forEach((value, at) => {
      const [row, label] = [Math.floor(at / 10), at % 10];
      let expected = bias![label]!;
      for (let i = 0; i < 8; i++) expected += by[row * 8 + i]! * weight![i * 10 + label]!;
      assertAlmostEquals(value, expected, 1e-4);
    });
  } finally {
    scope.close();
  }
});

Deno.test("a training that is aborted throws the signal's reason and leaves no tensor", async () => {
  await startEngine("wasm");
  const digits = await loadFixture();
  const before = tf.memory().numTensors;
  const abort = new AbortController();
  const watch = {
    signal: abort.signal,
    progress: (share: number) => share > 0.5 && abort.abort(new DOMException("enough", "AbortError")),
  };
  await assertRejects(() => trainClassifier(digits, OPTIONS, key(3), watch), DOMException, "enough");
  assertEquals(tf.memory().numTensors, before);
});
