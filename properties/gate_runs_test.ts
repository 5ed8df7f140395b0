import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { onDisk } from "../fixtures/temporary_folder.ts";
import { DataError } from "../lib/data/error.ts";
import { HOLE, sealed } from "../lib/training/checksum.ts";
import type { TrainedStudy } from "./contract/results.ts";
import { findRuns } from "./gate/runs_folder.ts";
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
const FIGURE = new TextEncoder().encode("<svg/>");
const digest = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();

/** A run as a study leaves it, with changes. */
async function leaveRun(
  folder: string,
  study: TrainedStudy,
  changes: { readonly manifest?: object | string; readonly results?: object | string | null } = {},
): Promise<void> {
  await Deno.mkdir(folder);
  const manifest = {
    format: "grae run 2",
    sha256: HOLE,
    study,
    status: "complete",
    options: { quick: false },
    engine: { name: "wasm", description: "plain" },
    versions: {},
    data: null,
    parts: 1,
    started: "2020-01-01T00:00:00Z",
    ended: null,
    seconds: 1,
    peakMemory: 1,
    sittings: [{ engine: "plain", host: "here", from: 0, to: 1 }],
  };
  const text = (whole: object, part: object | string | undefined): string =>
    typeof part === "string" ? part : JSON.stringify({ ...whole, ...part });
  /** A file that states its checksum, where it is whole. */
  const leave = async (
    name: string,
    whole: object,
    part: object | string | undefined,
  ): Promise<string | null> => {
    const bytes = new TextEncoder().encode(text(whole, part));
    const left = typeof part === "string" ? bytes : await sealed(bytes);
    await Deno.writeFile(`${folder}/${name}`, left);
    return typeof part === "string" ? null : JSON.parse(new TextDecoder().decode(left)).sha256;
  };
  const manifestOf = (results: string | null) =>
    leave("manifest.json", { ...manifest, results }, changes.manifest);
  if (changes.results === null) return void await manifestOf(null);
  for (const name of ["figure.svg", "table.csv"]) await Deno.writeFile(`${folder}/${name}`, FIGURE);
  const file = {
    format: "grae results 3",
    sha256: HOLE,
    study,
    results: results[study],
    numbers: { one: 1 },
    page: {
      title: "A run",
      question: "What?",
      answer: "This.",
      caveat: "Perhaps.",
      figures: [{
        file: "figure.svg",
        sha256: await digest(FIGURE),
        title: "A figure",
        caption: "It is empty.",
      }],
      tables: [{ file: "table.csv", sha256: await digest(FIGURE), title: "A table", caption: "It is none." }],
      failed: [],
    },
  };
  await manifestOf(await leave("results.json", file, changes.results));
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

/** Writes over a byte of a file, from its end. */
async function flip(file: string, fromEnd: number): Promise<void> {
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - fromEnd]! ^= 1;
  await Deno.writeFile(file, bytes);
}

onDisk(
  "a run of which any file is another than its results say is left out, with the file's name",
  async (folder) => {
    for (const file of ["manifest.json", "results.json", "figure.svg", "table.csv"]) {
      const run = `${folder}/${file.replace(".", "-")}`;
      await leaveRun(run, "samples");
      assertEquals((await findRuns(folder)).samples.length, 1, file);
      await flip(`${run}/${file}`, 3);
      const { samples, leftOut } = await findRuns(folder);
      assertEquals([samples.length, leftOut.length], [0, 1], file);
      assertStringIncludes(leftOut[0]!, `${run}/${file}: `);
      await Deno.remove(run, { recursive: true });
    }
  },
);

onDisk("results that are whole, but of another run than the manifest, are left out", async (folder) => {
  await leaveRun(`${folder}/a`, "samples");
  await leaveRun(`${folder}/b`, "samples", { results: { numbers: { one: 2 } } });
  await Deno.copyFile(`${folder}/a/manifest.json`, `${folder}/b/manifest.json`);
  const { samples, leftOut } = await findRuns(folder);
  assertEquals(samples.map(({ source }) => source), [`${folder}/a`]);
  assertEquals(leftOut.length, 1);
  assertStringIncludes(leftOut[0]!, `${folder}/b/results.json: its sha256 must be `);
});

