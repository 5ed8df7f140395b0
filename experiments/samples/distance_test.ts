import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { foldIn, normal, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { DataError, type Dataset, loadDigits, loadFixture, pixels, take } from "../../lib/data/mod.ts";
import { orthogonalMatrix } from "../../lib/linalg/mod.ts";
import { type PartContext, PartError } from "../runner/study.ts";
import {
  accuracyOf,
  type ClassifierOptions,
  crossEntropy,
  frechetDistance,
  type Images,
  imagesIn,
  layerOf,
  makeMeasure,
  type Moments,
  momentsOf,
  trainClassifier,
} from "./distance.ts";

const OPTIONS: ClassifierOptions = { hidden: [32, 8], epochs: 12, batch: 30, learningRate: 3e-3 };
const quietly = (signal = new AbortController().signal): Pick<PartContext, "signal" | "progress"> => ({
  signal,
  progress: () => {},
});

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
  const before = tf.memory().numTensors;
  const layer = (name: "features" | "logits") => layerOf(classifier, name, 6, imagesIn(digits));
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
  const few = { ...digits, labels: digits.labels!.map((label) => label % 3) };
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

Deno.test("images without labels are refused", async () => {
  await startEngine("wasm");
  const digits = { ...await loadFixture(), labels: null };
  await assertRejects(
    () => trainClassifier(digits, OPTIONS, key(1), quietly()),
    DataError,
    "a classifier needs labels",
  );
});

Deno.test("mean and covariance of three rows are those by hand", () => {
  const { mean, covariance } = momentsOf(Float32Array.of(0, 0, 2, 4, 4, 2), 2);
  assertEquals(mean, [2, 2]);
  assertEquals(covariance.to2DArray(), [[4, 2], [2, 4]]);
});

Deno.test("they are E[x], and E[xxᵀ] − E[x]E[x]ᵀ with n − 1 for n", () => {
  const [count, size] = [500, 3];
  const rows = normal(key(4), count * size);
  const { mean, covariance } = momentsOf(rows, size);
  const average = (f: (row: Float32Array) => number): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += f(rows.subarray(i * size, (i + 1) * size));
    return sum / count;
  };
  for (let i = 0; i < size; i++) {
    assertAlmostEquals(mean[i]!, average((row) => row[i]!), 1e-12);
    for (let j = 0; j < size; j++) {
      const raw = average((row) => row[i]! * row[j]!) - mean[i]! * mean[j]!;
      assertAlmostEquals(covariance.get(i, j), raw * count / (count - 1), 1e-12);
    }
  }
});

Deno.test("a mean far from 0 costs no precision", () => {
  // 2²⁰ + k is a float32 number; the sum of squares would lose the spread of k.
  const rows = Float32Array.from({ length: 100 }, (_, i) => 2 ** 20 + i % 2);
  assertAlmostEquals(momentsOf(rows, 1).covariance.get(0, 0), 25 / 99, 1e-12);
});

const moments = (mean: readonly number[], covariance: readonly (readonly number[])[]): Moments => ({
  mean,
  covariance: new Matrix(covariance.map((row) => [...row])),
});

/** A Gaussian matrix of `rows` × `columns`. */
function gaussianMatrix(seed: number, rows: number, columns: number): Matrix {
  return Matrix.from1DArray(rows, columns, [...normal(foldIn(key(11), seed), rows * columns)]);
}

/** N(0, L Lᵀ). */
const ofFactor = (factor: Matrix): Moments => ({
  mean: new Array<number>(factor.rows).fill(0),
  covariance: factor.mmul(factor.transpose()),
});

/**
 * The distance between N(0, A Aᵀ) and N(0, B Bᵀ) by another route: ‖A‖² + ‖B‖² − 2 ‖AᵀB‖_*, as the covariances' term
 * is the nuclear norm of AᵀB, a sum of singular values.
 */
function bySingularValues(a: Matrix, b: Matrix): number {
  const nuclear = new SingularValueDecomposition(a.transpose().mmul(b)).diagonal.reduce((x, y) => x + y, 0);
  return a.norm("frobenius") ** 2 + b.norm("frobenius") ** 2 - 2 * nuclear;
}

