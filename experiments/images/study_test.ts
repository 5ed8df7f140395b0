import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { decode } from "fast-png";
import * as v from "valibot";
import { startEngine, tf } from "../../lib/engine/mod.ts";
import { parseCommand, standardOf, UsageError } from "../runner/options.ts";
import { conduct, resolved } from "../runner/study.ts";
import { MODEL_NAMES } from "./kinds.ts";
import { prepare } from "./models.ts";
import { type ImagesOptions, imagesStudy } from "./study.ts";

const QUICK: ImagesOptions = { ...standardOf(imagesStudy.options, true), quick: true, seed: 0 };
const TINY: ImagesOptions = {
  ...QUICK,
  ...{ datasets: ["shapes"], seeds: 2, latent: 4, block: 2, hidden: [6], limit: 200, epochs: 1, votes: 14 },
};
/** The options of a run that a command line asks for. */
const askedOf = (line: string): ImagesOptions => {
  const { name: task, about, options, examples } = imagesStudy;
  const parsed = parseCommand({ task, about, options, examples }, line.split(" "));
  if (parsed.help !== null) throw new TypeError(parsed.help);
  const values = { ...parsed.values, quick: false, seed: 0 };
  return resolved(imagesStudy, values, parsed.given) as unknown as ImagesOptions;
};

Deno.test("default and quick runs have five seeds, and a part for each kind of model, data set and seed", async () => {
  assertEquals([standardOf(imagesStudy.options).seeds, QUICK.seeds], [5, 5]);
  const { parts, data } = await prepare({ ...TINY, seed: 3 });
  assertEquals(
    parts.map(({ name }) => name),
    [3, 4].flatMap((seed) => MODEL_NAMES.map((model) => `shapes-${model}-seed${seed}`)),
  );
  assert(data.sha256.length === 64 && data.source.startsWith("shapes of 16 × 16"), data.source);
});

Deno.test("options that have no meaning together are refused by name", () => {
  const refused: readonly [string, string][] = [
    ["--latent 6 --block 4", "--latent 6 is not divisible by --block 4"],
    ["--size 24", "--size must be a multiple of 16 with faces"],
    ["--architecture conv32 --hidden 5", "--hidden has no meaning with --architecture conv32"],
    ["--datasets cats", "--datasets must be different names among shapes, faces"],
    ["--latent 1 --block 1", "--latent must be a whole number from 2"],
  ];
  for (const [line, message] of refused) assertThrows(() => askedOf(line), UsageError, message);
  const { size, hidden } = askedOf("--size 24 --datasets shapes --architecture conv32");
  assertEquals([size, hidden], [24, null]);
});

Deno.test("an architecture that does not fit the images is refused before anything is trained", async () => {
  await startEngine("wasm");
  await assertRejects(
    () => prepare({ ...TINY, architecture: "conv64", hidden: null }),
    UsageError,
    "--architecture conv64 must have images of 64 × 64, but these are 16 × 16",
  );
});

Deno.test("the study: each part says what it is of, its results survive JSON, and it is the same again; no tensor left", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  const { parts, conclude } = await imagesStudy.prepare(TINY);
  const context = {
    ...{ progress: () => {}, note: () => {}, engine: "wasm", signal: new AbortController().signal },
    files: {
      read: () => Promise.resolve(null),
      write: () => Promise.resolve(),
      path: (name: string) => name,
    },
  };
  const models = [];
  for (const part of parts) {
    models.push(v.parse(imagesStudy.result, JSON.parse(JSON.stringify(await part.run(context as never)))));
  }
  assertEquals(tf.memory().numTensors, before);
  assertEquals(
    models.map(({ dataset, model, seed }) => `${dataset}-${model}-seed${seed}`),
    parts.map(({ name }) => name),
  );
  // Models without a learned posterior have the same start; training leads elsewhere.
  for (const { model, seed, offDiagonalBefore, measures } of models) {
    if (model !== "grae-star-stochastic") continue;
    const other = models.find((one) => one.seed === seed && one.model === "grae-star")!;
    assertEquals(offDiagonalBefore, other.offDiagonalBefore);
    assertNotEquals(measures.offDiagonal, offDiagonalBefore);
  }
  const losses = models.map(({ measures }) => measures.loss);
  assertEquals(new Set(losses).size, models.length);
  // Only the first seed's are shown.
  assertEquals(models.map(({ shown }) => shown !== null), models.map(({ seed }) => seed === 0));

  const { figures, numbers, answer, results, tables } = await conclude(models, context);
  const files = ["samples", "reconstructions", "traversals"].map((name) => `${name}-shapes.png`);
  assertEquals(figures.map(({ file }) => file), ["scores.svg", "metric.svg", ...files]);
  const [samples, reconstructions, traversals] = figures.slice(2).map(({ content }) =>
    decode(content as Uint8Array)
  );
  // Tiles of 32 pixels, with gaps of 2: two rows of ten for each model; the originals and a row for each; 7 steps twice.
  assertEquals([samples!.width, samples!.height, samples!.channels], [338, 338, 3]);
  assertEquals([reconstructions!.width, reconstructions!.height], [338, 6 * 34 - 2]);
  assertEquals([traversals!.width, traversals!.height], [2 * 236 + 12, 4 * 34 - 2]);
  assertEquals(tables.map(({ rows }) => rows.length > 0), [true, true]);
  assertEquals(numbers["shapes.full.mig.mean"], (models[2]!.measures.mig + models[7]!.measures.mig) / 2);
  assertEquals(
    numbers["shapes.difference.loss.least"],
    Math.min(...[0, 5].map((at) => losses[at]! - losses[at + 2]!)),
  );
  assert(answer.includes(numbers["shapes.mean-field.agreement.mean"]!.toFixed(2)), answer);
  assertEquals(results.models.length, 10);

  const again = await conduct(imagesStudy, { ...TINY, seeds: 1 });
  assertEquals(again.results.models, results.models.filter(({ seed }) => seed === 0));
  assertNotEquals(models[0]!.codes, models[5]!.codes);
});
