import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as v from "valibot";
import { startEngine, tf } from "../../lib/engine/mod.ts";
import { standardOf } from "../runner/options.ts";
import { type CommonOptions, conduct } from "../runner/study.ts";
import { offBlockRatio } from "./measures.ts";
import { PANELS } from "./panel.ts";
import { type MetricOptions, metricStudy } from "./study.ts";

const DEFAULTS = standardOf(metricStudy.options);
const QUICK = { ...standardOf(metricStudy.options, true), quick: true, seed: 0 };
const SMALL: MetricOptions & CommonOptions = {
  ...QUICK,
  seeds: 2,
  epochs: 2,
  batch: 20,
  hidden: [8],
  limit: 60,
};

Deno.test("the panels are those of the slide, the controls have β, d and blocks of panel (a)", () => {
  const rows = PANELS.map(({ label, family, beta, latent, block }) =>
    `${label} ${family} ${beta}/${latent}/${block}`
  );
  assertEquals(rows, [
    "a block 0.2/8/2",
    "b block 0.4/8/2",
    "c block 0.6/12/2",
    "d block 1/8/2",
    "mean-field mean-field 0.2/8/2",
    "full full 0.2/8/2",
  ]);
});

Deno.test("a quick study has as many seeds as the default one, and every panel and control has them all", async () => {
  await startEngine("wasm");
  assertEquals([QUICK.seeds, DEFAULTS.seeds], [10, 10]);
  const { parts, data } = await metricStudy.prepare(QUICK);
  const names = parts.map(({ name }) => name);
  assertEquals(names.length, 60);
  assertEquals(names.slice(0, 7), ["a-0", "b-0", "c-0", "d-0", "mean-field-0", "full-0", "a-1"]);
  assertEquals(new Set(names).size, 60);
  assertEquals(data?.sha256.length, 64);
  assertEquals(data?.source.includes("10,000 digits of MNIST"), true);
});

Deno.test("a study is a function of its options, its results have its schema, and its numbers stand in its answer", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  const once = await conduct(metricStudy, SMALL);
  assertEquals(tf.memory().numTensors, before);
  const again = await conduct(metricStudy, SMALL);
  assertEquals(JSON.stringify(again), JSON.stringify(once));
  const { results, numbers, answer, figures, tables } = once;
  for (const model of results.models) {
    assertEquals(v.parse(metricStudy.result, JSON.parse(JSON.stringify(model))), model);
  }
  assertEquals(results.models.map(({ label, seed }) => `${label}-${seed}`), [
    ...PANELS.map(({ label }) => `${label}-0`),
    ...PANELS.map(({ label }) => `${label}-1`),
  ]);
  for (const { metric: { before, after }, ratio, variances, latent, block } of results.models) {
    assertEquals([before.length, after.length], [latent, latent]);
    assertEquals(ratio, { before: offBlockRatio(before, block), after: offBlockRatio(after, block) });
    assertEquals(variances.length, Math.floor(120 / latent) * latent);
    assert(variances.every(({ found, predicted }) => found > 0 && predicted > 0 && predicted <= 1));
  }
  const ofA = results.models.filter(({ label }) => label === "a");
  const mean = ofA.reduce((sum, { ratio }) => sum + ratio.after, 0) / ofA.length;
  assertEquals(numbers["after.a.mean"], mean);
  assert(Object.values(numbers).every(Number.isFinite));
  for (const { label } of PANELS) {
    for (const name of ["before", "after"]) {
      for (const which of ["mean", "least", "most"]) assert(`${name}.${label}.${which}` in numbers);
    }
    assert(`variances.${label}.factor` in numbers && `variances.${label}.correlation` in numbers);
  }
  assertStringIncludes(answer, `(a) ${mean.toFixed(2)}, (b) `);
  assert(figures.length >= 4 && figures.every(({ content }) => String(content).startsWith("<svg")));
  assertEquals(tables[0]!.rows.map((row) => row[0]), PANELS.map(({ label }) => label));
});

Deno.test("the study concludes from the models that are left, and refuses none", async () => {
  await startEngine("wasm");
  const { parts, conclude } = await metricStudy.prepare({ ...SMALL, seeds: 1, epochs: 1 });
  const { signal } = new AbortController();
  const files = { read: () => Promise.resolve(null), write: () => Promise.resolve(), path: String };
  const context = { signal, files, progress: () => {}, note: () => {}, keep: () => {}, engine: "wasm" };
  const panel = await parts[2]!.run(context);
  const { numbers, answer } = await conclude([panel], context);
  assertEquals([numbers["seeds.c"], numbers["seeds.a"]], [1, undefined]);
  assertStringIncludes(answer, "(c)");
  await assertRejects(
    () => conclude([], context),
    RangeError,
    "metric: at least one trained model is needed",
  );
});

Deno.test("seeds of which two are one number are refused before anything is trained", async () => {
  await startEngine("wasm");
  const seed = Number.MAX_SAFE_INTEGER;
  await assertRejects(
    () => metricStudy.prepare({ ...SMALL, seed, seeds: 3 }),
    RangeError,
    "metric: all seeds",
  );
  assertEquals((await metricStudy.prepare({ ...SMALL, seed, seeds: 1 })).parts.length, PANELS.length);
});

Deno.test("before training is the metric of the parameters to start from: it does not depend on epochs", async () => {
  await startEngine("wasm");
  const first = async (epochs: number): Promise<number[]> => {
    const { parts } = await metricStudy.prepare({ ...SMALL, epochs });
    const signal = new AbortController().signal;
    const { metric: { before } } = await parts[0]!.run({
      signal,
      progress: () => {},
      note: () => {},
      keep: () => {},
      engine: "wasm",
      files: { read: () => Promise.resolve(null), write: () => Promise.resolve(), path: String },
    });
    return before.flat();
  };
  const [one, two] = [await first(1), await first(2)];
  one.forEach((value, i) => assertAlmostEquals(value, two[i]!, 0));
});

Deno.test("a study that is stopped throws the signal's reason", async () => {
  await startEngine("wasm");
  const reason = new DOMException("enough", "AbortError");
  await assertRejects(() => conduct(metricStudy, SMALL, AbortSignal.abort(reason)), DOMException, "enough");
});
