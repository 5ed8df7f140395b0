import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as v from "valibot";
import { startEngine, tf } from "../../lib/engine/mod.ts";
import { NotPositiveDefiniteError } from "../../lib/linalg/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import { uniquenessResults } from "../../properties/contract/results.ts";
import type { NamedTensor } from "../runner/kept.ts";
import { parseCommand, standardOf, UsageError } from "../runner/options.ts";
import { conduct, type Part, type PartContext } from "../runner/study.ts";
import { TABLE, type UniquenessOptions, type UniquenessPart, uniquenessStudy } from "./study.ts";

await startEngine("wasm");

const TINY: UniquenessOptions = {
  ...standardOf(TABLE),
  quick: false,
  seed: 0,
  seeds: 2,
  seedsBeyondPlane: 2,
  orientations: 3,
  turned: 2,
  latents: [2, 4],
  activations: ["identity", "tanh"],
  examples: 64,
  batch: 16,
  stepsPerLatent: 5,
  angles: 3,
  turnedSteps: 3,
};
const ALONE: PartContext = {
  signal: new AbortController().signal,
  progress: () => {},
  note: () => {},
  engine: "wasm",
  keep: () => {},
  files: { read: () => Promise.resolve(null), write: () => Promise.resolve(), path: (name) => name },
};

/** A part of the study by its name. */
async function partOf(options: UniquenessOptions, name: string): Promise<Part<UniquenessPart>> {
  const part = (await uniquenessStudy.prepare(options)).parts.find((part) => part.name === name);
  if (!part) throw new Error(`the study must have the part ${name}`);
  return part;
}

Deno.test("a study has a part for each ensemble: families by ν and latents, blocks beside them at 4 latents, orientations, and turned models", async () => {
  const { data, parts } = await uniquenessStudy.prepare(TINY);
  assertEquals(data, null);
  const families = { 2: ["isotropic", "mean-field", "full"], 4: ["mean-field", "block", "full"] };
  assertEquals(parts.map(({ name }) => name), [
    ...([2, 4] as const).flatMap((latent) =>
      ["identity", "tanh"].flatMap((bend) =>
        families[latent].map((family) => `fits-${latent}-${bend}-${family}`)
      )
    ),
    "orientations-full-gradient-descent",
    "orientations-full-adam",
    "orientations-mean-field-gradient-descent",
    "orientations-mean-field-adam",
    "turned-identity",
    "turned-tanh",
    "turned-4-identity",
  ]);
  assert(parts.every(({ weight }) => weight > 0));
});

Deno.test("a tiny study comes to results, numbers, an answer, figures and tables, and leaves no tensor", async () => {
  const before = tf.memory().numTensors;
  const kept = new Map<string, readonly NamedTensor[]>();
  const found = await conduct(uniquenessStudy, TINY, undefined, "wasm", new Map(), (name, _, tensors) => {
    kept.set(name, tensors);
  });
  assertEquals(tf.memory().numTensors, before);
  // Every member has examples, a start and noise of its own.
  assertEquals(new Set(found.results.fits.map(({ loss }) => loss)).size, found.results.fits.length);
  // Parameters, then Adam's means or the velocities after the first step; a square factor where q is full.
  const tensors = ["decoder.weight", "decoder.bias", "encoder.weight", "encoder.bias", "spread"];
  for (const [name, own] of kept) {
    if (name.startsWith("turned")) continue;
    assertEquals(
      own.map((one) => one.name),
      ["", "first_step."].flatMap((at) => tensors.map((t) => at + t)),
      name,
    );
  }
  for (const optimiser of ["gradient-descent", "adam"]) {
    const shapes = ["full", "mean-field"].map((family) =>
      kept.get(`orientations-${family}-${optimiser}`)!.filter((one) => one.name.endsWith("spread"))
        .map(({ shape }) => shape)
    );
    assertEquals(shapes, [[[3, 2, 2], [3, 2, 2]], [[3, 2], [3, 2]]]);
  }
  // Six ensembles of each number of latents, of three kinds of W with two seeds.
  assertEquals(found.results.fits.length, 12 * 3 * 2);
  assertEquals(found.results.orientations.map(({ angles }) => angles.length), [3, 3, 3, 3]);
  for (const { toTruth, toPrincipal, loss } of found.results.fits) {
    assert(toTruth > 0 && toTruth <= 1 + 1e-12 && toPrincipal > 0 && toPrincipal <= 1 + 1e-12);
    assert(Number.isFinite(loss));
  }
  assertEquals(found.figures.map(({ file }) => file), [
    "alignment.svg",
    "turned.svg",
    "plane-full.svg",
    "plane-mean-field.svg",
  ]);
  assert(found.figures.every(({ content }) => typeof content === "string" && content.startsWith("<svg")));
  assertEquals(found.tables.map(({ rows }) => rows.length), [36]);
  assert(Object.values(found.numbers).every(Number.isFinite));
  assert(found.answer.startsWith("With 2 latents"), found.answer);
  const saved: unknown = JSON.parse(JSON.stringify(found.results));
  assertEquals(saved, found.results);
  assert(v.is(uniquenessResults, saved), "the contract with the laws has these results");
});

