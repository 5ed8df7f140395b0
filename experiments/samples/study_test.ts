import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { decodeBase64 } from "@std/encoding/base64";
import { decode } from "fast-png";
import * as v from "valibot";
import { startEngine, tf } from "../../lib/engine/mod.ts";
import { loadDigits, take } from "../../lib/data/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import { NotPositiveDefiniteError } from "../../lib/linalg/mod.ts";
import { COMPARED_OBJECTIVES } from "../../properties/contract/trained.ts";
import { standardOf } from "../runner/options.ts";
import { conduct, type PartContext } from "../runner/study.ts";
import { conclude } from "./figures.ts";
import { prepared } from "./models.ts";
import { type PartResult, type SamplesOptions, samplesStudy } from "./study.ts";

const QUICK: SamplesOptions = { ...standardOf(samplesStudy.options, true), quick: true, seed: 0 };
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
const small: Pick<typeof samplesStudy, "prepare"> = {
  prepare: async (options) => {
    const split = await loadDigits();
    return prepared(options, { ...split, train: take(split.train, 600), heldOut: take(split.heldOut, 200) });
  },
};
const contextOf = (signal = new AbortController().signal): PartContext => ({
  signal,
  progress: () => {},
  note: () => {},
  engine: "wasm",
  keep: () => {},
  files: { read: () => Promise.resolve(null), write: () => Promise.resolve(), path: (name) => name },
});
/** The result of a part by its name. */
async function resultOf(options: SamplesOptions, name: string): Promise<PartResult> {
  const { parts } = await small.prepare(options);
  return await parts.find((part) => part.name === name)!.run(contextOf());
}
/** The results of all parts whose training does not diverge, as a run keeps them. */
async function endedOf(options: SamplesOptions): Promise<PartResult[]> {
  const ended: PartResult[] = [];
  for (const part of (await small.prepare(options)).parts) {
    try {
      ended.push(v.parse(samplesStudy.result, JSON.parse(JSON.stringify(await part.run(contextOf())))));
    } catch (error) {
      if (!(error instanceof NonFiniteLossError || error instanceof NotPositiveDefiniteError)) throw error;
    }
  }
  return ended;
}
const OBJECTIVES = COMPARED_OBJECTIVES;

Deno.test("a quick run has the seeds of the default one, at least ten, and a part for each objective and seed", async () => {
  const { seeds } = standardOf(samplesStudy.options);
  assertEquals(QUICK.seeds, seeds);
  assert(seeds >= 10);
  const { parts, data } = await samplesStudy.prepare({ ...TINY, seed: 4, seeds: 2 });
  assertEquals(
    parts.map(({ name }) => name),
    ["reals", ...OBJECTIVES.map((o) => `${o}-seed4`), ...OBJECTIVES.map((o) => `${o}-seed5`)],
  );
  assertEquals([data?.sha256.length, parts.every(({ weight }) => weight > 0)], [64, true]);
});

Deno.test("the study: a result for every objective, its figures and numbers with them, the same again; no tensor left", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  const { results, figures, numbers, tables, answer } = await conduct(small, TINY);
  assertEquals(tf.memory().numTensors, before);
  assertEquals(results.models.map(({ objective }) => objective), [...OBJECTIVES]);
  assertEquals(JSON.parse(JSON.stringify(results)), results);
  for (const { prior, aggregate, beta, seed } of results.models) {
    assertEquals([beta, seed], [TINY.beta, TINY.seed]);
    assert(prior > results.floor && aggregate > results.floor, `${prior} ${aggregate} ${results.floor}`);
    assert(aggregate < results.untrained, `${aggregate} ${results.untrained}`);
  }
  assertEquals(figures.map(({ file }) => file), ["distances.svg", "samples.png"]);
  // Twice ten digits of 28 pixels and their gaps, and a gap between; three rows of each objective.
  const { width, height } = decode(figures[1]!.content as Uint8Array);
  assertEquals([width, height], [2 * 298 + 12, 18 * 30 - 2]);
  assertEquals(tables[0]!.rows.length, 2 * OBJECTIVES.length + 2);
  const [vae, , , grae] = results.models;
  assertEquals(
    ["accuracy", "floor", "untrained", "prior.grae.mean", "ratio.prior.grae.mean"].map((name) =>
      numbers[name]
    ),
    [results.accuracy, results.floor, results.untrained, grae!.prior, grae!.prior / vae!.prior],
  );
  const priors = results.models.map(({ prior }) => prior);
  assertEquals([numbers["prior.means.least"], numbers["prior.means.most"]], [
    Math.min(...priors),
    Math.max(...priors),
  ]);
  assert(Object.values(numbers).every(Number.isFinite));
  for (const name of ["prior.means.least", "aggregate.means.most"]) {
    assert(answer.includes(numbers[name]!.toFixed(1)), answer);
  }
  assertEquals(JSON.stringify((await conduct(small, TINY)).results), JSON.stringify(results));
});

