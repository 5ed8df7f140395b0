import { assert, assertEquals, assertRejects } from "@std/assert";
import { startEngine, tf } from "../../lib/engine/mod.ts";
import { DEFAULTS, QUICK, type UniquenessOptions } from "./options.ts";
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

Deno.test("a study has a part for each fleet: families by ν and latents, blocks at 4 latents, landings, and turned models", async () => {
  const { data, parts } = await uniquenessStudy.prepare(TINY);
  assertEquals(data, null);
  assertEquals(parts.map(({ name }) => name), [
    "fits-2-identity-isotropic",
    "fits-2-identity-mean-field",
    "fits-2-identity-full",
    "fits-2-tanh-isotropic",
    "fits-2-tanh-mean-field",
    "fits-2-tanh-full",
    "fits-4-identity-block",
    "fits-4-tanh-block",
    "landing-full-gradient-descent",
    "landing-full-adam",
    "landing-mean-field-gradient-descent",
    "landing-mean-field-adam",
    "turned-identity",
    "turned-tanh",
  ]);
  assert(parts.every(({ weight }) => weight > 0));
});

Deno.test("a tiny study comes to results, sentences, figures and tables, and leaves no tensor", async () => {
  const before = tf.memory().numTensors;
  const found = await uniqueness(TINY);
  assertEquals(tf.memory().numTensors, before);
  // Six fleets of three kinds of W with two seeds, and two of blocks.
  assertEquals(found.results.fits.length, 8 * 3 * 2);
  assertEquals(found.results.landings.map(({ angles }) => angles.length), [3, 3, 3, 3]);
  for (const { toTruth, toPrincipal, loss } of found.results.fits) {
    assert(toTruth > 0 && toTruth <= 1 + 1e-12 && toPrincipal > 0 && toPrincipal <= 1 + 1e-12);
    assert(Number.isFinite(loss));
  }
  assertEquals(found.figures.map(({ file }) => file), [
    "alignment.svg",
    "axes.svg",
    "angles.svg",
    "turned-identity.svg",
    "turned-tanh.svg",
    "plane-full.svg",
    "plane-mean-field.svg",
  ]);
  assert(found.figures.every(({ content }) => typeof content === "string" && content.startsWith("<svg")));
  assertEquals(found.tables.map(({ rows }) => rows.length), [18, 6]);
  assert(found.words.length >= 10 && found.words.every((words) => /^[A-Z0-9].*\.$/s.test(words)));
  assertEquals(JSON.parse(JSON.stringify(found.results)), found.results);
});

Deno.test("the same options give the same part, bit for bit, whatever was done before and whatever else the study has", async () => {
  const alone = { ...TINY, latents: [4], activations: ["tanh"] as const };
  const whole = (await uniquenessStudy.prepare(TINY)).parts.find(({ name }) => name === "fits-4-tanh-block");
  const own = (await uniquenessStudy.prepare(alone)).parts[0];
  if (!whole || !own) throw new Error("both studies must have the part");
  const watch = { signal: new AbortController().signal, progress: () => {} };
  assertEquals(await whole.run(watch), await own.run(watch));
});

Deno.test("an aborted study throws the signal's reason", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("enough")), 200);
  await assertRejects(() => uniqueness({ ...TINY, stepsPerLatent: 1e6 }, stop.signal), Error, "enough");
});

Deno.test("the quick study has no fewer seeds than a whole one, and at least 20", () => {
  assertEquals([QUICK.seeds, QUICK.seedsBeyondPlane], [DEFAULTS.seeds, DEFAULTS.seedsBeyondPlane]);
  assert(QUICK.seeds >= 20 && QUICK.seedsBeyondPlane >= 5);
});
