import { assert, assertEquals, assertRejects } from "@std/assert";
import { startEngine, tf } from "../../lib/engine/mod.ts";
import { NotPositiveDefiniteError } from "../../lib/linalg/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import { DEFAULTS, type UniquenessOptions } from "./options.ts";
import { uniqueness, uniquenessStudy } from "./study.ts";

await startEngine("wasm");

const TINY: UniquenessOptions = {
  ...DEFAULTS,
  seeds: 2,
  seedsBeyondPlane: 2,
  landings: 3,
  turned: 2,
  latents: [2, 4],
  activations: ["identity", "tanh"],
  examples: 64,
  batch: 16,
  stepsPerLatent: 5,
  angles: 3,
  turnedSteps: 3,
};

Deno.test("a study has a part for each fleet: families by ν and latents, blocks beside them at 4 latents, landings, and turned models", async () => {
  const { data, parts } = await uniquenessStudy.prepare(TINY);
  assertEquals(data, null);
  assertEquals(parts.map(({ name }) => name), [
    "fits-2-identity-isotropic",
    "fits-2-identity-mean-field",
    "fits-2-identity-full",
    "fits-2-tanh-isotropic",
    "fits-2-tanh-mean-field",
    "fits-2-tanh-full",
    "fits-4-identity-mean-field",
    "fits-4-identity-block",
    "fits-4-identity-full",
    "fits-4-tanh-mean-field",
    "fits-4-tanh-block",
    "fits-4-tanh-full",
    "landing-full-gradient-descent",
    "landing-full-adam",
    "landing-mean-field-gradient-descent",
    "landing-mean-field-adam",
    "turned-identity",
    "turned-tanh",
    "turned-4-identity",
  ]);
  assert(parts.every(({ weight }) => weight > 0));
});

Deno.test("a tiny study comes to results, sentences, figures and tables, and leaves no tensor", async () => {
  const before = tf.memory().numTensors;
  const found = await uniqueness(TINY);
  assertEquals(tf.memory().numTensors, before);
  // Six fleets of each number of latents, of three kinds of W with two seeds.
  assertEquals(found.results.fits.length, 12 * 3 * 2);
  assertEquals(found.results.landings.map(({ angles }) => angles.length), [3, 3, 3, 3]);
  for (const { toTruth, toPrincipal, loss } of found.results.fits) {
    assert(toTruth > 0 && toTruth <= 1 + 1e-12 && toPrincipal > 0 && toPrincipal <= 1 + 1e-12);
    assert(Number.isFinite(loss));
  }
  assertEquals(found.figures.map(({ file }) => file), [
    "alignment-2.svg",
    "alignment-4.svg",
    "axes.svg",
    "angles.svg",
    "turned-identity.svg",
    "turned-tanh.svg",
    "turned-4-identity.svg",
    "plane-full.svg",
    "plane-mean-field.svg",
  ]);
  assert(found.figures.every(({ content }) => typeof content === "string" && content.startsWith("<svg")));
  assertEquals(found.tables.map(({ rows }) => rows.length), [18, 18]);
  assert(found.words.length >= 10 && found.words.every((words) => /^[A-Z0-9].*\.$/s.test(words)));
  assertEquals(JSON.parse(JSON.stringify(found.results)), found.results);
});

Deno.test("figures are of whatever was trained, and two latents or a linear decoder need not be among it", async () => {
  const { figures } = await uniqueness({ ...TINY, latents: [3], activations: ["tanh"] });
  assertEquals(figures.map(({ file }) => file), [
    "alignment-3.svg",
    "axes.svg",
    "angles.svg",
    "turned-tanh.svg",
    "plane-full.svg",
    "plane-mean-field.svg",
  ]);
});

Deno.test("the same options give the same part, bit for bit, whatever was done before and whatever else the study has", async () => {
  const alone = { ...TINY, latents: [4], activations: ["tanh"] as const };
  const whole = (await uniquenessStudy.prepare(TINY)).parts.find(({ name }) => name === "fits-4-tanh-block");
  const own = (await uniquenessStudy.prepare(alone)).parts.find(({ name }) => name === "fits-4-tanh-block");
  if (!whole || !own) throw new Error("both studies must have the part");
  const watch = { signal: new AbortController().signal, progress: () => {} };
  assertEquals(await whole.run(watch), await own.run(watch));
});

Deno.test("an aborted study throws the signal's reason", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("enough")), 200);
  await assertRejects(() => uniqueness({ ...TINY, stepsPerLatent: 1e6 }, stop.signal), Error, "enough");
});

Deno.test("an aborted turn leaves no tensor, whether its models are being trained or follow their decoders", async () => {
  for (const [name, share] of [["turned-identity", 0.1], ["turned-4-identity", 1 / 3]] as const) {
    const { parts } = await uniquenessStudy.prepare({ ...TINY, stepsPerLatent: 10, turnedSteps: 1e6 });
    const part = parts.find((part) => part.name === name);
    if (!part) throw new Error(`the study must have the part ${name}`);
    const before = tf.memory().numTensors;
    const stop = new AbortController();
    const progress = (at: number): void => {
      if (at >= share) stop.abort(new Error("enough"));
    };
    const late = name === "turned-identity" ? setTimeout(() => stop.abort(new Error("enough")), 50) : 0;
    await assertRejects(() => part.run({ signal: stop.signal, progress }), Error, "enough");
    clearTimeout(late);
    assertEquals(tf.memory().numTensors, before, name);
  }
});

Deno.test("options of no use together are refused before anything is trained", async () => {
  await assertRejects(
    async () => await uniquenessStudy.prepare({ ...TINY, latents: [1] }),
    RangeError,
    "uniqueness: latents must be",
  );
});

Deno.test("whatever part runs away, it is an error that says so in a line", async () => {
  const { parts } = await uniquenessStudy.prepare({
    ...TINY,
    latents: [2, 4],
    activations: ["identity"],
    learningRate: 1e15,
    adamRate: 1e15,
    stepsPerLatent: 10,
  });
  const watch = { signal: new AbortController().signal, progress: () => {} };
  for (const part of parts) {
    const before = tf.memory().numTensors;
    const error = await assertRejects(() => part.run(watch), Error);
    const isForeseen = error instanceof NonFiniteLossError || error instanceof NotPositiveDefiniteError;
    assert(isForeseen && !error.message.includes("\n"), `${part.name}: ${error}`);
    assertEquals(tf.memory().numTensors, before, part.name);
  }
});
