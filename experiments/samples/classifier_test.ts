import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { key, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { type Dataset, loadFixture } from "../../lib/data/mod.ts";
import type { PartContext } from "../runner/study.ts";
import { imagesOf } from "../digits/images.ts";
import {
  accuracyOf,
  type Classifier,
  type ClassifierOptions,
  crossEntropy,
  layerOf,
  trainClassifier,
} from "./classifier.ts";

const OPTIONS: ClassifierOptions = { hidden: [32, 8], epochs: 12, batch: 30, learningRate: 3e-3 };
const quietly = (signal = new AbortController().signal): Pick<PartContext, "signal" | "progress"> => ({
  signal,
  progress: () => {},
});
const accuracy = (classifier: Classifier, digits: Dataset): Promise<number> =>
  accuracyOf(classifier, digits, (start, end) => imagesOf(digits, start, end));

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
  const [first, last] = [await accuracy(untrained, digits), await accuracy(trained, digits)];
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
  const before = tf.memory().numTensors;
  const layer = (name: "features" | "logits") =>
    layerOf(classifier, name, 6, (start, end) => imagesOf(digits, start, end));
  const [logits, features] = [await layer("logits"), await layer("features")];
  const [weight, bias] = classifier.parameters.slice(-2);
  assertEquals([logits.size, features.size, features.values.length], [10, 8, 6 * 8]);
  logits.values.forEach((value, at) => {
    const [row, label] = [Math.floor(at / 10), at % 10];
    let expected = bias![label]!;
    for (let i = 0; i < 8; i++) expected += features.values[row * 8 + i]! * weight![i * 10 + label]!;
    assertAlmostEquals(value, expected, 1e-4);
  });
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("there are as many logits as labels: a classifier of three kinds has three", async () => {
  await startEngine("wasm");
  const digits = await loadFixture();
  const few = { ...digits, labels: digits.labels.map((label) => label % 3) };
  const { network } = await trainClassifier(few, { ...OPTIONS, epochs: 0 }, key(5), quietly());
  assertEquals(network.layers.at(-1)!.outputs, 3);
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
