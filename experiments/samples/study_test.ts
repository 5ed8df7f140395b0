import { assert, assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { decodeBase64 } from "@std/encoding/base64";
import { decode } from "fast-png";
import { key, normal, startEngine, tf } from "../../lib/engine/mod.ts";
import { loadDigits, take } from "../../lib/data/mod.ts";
import { conduct, type PartWatch } from "../study/study.ts";
import { imagesOf } from "../digits/images.ts";
import { DEFAULTS, QUICK, type SamplesOptions } from "./options.ts";
import type { FailedModel } from "./part_result.ts";
import { partsOf } from "./parts.ts";
import { samples, samplesStudy } from "./study.ts";
import { NonFiniteSamplesError } from "./non_finite_samples.ts";
import { type Images, makeYardstick } from "./yardstick.ts";

const TINY: SamplesOptions = {
  ...QUICK,
  seeds: 1,
  latent: 2,
  hidden: [8],
  epochs: 20,
  limit: 100,
  classifierHidden: [8],
  classifierEpochs: 1,
};
/** The study over 600 digits instead of 9,000. */
const small: typeof samplesStudy = {
  ...samplesStudy,
  prepare: async (options) => {
    const split = await loadDigits();
    const few = { ...split, train: take(split.train, 600), heldOut: take(split.heldOut, 200) };
    return { data: null, parts: partsOf(options, few) };
  },
};
const quietly: PartWatch = { signal: new AbortController().signal, progress: () => {} };
const OBJECTIVES = [
  "beta-vae",
  "taylor-hessian",
  "taylor-jacobian",
  "grae",
  "grae-star",
  "grae-star-stochastic",
];

Deno.test("a quick run has the seeds of the default one, at least ten, and a part for each objective and seed", async () => {
  assertEquals(QUICK.seeds, DEFAULTS.seeds);
  assert(DEFAULTS.seeds >= 10);
  const { parts, data } = await samplesStudy.prepare({ ...TINY, seed: 4, seeds: 2 });
  assertEquals(
    parts.map(({ name }) => name),
    ["yardstick", ...OBJECTIVES.map((o) => `${o}-seed4`), ...OBJECTIVES.map((o) => `${o}-seed5`)],
  );
  assertEquals([data?.sha256.length, parts.every(({ weight }) => weight > 0)], [64, true]);
});

Deno.test("the yardstick: two halves are nearer to each other than noise is to one; a half to itself is at 0", async () => {
  await startEngine("wasm");
  const split = await loadDigits();
  const before = tf.memory().numTensors;
  const yardstick = await makeYardstick(split, TINY, quietly);
  assertEquals(tf.memory().numTensors, before);
  const { accuracy, floor, encoded, reference, distance } = yardstick;
  assert(accuracy > 0.5 && accuracy < 1, `${accuracy}`);
  assertEquals([encoded.count, reference.count], [4500, 4500]);
  const signal = quietly.signal;
  const noise = await distance((start, end) => {
    const values = normal(key(start), (end - start) * 784).map((v) => Math.min(1, Math.max(0, v)));
    return tf.tensor(values, [end - start, 784]);
  }, signal);
  assert(floor > 0 && noise > 100 * floor, `${floor} ${noise}`);
  assertAlmostEquals(await distance((start, end) => imagesOf(encoded, start, end), signal), floor, 1e-9);
  // Equal moments, but for rounding of features in batches.
  assertAlmostEquals(
    await distance((start, end) => imagesOf(reference, start, end), signal),
    0,
    1e-3 * floor,
  );
  const nowhere: Images = (start, end) =>
    tf.tensor(new Float32Array(784 * (end - start)).fill(NaN), [end - start, 784]);
  await assertRejects(() => distance(nowhere, signal), NonFiniteSamplesError, "samples must be finite");
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("the halves share no digit, and leave none out", async () => {
  const split = await loadDigits();
  await startEngine("wasm");
  const { encoded, reference } = await makeYardstick(split, TINY, quietly);
  const sum = (images: Uint8Array): number => images.reduce((total, value) => total + value, 0);
  assertEquals(sum(encoded.images) + sum(reference.images), sum(split.train.images));
  assertEquals(encoded.images.length + reference.images.length, split.train.images.length);
});

Deno.test("the study: a result for every objective, its figures and words with them, the same again; no tensor left", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  const findings = await conduct(small, TINY);
  assertEquals(tf.memory().numTensors, before);
  const { results, figures, words, tables } = findings;
  assertEquals(results.models.map(({ objective }) => objective), OBJECTIVES);
  assertEquals(JSON.parse(JSON.stringify(results)), results);
  for (const { prior, aggregate, beta, seed } of results.models) {
    assertEquals([beta, seed], [TINY.beta, TINY.seed]);
    assert(prior > results.floor && aggregate > results.floor, `${prior} ${aggregate} ${results.floor}`);
    assert(aggregate < results.untrained, `${aggregate} ${results.untrained}`);
  }
  assertEquals(figures.map(({ file }) => file), ["distances.svg", ...OBJECTIVES.map((o) => `${o}.png`)]);
  for (const { content } of figures.slice(1)) {
    // Twice ten digits of 28 pixels and their gaps, and a gap between.
    const { width, height } = decode(content as Uint8Array);
    assertEquals([width, height], [2 * 298 + 12, 298]);
  }
  assert(words.some((line) => line.includes((100 * results.accuracy).toFixed(1))), words.join("\n"));
  assertEquals(tables[0]!.rows.length, OBJECTIVES.length + 2);
  assert(figures.every(({ theory, seen }) => theory !== "" && /\d/.test(seen)));
  assertEquals(JSON.stringify((await conduct(small, TINY)).results), JSON.stringify(results));
});

Deno.test("a part alone gives what it gives after the others", async () => {
  await startEngine("wasm");
  const { parts } = await small.prepare(TINY);
  const alone = await parts.find(({ name }) => name === "grae-seed0")!.run(quietly);
  const { models } = (await conduct(small, TINY)).results;
  const after = models.find(({ objective }) => objective === "grae")!;
  if (alone.kind !== "model") throw new TypeError(`the part of a model left a ${alone.kind}`);
  assertEquals([alone.prior, alone.aggregate], [after.prior, after.aggregate]);
});

Deno.test("a model of any seed shows digits of both sources, a hundred of the first seed's, 20 of the others'", async () => {
  await startEngine("wasm");
  const { parts } = await small.prepare({ ...TINY, seeds: 2, epochs: 1 });
  for (const [seed, count] of [[0, 100], [1, 20]] as const) {
    const part = await parts.find(({ name }) => name === `grae-star-seed${seed}`)!.run(quietly);
    if (part.kind !== "model") throw new TypeError(`the part of a model left a ${part.kind}`);
    const { width, height, prior, aggregate } = part.digits;
    const of = [prior, aggregate].map((digits) => decodeBase64(digits));
    assertEquals([width, height, ...of.map(({ length }) => length)], [28, 28, count * 784, count * 784]);
    // Digits of two kinds, and not one image again and again.
    const texts = of.flatMap((bytes) =>
      Array.from({ length: count }, (_, i) => bytes.subarray(784 * i, 784 * (i + 1)).join())
    );
    assertEquals(new Set(texts).size, 2 * count);
  }
});

Deno.test("models that diverge are results that say so, end no study, and leave no tensor", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  const hopeless = { ...TINY, learningRate: 1e12 };
  const { parts } = await small.prepare(hopeless);
  const failed: FailedModel[] = [];
  for (const { name, run } of parts) {
    if (!/^(beta-vae|grae)-seed/.test(name)) continue;
    const result = await run(quietly);
    if (result.kind !== "failed") throw new TypeError(`${name} left a ${result.kind}`);
    failed.push(result);
  }
  assertEquals(failed.map(({ kind, objective, seed }) => [kind, objective, seed]), [
    ["failed", "beta-vae", 0],
    ["failed", "grae", 0],
  ]);
  for (const { failure } of failed) assertMatch(failure, /must be finite|positive definite/);
  assertEquals(JSON.parse(JSON.stringify(failed)), failed);
  const { results, words, tables, figures } = await conduct(small, hopeless);
  assertEquals(tf.memory().numTensors, before);
  assertEquals(results.models, []);
  assertEquals(figures.map(({ file }) => file), ["distances.svg"]);
  assert(words.some((line) => line.includes("nothing to compare")), words.join("\n"));
  assertEquals(tables[0]!.rows.length, OBJECTIVES.length + 2);
});

Deno.test("a study that is aborted throws the signal's reason, in the classifier and in a model, and leaves no tensor", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  const { parts } = await small.prepare(TINY);
  for (const part of parts.slice(0, 2)) {
    const abort = new AbortController();
    const progress = (share: number): void => {
      if (share > 0) abort.abort(new DOMException("enough", "AbortError"));
    };
    await assertRejects(() => part.run({ signal: abort.signal, progress }), DOMException, "enough");
    assertEquals(tf.memory().numTensors, before);
  }
});

Deno.test("the function of its options is the study, and throws the signal's reason", async () => {
  await startEngine("wasm");
  const reason = new DOMException("enough", "AbortError");
  await assertRejects(() => samples(TINY, AbortSignal.abort(reason)), DOMException, "enough");
});

Deno.test("seeds of which two are one number are refused before anything is trained", async () => {
  await startEngine("wasm");
  const options = { ...TINY, seed: Number.MAX_SAFE_INTEGER, seeds: 3 };
  await assertRejects(
    () => samplesStudy.prepare(options),
    RangeError,
    "samples: all seeds must be whole numbers",
  );
});
