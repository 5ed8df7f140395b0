import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { inFolder, mayUseDisk } from "../fixtures/temporary_folder.ts";
import { findRuns } from "./gate/runs_folder.ts";
import { resultsProblem } from "./gate/result_shapes.ts";
import { UsageError } from "./gate/usage.ts";
import { compareResults } from "./plausible/compare.ts";
import { metricResults } from "./plausible/metric.ts";
import { samplesResults } from "./plausible/samples.ts";
import { uniquenessResults } from "./plausible/uniqueness.ts";

const results = {
  metric: metricResults(),
  compare: compareResults(),
  samples: samplesResults(),
  uniqueness: uniquenessResults(),
} as const;
type Experiment = keyof typeof results;

/** A run as an experiment leaves it, with changes. */
async function leaveRun(
  folder: string,
  experiment: Experiment,
  changes: { readonly manifest?: object | string; readonly results?: object | string | null } = {},
): Promise<void> {
  await Deno.mkdir(folder);
  const manifest = {
    format: `grae ${experiment} run 1`,
    status: "complete",
    options: { quick: false },
    engine: { name: "wasm", description: "plain" },
    versions: {},
    data: null,
    parts: 1,
    started: "2020-01-01T00:00:00Z",
    ended: null,
    seconds: 1,
    resumptions: 0,
    peakMemory: 1,
  };
  const text = (whole: object, part: object | string | undefined): string =>
    typeof part === "string" ? part : JSON.stringify({ ...whole, ...part });
  await Deno.writeTextFile(`${folder}/manifest.json`, text(manifest, changes.manifest));
  if (changes.results === null) return;
  const file = { format: `grae ${experiment} results 1`, results: results[experiment] };
  await Deno.writeTextFile(`${folder}/results.json`, text(file, changes.results));
}

function onDisk(name: string, test: (folder: string) => Promise<void>): void {
  const obstacle = mayUseDisk ? "" : " (ignored: needs --allow-read=. --allow-write=.test)";
  Deno.test({ name: name + obstacle, ignore: !mayUseDisk, fn: () => inFolder(test) });
}

onDisk(
  "complete runs are found by what their manifests say, each by itself, whatever their folders' names",
  async (folder) => {
    await leaveRun(`${folder}/b`, "metric");
    await leaveRun(`${folder}/a`, "metric");
    await leaveRun(`${folder}/quick`, "uniqueness", { manifest: { options: { quick: true } } });
    await leaveRun(`${folder}/samples`, "samples");
    const found = await findRuns(folder);
    assertEquals(found.metric.map(({ source }) => source), [`${folder}/a`, `${folder}/b`]);
    assertEquals(found.metric[0]!.results, results.metric);
    assertEquals(found.uniqueness.map(({ source, short }) => [source, short]), [[`${folder}/quick`, true]]);
    assertEquals([found.samples[0]!.short, found.compare, found.leftOut], [false, [], []]);
  },
);

onDisk("what is no complete run is left out, with a line that says why", async (folder) => {
  await leaveRun(`${folder}/a-interrupted`, "metric", { manifest: { status: "interrupted" }, results: null });
  await leaveRun(`${folder}/b-cut`, "metric", { manifest: '{ "format": "grae metric run 1", "sta' });
  await leaveRun(`${folder}/c-mnist`, "metric", { manifest: { format: "grae mnist run 1" } });
  await leaveRun(`${folder}/d-without-results`, "compare", { results: null });
  await leaveRun(`${folder}/e-results-cut`, "compare", { results: '{"format' });
  await leaveRun(`${folder}/f-results-of-another`, "compare", {
    results: { format: "grae samples results 1" },
  });
  const [first, ...others] = results.metric.models;
  const models = [...others, { ...first!, ratio: { before: 1, after: null } }];
  await leaveRun(`${folder}/g-not-a-number`, "metric", { results: { results: { models } } });
  await leaveRun(`${folder}/h-unknown-status`, "metric", { manifest: { status: "done" } });
  await Deno.mkdir(`${folder}/i-empty`);
  await Deno.writeTextFile(`${folder}/a file`, "");
  const found = await findRuns(folder);
  assertEquals([found.metric, found.compare, found.samples, found.uniqueness], [[], [], [], []]);
  const expected = [
    ["a-interrupted", "it is interrupted, not complete"],
    ["b-cut", "manifest.json: must be JSON, but is not"],
    [
      "c-mnist",
      'it is a "grae mnist run 1"; the laws are about runs of metric, compare, samples, uniqueness',
    ],
    ["d-without-results", "results.json is missing"],
    ["e-results-cut", "results.json: must be JSON, but is not"],
    [
      "f-results-of-another",
      'results.json: must be results of compare ("format": "grae compare results 1"), but is not',
    ],
    [
      "g-not-a-number",
      `its results.models[${models.length - 1}].ratio.after must be a finite number, but it is null`,
    ],
    [
      "h-unknown-status",
      'its status must be one of running, interrupted, failed, complete, but it is "done"',
    ],
    ["i-empty", "it holds no manifest.json"],
  ] as const;
  assertEquals(found.leftOut.length, expected.length, found.leftOut.join("\n"));
  expected.forEach(([name, why], i) => {
    const line = found.leftOut[i]!;
    assert(line.startsWith(`${folder}/${name}: `) && !line.includes("\n"), line);
    assertStringIncludes(line, why);
  });
});

