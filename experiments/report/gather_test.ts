import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { gatherRuns } from "./gather.ts";
import { drawing, inMemory, mnistRun, studyRun } from "./made_up.ts";
import type { Run } from "./run.ts";
import type { Source } from "./source.ts";

/** The one run, of which nothing is left out. */
async function only(source: Source): Promise<Run> {
  const { runs, leftOut } = await gatherRuns([source]);
  assertEquals([runs.length, leftOut], [1, []]);
  return runs[0]!;
}

/** Why the one folder is left out; an empty text if it is not. */
async function whyNot(source: Source): Promise<string> {
  const { runs, leftOut } = await gatherRuns([source]);
  assertEquals(runs.length + leftOut.length, 1);
  return leftOut[0]?.why ?? "";
}

Deno.test("a complete run of a study comes with what its files say", async () => {
  const run = await only(studyRun("a", "metric"));
  assertEquals(
    [run.experiment, run.folder, run.quick, run.title, run.question],
    ["metric", "a", false, "What metric shows", "What is asked of metric?"],
  );
  assertEquals(run.words.length, 2);
  assertEquals(run.figures.map(({ title, theory, seen }) => [title, theory, seen]), [
    ["A line", "It rises by 1 per step.", "It rose by 0.99 ± 0.02 per step."],
    ["A grid", "Pixels are grey.", "Eight were."],
  ]);
  assertStringIncludes(run.figures[0]!.picture, '<svg role="img" aria-label="A line"');
  assertMatch(run.figures[1]!.picture, /^<img src="data:image\/png;base64,[^"]+" alt="A grid" width="300">$/);
  assertEquals(run.tables[0]!.rows[1], ["full", "0.41 ± 0.06", "5"]);
  const facts = Object.fromEntries(run.facts);
  assertEquals([facts["beta"], facts["latent"], facts["seed"]], ["0.1, 1", "4", "3"]);
  assert(!("data" in facts), "what is null was not given");
  assertEquals(facts["engine used"], "wasm: tfjs wasm, SIMD, one thread");
  assertEquals(facts["time at work"], "4m 5s");
  assertEquals(facts["started, ended"], "2026-03-01 10:00, 2026-03-01 10:04 UTC");
});

Deno.test("a run of mnist comes with its pictures, and with figures from its last scores beside what theory says", async () => {
  const run = await only(mnistRun("m", ["--beta", "0.5"]));
  assertEquals([run.experiment, run.quick], ["mnist", false]);
  assertEquals(run.figures.map(({ title }) => title), [
    "Samples",
    "Reconstructions",
    "Traversals",
    "Decoder metric",
    "Curves",
  ]);
  for (const { theory, seen } of run.figures) assert(theory.length > 20 && seen.length > 20);
  const metric = run.figures[3]!;
  assertStringIncludes(metric.theory, "blocks of 2");
  // 28.75 − 28, of the made-up scores.
  assertStringIncludes(metric.seen, "GRAE* is above GRAE by 0.750 nats");
  assertStringIncludes(run.words[0]!, "24.250 nats");
  assertStringIncludes(run.words[0]!, "720.500 nats of it are the constant of the likelihood");
  const constantOf = async (...args: string[]): Promise<boolean> =>
    (await only(mnistRun("m", args))).words[0]!.includes("constant");
  assertEquals([await constantOf("--objective", "grae"), await constantOf("--posterior", "full")], [
    false,
    true,
  ]);
  const metricOf = async (...args: string[]): Promise<string> =>
    (await only(mnistRun("m", args))).figures[3]!.theory;
  assertStringIncludes(await metricOf("--posterior", "full"), "free");
  assertStringIncludes(await metricOf("--objective", "grae"), "free");
  for (const args of [["--posterior", "mean-field"], ["--objective", "grae-star"]]) {
    assertStringIncludes(await metricOf(...args), "off the diagonal");
  }
});

Deno.test("an isotropic posterior is said to see the trace alone, and to press nothing", async () => {
  const { figures } = await only(mnistRun("m", ["--posterior", "isotropic"]));
  const theoryOf = (title: string): string => figures.find((figure) => figure.title === title)!.theory;
  for (const title of ["Decoder metric", "Traversals"]) {
    assertEquals(
      theoryOf(title),
      "An isotropic posterior sees tr JᵀJ alone: any rotation of the latents is as good.",
    );
  }
});

Deno.test("a run of mnist on a part of the digits is a quick one", async () => {
  assertEquals((await only(mnistRun("m", ["--limit", "1000"]))).quick, true);
  assertEquals((await only(mnistRun("m", ["--hidden", "64"]))).quick, false);
});

Deno.test("a run that is not complete is left out, and why is said", async () => {
  for (const status of ["running", "interrupted", "failed"]) {
    const why = `a/manifest.json: a run in the report must be complete, but it is ${status}`;
    assertEquals(await whyNot(studyRun("a", "metric", { status })), why);
    assertEquals(await whyNot(mnistRun("a", [], { status })), why);
  }
});

