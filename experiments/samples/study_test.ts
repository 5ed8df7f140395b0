import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { decode } from "fast-png";
import { key, normal, startEngine, tf } from "../../lib/engine/mod.ts";
import { loadDigits, take } from "../../lib/data/mod.ts";
import { conduct, type PartWatch } from "../study/study.ts";
import { imagesOf } from "../digits/images.ts";
import { DEFAULTS, QUICK, type SamplesOptions } from "./options.ts";
import { partsOf } from "./parts.ts";
import { samples, samplesStudy } from "./study.ts";
import { makeYardstick } from "./yardstick.ts";

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