Deno.test("between diagonal covariances it is ‖μ₁ − μ₂‖² + Σ(√a − √b)²", () => {
  const a = moments([1, -2, 0.5], [[4, 0, 0], [0, 0.25, 0], [0, 0, 9]]);
  const b = moments([0, 1, 0.5], [[1, 0, 0], [0, 1, 0], [0, 0, 4]]);
  assertAlmostEquals(frechetDistance(a, b), (1 + 9) + (1 + 0.25 + 1), 1e-13);
});

Deno.test("between 2 × 2 covariances it is the closed form by trace and determinant", () => {
  const [a, b] = [[[2, 0.7], [0.7, 1]], [[0.5, -0.4], [-0.4, 3]]] as const;
  // The square root of a 2 × 2 matrix with eigenvalues of one sign has the trace √(tr M + 2 √|M|).
  const trace = a[0][0] * b[0][0] + a[0][1] * b[1][0] + a[1][0] * b[0][1] + a[1][1] * b[1][1];
  const determinant = (2 * 1 - 0.49) * (0.5 * 3 - 0.16);
  const root = Math.sqrt(trace + 2 * Math.sqrt(determinant));
  assertAlmostEquals(
    frechetDistance(moments([0, 0], a), moments([0, 0], b)),
    2 + 1 + 0.5 + 3 - 2 * root,
    1e-13,
  );
});

Deno.test("between any covariances it is what singular values give, in both orders", () => {
  for (let seed = 0; seed < 20; seed++) {
    const size = 2 + seed % 6;
    const [a, b] = [gaussianMatrix(2 * seed, size, size), gaussianMatrix(2 * seed + 1, size, size)];
    const expected = bySingularValues(a, b);
    // Rounding of eigenvalues of about size² in double precision, √ of the smallest of which loses half the digits.
    const tolerance = size ** 2 * 1e-8;
    assertAlmostEquals(frechetDistance(ofFactor(a), ofFactor(b)), expected, tolerance);
    assertAlmostEquals(frechetDistance(ofFactor(b), ofFactor(a)), expected, tolerance);
  }
});

Deno.test("a shift of the mean adds its square, and of equal distributions it is 0", () => {
  const factor = gaussianMatrix(77, 4, 4);
  const { covariance } = ofFactor(factor);
  const at = (mean: readonly number[]): Moments => ({ mean, covariance });
  const from = at([1, 2, 3, 4]);
  // Σ² is known to δ = 32 ε λ₁²: products of 4 × 4 matrices, and the solver. Its eigenvalue λ² + δ has a root that is off by at
  // most √δ, and by at most δ/λ.
  const values = new SingularValueDecomposition(factor).diagonal.map((s) => s * s);
  const delta = 32 * Number.EPSILON * values[0]! ** 2;
  const tolerance = 2 * values.reduce((sum, value) => sum + Math.min(Math.sqrt(delta), delta / value), 0);
  assertAlmostEquals(frechetDistance(from, at([1, 2, 3, 4])), 0, tolerance);
  assertAlmostEquals(frechetDistance(from, at([4, 2, -1, 4])), 25, tolerance + 32 * 25 * Number.EPSILON);
});

Deno.test("covariances of low rank, or none, give no NaN: |u·v| between uuᵀ and vvᵀ", () => {
  const [u, v] = [[1, 2, 0, -1], [0, 1, 0, 3]];
  const outer = (w: readonly number[]): number[][] => w.map((x) => w.map((y) => x * y));
  const zero = [0, 0, 0, 0];
  // ‖u‖² = 6, ‖v‖² = 10, u·v = −1. Three eigenvalues that are 0 but for rounding, about 1e-15 · 60, enter by their root.
  const tolerance = 2 * 3 * Math.sqrt(60 * 1e-15);
  assertAlmostEquals(
    frechetDistance(moments(zero, outer(u)), moments(zero, outer(v))),
    6 + 10 - 2 * 1,
    tolerance,
  );
  for (let seed = 0; seed < 20; seed++) {
    const [a, b] = [gaussianMatrix(100 + seed, 6, 2), gaussianMatrix(200 + seed, 6, 3)];
    assertAlmostEquals(frechetDistance(ofFactor(a), ofFactor(b)), bySingularValues(a, b), 1e-6);
  }
  // Ranges that are orthogonal, though not along axes: the product is nothing but the rounding of its factors.
  for (let seed = 0; seed < 20; seed++) {
    const axes = orthogonalMatrix(foldIn(key(12), seed), 6);
    const [a, b] = [axes.slice(0, 3), axes.slice(3)].map((rows) => new Matrix(rows).transpose());
    assertAlmostEquals(frechetDistance(ofFactor(a!), ofFactor(b!)), 3 + 3, 1e-6);
  }
  const nothing = moments(zero, zero.map(() => zero));
  assertEquals(frechetDistance(nothing, nothing), 0);
  assertEquals(frechetDistance(moments(zero, outer(u)), nothing), 6);
});