Deno.test("figures are of whatever was trained, and two latents or a linear decoder need not be among it", async () => {
  const { figures } = await conduct(uniquenessStudy, { ...TINY, latents: [3], activations: ["tanh"] });
  assertEquals(figures.map(({ file }) => file), [
    "alignment.svg",
    "turned.svg",
    "plane-full.svg",
    "plane-mean-field.svg",
  ]);
});

Deno.test("parts that failed are left out, and no mean-field fit at all is refused", async () => {
  const { parts, conclude } = await uniquenessStudy.prepare(TINY);
  const results = await Promise.all([parts[1]!, parts[12]!].map((part) => part.run(ALONE)));
  const files = ALONE.files, signal = ALONE.signal;
  const { figures } = await conclude(results, { signal, files });
  assertEquals(figures.map(({ file }) => file), ["alignment.svg", "plane-full.svg"]);
  await assertRejects(
    () => conclude(results.slice(1), { signal, files }),
    RangeError,
    "mean-field fits is required",
  );
});

Deno.test("the same options give the same part, bit for bit, whatever was done before and whatever else the study has", async () => {
  const whole = await partOf(TINY, "fits-4-tanh-block");
  const own = await partOf({ ...TINY, latents: [4], activations: ["tanh"] }, "fits-4-tanh-block");
  assertEquals(await whole.run(ALONE), await own.run(ALONE));
});

Deno.test("an aborted turn leaves no tensor, whether its models are being trained or follow their decoders", async () => {
  for (const [name, at] of [["turned-identity", 1e-3], ["turned-4-identity", 1 / 3 + 1e-5]] as const) {
    const part = await partOf({ ...TINY, stepsPerLatent: 10, turnedSteps: 1e6 }, name);
    const before = tf.memory().numTensors;
    const stop = new AbortController();
    const progress = (share: number): void => {
      if (share >= at) stop.abort(new Error("enough"));
    };
    await assertRejects(() => part.run({ ...ALONE, signal: stop.signal, progress }), Error, "enough");
    assertEquals(tf.memory().numTensors, before, name);
  }
});

Deno.test("whatever part runs away, it is an error that says so in a line, and it leaves no tensor", async () => {
  const { parts } = await uniquenessStudy.prepare({
    ...TINY,
    activations: ["identity"],
    learningRate: 1e15,
    adamRate: 1e15,
    stepsPerLatent: 10,
  });
  for (const part of parts) {
    const before = tf.memory().numTensors;
    const error = await assertRejects(() => part.run(ALONE), Error);
    const isForeseen = error instanceof NonFiniteLossError || error instanceof NotPositiveDefiniteError;
    assert(isForeseen && !error.message.includes("\n"), `${part.name}: ${error}`);
    assertEquals(tf.memory().numTensors, before, part.name);
  }
});

Deno.test("a quick study has as many models of every kind as a whole one, and at least 20 with two latents", () => {
  const counts = [true, false].map((quick) => {
    const { seeds, seedsBeyondPlane, orientations, turned } = standardOf(TABLE, quick);
    assert(Math.min(seeds, orientations, turned) >= 20 && seedsBeyondPlane >= 5);
    return [seeds, seedsBeyondPlane, orientations, turned];
  });
  assertEquals(counts[0], counts[1]);
});

Deno.test("options of no use are refused, with what is required and what was given", () => {
  const { name: task, about, options, examples } = uniquenessStudy;
  const parse = (args: string) => parseCommand({ task, about, options, examples }, args.split(" "));
  const refused = {
    "--latents 1":
      '--latents must be different whole numbers from 2, with commas between them, but it is "1"',
    "--latents 2,2": "--latents must be different whole numbers from 2",
    "--activations tanh,tanh": "--activations must be different names among identity, leaky-relu, tanh",
    "--seeds 1": "--seeds must be a whole number from 2",
    "--orientations 2.5": "--orientations must be a whole number from 2",
    "--turned 0": "--turned must be a whole number from 1",
    "--angles 1": "--angles must be a whole number from 2",
    "--noise 0": "--noise must be a number above 0",
    "--momentum 1": "--momentum must be a number from 0 to below 1",
  };
  for (const [args, message] of Object.entries(refused)) assertThrows(() => parse(args), UsageError, message);
  assertThrows(
    () => uniquenessStudy.resolve!({ ...TINY, batch: 65 }, new Set()),
    UsageError,
    "--batch must be at most --examples, but it is 65 of 64; give one of them another value",
  );
});