onDisk(
  "a folder that is not there, is no folder, cannot be read, or is itself a run, is refused in one line",
  async (folder) => {
    await leaveRun(`${folder}/run`, "metric");
    for (
      const [path, message] of [
        [`${folder}/nowhere`, "nowhere does not exist: --runs takes a folder that holds folders of runs"],
        [`${folder}/run/manifest.json`, "manifest.json is not a folder"],
        [`${folder}/${"x".repeat(300)}`, "cannot be read: "],
        [`${folder}/run`, "run is itself a run: --runs takes the folder that holds it"],
      ] as const
    ) {
      const { message: said } = await assertRejects(() => findRuns(path), UsageError);
      assertStringIncludes(said, message);
      assert(!said.includes("\n"), said);
    }
  },
);

Deno.test({
  name: `a folder that may not be read is refused with the flag to add${
    mayUseDisk ? " (ignored: needs no --allow-read)" : ""
  }`,
  ignore: mayUseDisk,
  fn: async () => {
    const { message } = await assertRejects(() => findRuns("elsewhere"), UsageError);
    assertEquals(
      message,
      "elsewhere may not be read: the task is granted runs/ alone; grant another folder by running " +
        "properties/gate.ts with --allow-read=elsewhere",
    );
  },
});

Deno.test("results are held to their shape to the last number, and the first that is wrong is named", () => {
  for (const experiment of ["metric", "compare", "samples", "uniqueness"] as const) {
    assertEquals(resultsProblem(experiment, results[experiment]), undefined);
    assertStringIncludes(resultsProblem(experiment, {})!, "is missing");
    assertStringIncludes(resultsProblem(experiment, [])!, "its results must be an object");
  }
  const wrong: readonly (readonly [Experiment, string, unknown, string])[] = [
    [
      "metric",
      "models.2.metric.before.1.0",
      Infinity,
      "results.models[2].metric.before[1][0] must be a finite number",
    ],
    [
      "metric",
      "models.0.label",
      "e",
      'results.models[0].label must be one of a, b, c, d, mean-field, full, but it is "e"',
    ],
    ["metric", "models.0.seed", 0.5, "results.models[0].seed must be a whole number from 0, but it is 0.5"],
    ["metric", "models.1.variances", {}, "results.models[1].variances must be a list"],
    [
      "compare",
      "along.3.terms.reconstruction",
      "1",
      "results.along[3].terms.reconstruction must be a finite number",
    ],
    ["compare", "trained.0.objective", "vae", "results.trained[0].objective must be one of beta-vae,"],
    ["samples", "floor", null, "results.floor must be a finite number, but it is null"],
    [
      "uniqueness",
      "landings.0.angles.5",
      undefined,
      "results.landings[0].angles[5] must be a finite number, but it is missing",
    ],
    ["uniqueness", "fits.0.family", 1, "results.fits[0].family must be one of isotropic,"],
  ];
  for (const [experiment, path, value, message] of wrong) {
    const copy = structuredClone(results[experiment]);
    const names = path.split("."), last = names.pop()!;
    const at = names.reduce<unknown>((object, name) => Reflect.get(object as object, name), copy);
    Reflect.set(at as object, last, value);
    assertStringIncludes(resultsProblem(experiment, copy) ?? "nothing is wrong", message);
  }
});
