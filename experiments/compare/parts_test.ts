import { assertEquals, assertRejects } from "@std/assert";
import * as v from "valibot";
import { startEngine, tf } from "../../lib/engine/mod.ts";
import { NotPositiveDefiniteError } from "../../lib/linalg/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import { COMPARED } from "../digits/compared.ts";
import { standardOf } from "../runner/options.ts";
import { type CommonOptions, conduct, type Part, type PartContext } from "../runner/study.ts";
import { prepare } from "./parts.ts";
import { type CompareModel, type CompareOptions, compareStudy } from "./study.ts";

/** As little as there can be of everything. */
const TINY: CompareOptions & CommonOptions = {
  ...standardOf(compareStudy.options, true),
  ...{ quick: true, seed: 0, seeds: 2, betas: [0.2, 1], latent: 2, hidden: [8], epochs: 2, limit: 100 },
  ...{ judged: 20, tracked: 10, pairs: 2, columns: 2, contracted: 2, contractedPairs: 2, halvings: 3 },
};

async function parts(options = TINY): Promise<readonly Part<CompareModel>[]> {
  await startEngine("wasm");
  return (await prepare(options)).parts;
}

const quietly: PartContext = {
  signal: new AbortController().signal,
  progress: () => {},
  note: () => {},
  engine: "wasm",
  keep: () => {},
  files: { read: () => Promise.resolve(null), write: () => Promise.resolve(), path: (name) => name },
};

Deno.test("there is a part for every objective, β and seed, and one for the smooth β-VAE; names are files' names", async () => {
  const all = await parts();
  assertEquals(all.length, (6 + 1) * 2 * 2);
  assertEquals(new Set(all.map(({ name }) => name)).size, all.length);
  assertEquals(all.every(({ name, weight }) => /^[\w.-]+$/.test(name) && weight > 0), true);
  assertEquals(all[0]!.name, "relu-beta-vae-0.2-seed0");
  const { name, run } = all.find(({ name }) => name.startsWith("tanh"))!;
  assertEquals(name, "tanh-beta-vae-0.2-seed0");
  assertEquals((await run(quietly)).activation, "tanh");
});

Deno.test("a β-VAE is judged, tracked before training and after each epoch, and contracted; others are judged", async () => {
  const all = await parts();
  const before = tf.memory().numTensors;
  const shares: number[] = [];
  const betaVae = await all[0]!.run({ ...quietly, progress: (share) => shares.push(share) });
  assertEquals(shares.at(-1), 1);
  assertEquals(betaVae.along.map(({ epoch }) => epoch), [0, 1, 2]);
  assertEquals(betaVae.contractions.map(({ t }) => t), [1, 0.5, 0.25, 0.125]);
  const star = await all.find(({ name }) => name === "relu-grae-star-1-seed1")!.run(quietly);
  assertEquals([star.objective, star.beta, star.seed], ["grae-star", 1, 1]);
  assertEquals([star.along, star.contractions], [[], []]);
  for (const model of [betaVae, star]) {
    assertEquals(Object.values(model.judged).every((value) => value > 0), true);
    // What a part gives is kept as JSON, and read back by the study's schema.
    assertEquals(v.parse(compareStudy.result, JSON.parse(JSON.stringify(model))), model);
  }
  assertEquals(tf.memory().numTensors, before);
  assertEquals(await all[0]!.run(quietly), betaVae);
});

Deno.test("a training that diverges throws what the runner keeps as a failed part, and leaves no tensor", async () => {
  const all = await parts({ ...TINY, learningRate: 1e12 });
  const before = tf.memory().numTensors;
  for (const at of [0, 4, 12]) {
    const error = await assertRejects(() => all[at]!.run(quietly), Error);
    const known = error instanceof NonFiniteLossError || error instanceof NotPositiveDefiniteError;
    assertEquals(known, true, String(error));
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a part that is aborted throws the reason and leaves no tensor", async () => {
  const [first] = await parts();
  const before = tf.memory().numTensors;
  const abort = new AbortController();
  const progress = () => abort.abort(new DOMException("enough", "AbortError"));
  await assertRejects(
    () => first!.run({ ...quietly, signal: abort.signal, progress }),
    DOMException,
    "enough",
  );
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("seeds that are not different numbers, and a smooth activation that is no other, are refused", async () => {
  await startEngine("wasm");
  await assertRejects(
    () => prepare({ ...TINY, seed: 2 ** 53 - 1, seeds: 3 }),
    RangeError,
    "compare: all seeds must be whole numbers from 0 to 9007199254740991, but there are 3",
  );
  await assertRejects(
    () => prepare({ ...TINY, smooth: "relu" }),
    RangeError,
    "compare: smooth must be another activation than relu",
  );
});

Deno.test("a whole comparison: every objective trained and tracked, figures, and [G1] GRAE never above GRAE*", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  const options = { ...TINY, seeds: 1, betas: [0.4], epochs: 1, limit: 200, halvings: 6 };
  const { results, numbers, answer, figures, tables } = await conduct(compareStudy, options);
  assertEquals(tf.memory().numTensors, before);
  assertEquals(results.trained.map(({ objective }) => objective), COMPARED.map(({ objective }) => objective));
  assertEquals(results.along.length, 6 * 2);
  const lossOf = (objective: string, epoch: number): number =>
    results.along.find((at) => at.objective === objective && at.epoch === epoch)!.loss;
  // A loss of about 50 is known to the last place of float32, about 4e-6.
  for (const epoch of [0, 1]) assertEquals(lossOf("grae", epoch) <= lossOf("grae-star", epoch) + 1e-5, true);
  assertEquals(Object.values(numbers).every(Number.isFinite) && answer.length > 20, true);
  assertEquals(figures.length === 3 && figures.every(({ caption }) => caption.length > 20), true);
  assertEquals(tables.map(({ rows }) => rows.length), [6, 2]);
});

Deno.test("a part's weight grows with its steps, by what a step of its objective costs", async () => {
  const [two, four] = [await parts({ ...TINY, epochs: 2 }), await parts({ ...TINY, epochs: 4 })];
  const steps = 2 * Math.ceil(100 / TINY.batch);
  COMPARED.forEach(({ objective, cost }) => {
    const at = two.findIndex(({ name }) => name.startsWith(`relu-${objective}-`));
    assertEquals(four[at]!.weight - two[at]!.weight, cost * steps, objective);
  });
});

Deno.test("models are judged by as many held-out images as asked for, and by all of them where none is", async () => {
  const losses: number[] = [];
  for (const judged of [20, 21, null]) {
    const one = (await parts({ ...TINY, judged })).find(({ name }) => name === "relu-grae-star-1-seed1")!;
    losses.push((await one.run(quietly)).judged.betaVaeLoss);
  }
  assertEquals(new Set(losses).size, 3);
});