Deno.test("a part alone gives what it gives after the others", async () => {
  await startEngine("wasm");
  const alone = await resultOf(TINY, "grae-seed0");
  const { models } = (await conduct(small, TINY)).results;
  const after = models.find(({ objective }) => objective === "grae")!;
  if (alone.kind !== "model") throw new TypeError(`the part of a model left ${alone.kind}`);
  assertEquals([alone.prior, alone.aggregate], [after.prior, after.aggregate]);
});

Deno.test("a model of any seed shows digits of both sources", async () => {
  await startEngine("wasm");
  const count = 30;
  for (const seed of [0, 1]) {
    const part = await resultOf({ ...TINY, seeds: 2, epochs: 1 }, `grae-star-seed${seed}`);
    if (part.kind !== "model") throw new TypeError(`the part of a model left ${part.kind}`);
    const { width, height, prior, aggregate } = part.shown;
    const sheets = [prior, aggregate].map((digits) => decodeBase64(digits));
    assertEquals([width, height, ...sheets.map(({ length }) => length)], [28, 28, count * 784, count * 784]);
    // Digits of two kinds, and not one image again and again.
    const texts = sheets.flatMap((bytes) =>
      Array.from({ length: count }, (_, i) => bytes.subarray(784 * i, 784 * (i + 1)).join())
    );
    assertEquals(new Set(texts).size, 2 * count);
  }
});

Deno.test("models that diverge fail their parts, leave no tensor, and without any model nothing can be said", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  const hopeless = { ...TINY, learningRate: 1e12 };
  const ended = await endedOf(hopeless);
  assertEquals(tf.memory().numTensors, before);
  assertEquals(ended.map(({ kind }) => kind), ["reals"]);
  await assertRejects(
    () => conclude(hopeless, ended),
    RangeError,
    "samples: real images and at least one model are required, but there are 0 models",
  );
});

Deno.test("without the β-VAE there are distances and no ratios; without real images nothing can be said", async () => {
  await startEngine("wasm");
  const ended = await endedOf(TINY);
  const left = ended.filter((part) => part.kind === "reals" || part.objective !== "beta-vae");
  const { numbers, answer, results, tables } = await conclude(TINY, left);
  assertEquals(results.models.length, OBJECTIVES.length - 1);
  assertEquals(numbers["seeds.beta-vae"], 0);
  assertEquals(Object.keys(numbers).filter((name) => name.startsWith("ratio")), []);
  assert(!/NaN|undefined/.test(answer) && answer.includes("(? to ? times"), answer);
  assertEquals(tables[0]!.rows[0]!.slice(0, 4), ["β-VAE", "N(0, I)", "0 of 1", null]);
  await assertRejects(
    () => conclude(TINY, ended.slice(1)),
    RangeError,
    "samples: real images and at least one model are required, but there are 6 models alone",
  );
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
    const context = { ...contextOf(abort.signal), progress };
    await assertRejects(() => part.run(context), DOMException, "enough");
    assertEquals(tf.memory().numTensors, before);
  }
});

Deno.test("seeds of which two are one number, and images too few for halves, are refused before anything is trained", async () => {
  await assertRejects(
    () => samplesStudy.prepare({ ...TINY, seed: Number.MAX_SAFE_INTEGER, seeds: 3 }),
    RangeError,
    "samples: all seeds must be whole numbers",
  );
  await startEngine("wasm");
  const split = await loadDigits();
  assertThrows(
    () => prepared(TINY, { ...split, train: take(split.train, 3) }),
    RangeError,
    "samples: halves of the training images must have two images or more, but there are 3 in all",
  );
});