Deno.test("a folder without a manifest, or of something else, is left out", async () => {
  assertEquals(await whyNot(inMemory("a", {})), "a: must hold manifest.json, but does not");
  const foreign: [string, RegExp][] = [
    ["{", /^a\/manifest.json: must be JSON, but is not: /],
    ["[]", /^a\/manifest.json: must be the manifest of a run \("format": "grae … run 1"\), but is not$/],
    ['{"format": "grae metric run 2"}', /must be the manifest of a run/],
    [
      '{"format": "grae cooking run 1"}',
      /^a\/manifest.json: must be of uniqueness, metric, compare, samples or mnist, but is of cooking$/,
    ],
  ];
  for (const [text, why] of foreign) {
    assertMatch(await whyNot(inMemory("a", { "manifest.json": text })), why);
  }
});

Deno.test("a run with a file missing, or a field of no use, is left out", async () => {
  const without = (file: string): Source => {
    const whole = studyRun("a", "metric");
    return { name: "a", read: (name) => name === file ? inMemory("a", {}).read(name) : whole.read(name) };
  };
  for (const file of ["results.json", "findings.json", "line.svg", "grid.png"]) {
    assertEquals(await whyNot(without(file)), `a: must hold ${file}, but does not`);
  }
  const manifest: [Record<string, unknown>, string][] = [
    [{ seconds: "long" }, 'its seconds must be a number from 0, but it is "long"'],
    [{ started: "yesterday" }, 'its started must be a time, but it is "yesterday"'],
    [{ options: undefined }, "its options must be values by name, but it is missing"],
    [{ options: { seed: 1 } }, "its options.quick must be true or false, but it is missing"],
    [{ versions: { grae: 1 } }, 'its versions must be texts by name, but it is {"grae":1}'],
  ];
  for (const [change, why] of manifest) {
    assertEquals(await whyNot(studyRun("a", "metric", change)), `a/manifest.json: ${why}`);
  }
  const findings: [Record<string, unknown>, string][] = [
    [
      { format: "grae samples findings 1" },
      'must be the findings of metric ("format": "grae metric findings 1")',
    ],
    [{ words: [] }, "its words must be at least one text, but it is []"],
    [{ figures: {} }, "its figures must be a list, but it is {}"],
    [{ figures: [{ file: "line.svg" }] }, "its figures.0.title must be a text, but it is missing"],
    [
      { tables: [{ title: "t", caption: "c", head: ["a"], rows: [["1", "2"]] }] },
      "its tables.0.rows must be rows of ",
    ],
  ];
  for (const [change, why] of findings) {
    assertStringIncludes(await whyNot(studyRun("a", "metric", {}, change)), `a/findings.json: ${why}`);
  }
  const other = JSON.stringify({ format: "grae samples results 1", results: [] });
  assertStringIncludes(
    await whyNot(studyRun("a", "metric", {}, {}, { "results.json": other })),
    "a/results.json: must be the results of metric",
  );
});

Deno.test("a figure's file must lie in the run's folder and be a drawing that runs and loads nothing", async () => {
  for (
    const file of ["../b/line.svg", "/etc/line.svg", "a/line.svg", "..\\line.svg", ".svg", "line.html", ""]
  ) {
    const figures = [{ file, title: "t", theory: "t", seen: "s" }];
    const read: string[] = [];
    const whole = studyRun("a", "metric", {}, { figures });
    const why = await whyNot({ name: "a", read: (name) => (read.push(name), whole.read(name)) });
    assertMatch(
      why,
      /^a\/findings.json: its figures.0.file must be the name of an .svg or .png file, but it is "/,
    );
    assert(!read.includes(file), file);
  }
  const active = drawing().replace("<path", '<path onclick="alert(1)"');
  assertStringIncludes(
    await whyNot(studyRun("a", "metric", {}, {}, { "line.svg": active })),
    "neither run nor load",
  );
  const away = '<meta http-equiv="refresh" content="0;url=https://example.org"/>';
  for (
    const svg of [drawing().replace("<path", `${away}<path`), `${drawing()}</div><form action=//example.org>`]
  ) {
    assertStringIncludes(
      await whyNot(studyRun("a", "metric", {}, {}, { "line.svg": svg })),
      "a/line.svg: embedSvg: a drawing must be one <svg> of shapes and text, but it contains <",
    );
  }
  assertStringIncludes(
    await whyNot(studyRun("a", "metric", {}, {}, { "grid.png": "GIF" })),
    "a PNG file is required",
  );
});

Deno.test("runs stand with quick ones last, then newest first, whatever order they are found in", async () => {
  const on = (folder: string, day: number, quick: boolean): Source =>
    studyRun(folder, "metric", {
      started: `2026-03-0${day}T10:00:00.000Z`,
      options: { quick, seed: 0 },
    });
  const sources = [
    on("a", 1, false),
    on("b", 3, true),
    on("c", 2, false),
    on("d", 2, false),
    on("e", 4, true),
  ];
  const order = async (from: readonly Source[]): Promise<string> =>
    (await gatherRuns(from)).runs.map(({ folder }) => folder).join("");
  assertEquals(await order(sources), "cdaeb");
  assertEquals(await order(sources.toReversed()), "cdaeb");
});

Deno.test("an error that is no fault of a run is not taken for one", async () => {
  const broken: Source = { name: "a", read: () => Promise.reject(new ReferenceError("a mistake")) };
  const thrown = await gatherRuns([broken]).catch((error: unknown) => error);
  assert(thrown instanceof ReferenceError);
});