onDisk("what is no complete, undamaged run is left out, with a line that says why", async (folder) => {
  await leaveRun(`${folder}/a-interrupted`, "metric", { manifest: { status: "interrupted" }, results: null });
  await leaveRun(`${folder}/b-cut`, "metric", { manifest: '{ "format": "grae run 2", "sta' });
  await leaveRun(`${folder}/c-mnist`, "metric", { manifest: { study: "mnist" } });
  await leaveRun(`${folder}/d-without-results`, "compare", { results: null });
  await leaveRun(`${folder}/e-results-cut`, "compare", { results: '{"format' });
  await leaveRun(`${folder}/f-results-of-another`, "compare", { results: { study: "samples" } });
  const [first, ...others] = results.metric.models;
  const models = [...others, { ...first!, ratio: { before: 1, after: null } }];
  await leaveRun(`${folder}/g-not-a-number`, "metric", { results: { results: { models } } });
  await leaveRun(`${folder}/h-unknown-status`, "metric", { manifest: { status: "done" } });
  await Deno.mkdir(`${folder}/i-empty`);
  await leaveRun(`${folder}/j-failed`, "samples", { manifest: { status: "failed" } });
  await leaveRun(`${folder}/k-of-an-older-version`, "samples", {
    manifest: { format: "grae samples run 1" },
  });
  await leaveRun(`${folder}/l-flipped`, "samples");
  await flip(`${folder}/l-flipped/results.json`, 360);
  await leaveRun(`${folder}/m-figure-flipped`, "samples");
  await flip(`${folder}/m-figure-flipped/figure.svg`, 3);
  await leaveRun(`${folder}/n-figure-lost`, "samples");
  await Deno.remove(`${folder}/n-figure-lost/figure.svg`);
  await leaveRun(`${folder}/o-manifest-flipped`, "samples");
  // The end of its sitting, before the checksum of the results.
  await flip(`${folder}/o-manifest-flipped/manifest.json`, 81);
  await leaveRun(`${folder}/p-no-results`, "samples", { results: { results: {} } });
  await leaveRun(`${folder}/q-one-seed`, "metric", { manifest: { options: { seeds: 1 } } });
  await leaveRun(`${folder}/r-quick`, "samples", { manifest: { options: { quick: true, seeds: 1 } } });
  await leaveRun(`${folder}/s-few`, "uniqueness", {
    manifest: { options: { seeds: 10, seedsBeyondPlane: 2 } },
  });
  await Deno.writeTextFile(`${folder}/a file`, "");
  const found = await findRuns(folder);
  assertEquals([found.metric, found.compare, found.samples, found.uniqueness], [[], [], [], []]);
  const expected = [
    ["a-interrupted", "it is interrupted, not complete"],
    ["b-cut", "manifest.json: must be JSON, but is not"],
    ["c-mnist", "it is a run of mnist; the laws are about runs of metric, compare, samples, uniqueness"],
    ["d-without-results", "results.json is missing"],
    ["e-results-cut", "results.json: must be JSON, but is not"],
    ["f-results-of-another", "results.json: must be results of compare, but are of samples"],
    [
      "g-not-a-number",
      `its results.models.${models.length - 1}.ratio.after must be a finite number, but it is null`,
    ],
    [
      "h-unknown-status",
      'its status must be ("running" | "interrupted" | "failed" | "complete"), but it is "done"',
    ],
    ["i-empty", "it holds no manifest.json"],
    ["j-failed", "it is failed, not complete"],
    ["k-of-an-older-version", 'its format must be "grae run 2", but it is "grae samples run 1"'],
    ["l-flipped", "results.json: its SHA-256 must be "],
    ["m-figure-flipped", "figure.svg: its SHA-256 must be "],
    ["n-figure-lost", "figure.svg is missing"],
    ["o-manifest-flipped", "manifest.json: its SHA-256 must be "],
    ["p-no-results", "results.json: its results.accuracy is missing"],
    ["q-one-seed", "its seeds must be at least 3, but it has 1: fewer seeds would show a single model"],
    ["r-quick", "its seeds must be at least 2, but it has 1: fewer seeds would show a single model"],
    ["s-few", "its seedsBeyondPlane must be at least 5, but it has 2: "],
  ] as const;
  assertEquals(found.leftOut.length, expected.length, found.leftOut.join("\n"));
  expected.forEach(([name, why], i) => {
    const line = found.leftOut[i]!;
    assert(line.startsWith(`${folder}/${name}: `) || line.startsWith(`${folder}/${name}/`), line);
    assert(!line.includes("\n"), line);
    assertStringIncludes(line, why);
  });
});

onDisk(
  "a folder that is not there, is no folder, cannot be read, or is itself a run, is refused in one line",
  async (folder) => {
    await leaveRun(`${folder}/run`, "metric");
    for (
      const [path, message] of [
        [`${folder}/nowhere`, "nowhere: does not exist; --runs takes a folder that holds folders of runs"],
        [`${folder}/run/manifest.json`, "manifest.json: is not a folder"],
        [`${folder}/${"x".repeat(300)}`, ": cannot be read: "],
        [`${folder}/run`, "run: is itself a run; --runs takes the folder that holds it"],
      ] as const
    ) {
      const { message: said, cause } = await assertRejects(() => findRuns(path), DataError);
      assertEquals(cause instanceof Error, !path.endsWith("/run"));
      assertStringIncludes(said, message);
      assert(!said.includes("\n"), said);
    }
  },
);