const SMALL: ClassifierOptions = { hidden: [8], epochs: 1, batch: 128, learningRate: 2e-3 };

Deno.test("two halves are nearer to each other than noise is to one; a half to itself is at 0", async () => {
  await startEngine("wasm");
  const split = await loadDigits();
  const before = tf.memory().numTensors;
  const measure = await makeMeasure(split, SMALL, 0, quietly());
  assertEquals(tf.memory().numTensors, before);
  const { accuracy, floor, encoded, reference, distance } = measure;
  assert(accuracy > 0.5 && accuracy < 1, `${accuracy}`);
  assertEquals([encoded.count, reference.count], [4500, 4500]);
  const signal = quietly().signal;
  const noise = await distance((start, end) => {
    const values = normal(key(start), (end - start) * 784).map((v) => Math.min(1, Math.max(0, v)));
    return tf.tensor(values, [end - start, 784]);
  }, signal);
  assert(floor > 0 && noise > 100 * floor, `${floor} ${noise}`);
  assertAlmostEquals(await distance(imagesIn(encoded), signal), floor, 1e-9);
  // Equal moments, but for rounding of features in batches.
  assertAlmostEquals(
    await distance(imagesIn(reference), signal),
    0,
    1e-3 * floor,
  );
  const nowhere: Images = (start, end) =>
    tf.tensor(new Float32Array(784 * (end - start)).fill(NaN), [end - start, 784]);
  await assertRejects(
    () => distance(nowhere, signal),
    PartError,
    "samples: the features of images must be finite, but some are not; lower the learning rate",
  );
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("the halves share no digit, and leave none out", async () => {
  const split = await loadDigits();
  await startEngine("wasm");
  const { encoded, reference } = await makeMeasure(split, SMALL, 0, quietly());
  const sum = (set: Dataset): number =>
    pixels(set).reduce((total, value) => total + Math.round(255 * value), 0);
  assertEquals(sum(encoded) + sum(reference), sum(split.train));
  assertEquals(encoded.count + reference.count, split.train.count);
});

Deno.test("the classifier's accuracy is that on the held-out digits, not on those that it was trained on", async () => {
  await startEngine("wasm");
  const split = await loadDigits();
  const train = take(split.train, 600);
  const options = { ...SMALL, hidden: [32, 8], epochs: 12 };
  const accuracy = async (labels: Int32Array): Promise<number> =>
    (await makeMeasure({ ...split, train, heldOut: { ...train, labels } }, options, 0, quietly())).accuracy;
  // The same images held out: with their own labels, and with labels that are all wrong.
  const [right, wrong] = [
    await accuracy(train.labels!),
    await accuracy(train.labels!.map((label) => (label + 1) % 10)),
  ];
  assert(right > 0.6, `${right} with the labels that it was trained on`);
  assert(wrong <= 1 - right, `${wrong} where all labels are wrong`);
});

Deno.test("the classifier sees every image once in an epoch, in another order in each", async () => {
  await startEngine("wasm");
  const digits = await loadFixture(), seen: number[] = [];
  const labels = new Proxy(digits.labels!, {
    get(target, name) {
      if (typeof name === "string" && /^\d+$/.test(name)) seen.push(Number(name));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  await trainClassifier({ ...digits, labels }, { ...OPTIONS, epochs: 3 }, key(6), quietly());
  const { count } = digits;
  const epochs = [0, 1, 2].map((epoch) => seen.slice(epoch * count, (epoch + 1) * count));
  assertEquals(seen.length, 3 * count);
  for (const epoch of epochs) {
    assertEquals(
      epoch.toSorted((a, b) => a - b),
      Array.from({ length: count }, (_, i) => i),
    );
  }
  assertEquals(new Set(epochs.map(String)).size, 3);
});
