import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { parse } from "@std/csv";
import { json, names, read } from "../../fixtures/runs/powers_run.ts";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import { askedOf } from "../runner/command.ts";
import { UsageError, valueOf } from "../runner/options.ts";
import { resume, type RunEnd, start, type Watch } from "../runner/run.ts";
import { conclude, paretoFront } from "./conclusion.ts";
import { runsOf, settingsOf, sweep, type SweepFile } from "./file.ts";
import { argumentsOf, sweepStudy } from "./study.ts";

const FILE: SweepFile = {
  name: "rates",
  study: "mnist",
  options: { hidden: [8], latent: 2, limit: 512, posterior: "full" },
  grid: { learningRate: [0.001, 10, 1e20] },
  seeds: [0],
  stopAbove: 1e6,
  pareto: [["heldOut.terms.kl", "heldOut.terms.reconstruction"]],
};
const common = { quick: true, data: null };

onDisk(
  "a sweep runs each combination, stops what diverges, goes on to the same bytes, and shows all of it",
  async (folder) => {
    const options = { grid: FILE, data: null, quick: true, seed: 0 };
    const begin = (out: string, watch: Watch = {}): Promise<RunEnd> =>
      start(sweepStudy, options, { engine: "wasm", out }, watch);
    const out = `${folder}/whole`;
    const end = await begin(out);
    assertEquals([end.status, end.parts, end.failed], ["complete", 3, []]);
    const { results, numbers, page } = await json(out, "results.json");
    assertEquals(numbers, { runs: 3, settings: 1, ended: 1, stopped: 2 });
    const [fine, above, infinite] = results;
    assert(fine.numbers["heldOut.terms.kl"] > 0);
    const [, step] = /^stopped: the loss must be at most 1000000, but at step (\d+) it is \d/.exec(
      above.failed[0].reason,
    )!;
    assert(Number(step) >= 2, "the first step has the loss of the start");
    assertEquals([above.numbers, infinite.numbers], [{}, {}]);
    assert(/^training: the loss must be finite/.test(infinite.failed[0].reason), infinite.failed[0].reason);
    assertEquals(
      page.answer,
      "Of 3 runs of mnist, 1 came to results. On the Pareto front of heldOut.terms.kl and " +
        "heldOut.terms.reconstruction: s1.",
    );
    const [head, ...rows] = (parse as (text: string) => string[][])(await read(out, "runs.csv"));
    assertEquals(head!.slice(0, 3), ["run", "learningRate", "seed"]);
    assertEquals(rows.map((row) => row.slice(0, 3)), [
      ["s1-seed0", "0.001", "0"],
      ["s2-seed0", "10", "0"],
      ["s3-seed0", "100000000000000000000", "0"],
    ]);
    assertEquals(rows.map((row) => row.at(-1)!.slice(0, 18)), [
      "",
      "training: stopped:",
      "training: training",
    ]);
    assertEquals(rows[0]![head!.indexOf("heldOut.terms.kl")], `${fine.numbers["heldOut.terms.kl"]}`);

    const abort = new AbortController(), again = `${folder}/stopped`;
    const stop = {
      signal: abort.signal,
      onNote: (line: string) => line.startsWith("epoch 1 ") && abort.abort(),
    };
    assertEquals((await begin(again, stop)).status, "interrupted");
    const ended = await resume(sweepStudy, again, { data: null, retryFailed: false, extended: {} });
    assertEquals(ended.status, "complete");
    for (
      const file of [
        "results.json",
        "runs.csv",
        "settings.csv",
        "pareto1.svg",
        "s1-seed0.parts.training.json",
      ]
    ) {
      assertEquals(await read(again, file), await read(out, file), file);
    }
    assertEquals(names(again), names(out));
    // What an audit alone would read.
    assertEquals([...Deno.readDirSync(out)].filter(({ name }) => name.includes("epoch_")), []);
  },
);

Deno.test("every combination of a grid is a setting, and has a run for each seed", () => {
  const file = {
    ...FILE,
    grid: { objective: ["beta-vae", "grae-star"], beta: [0.1, 1] },
    seeds: [3, 5],
    options: {},
  };
  assertEquals(settingsOf(file).map(({ name, chosen }) => [name, chosen]), [
    ["s1", { objective: "beta-vae", beta: 0.1 }],
    ["s2", { objective: "beta-vae", beta: 1 }],
    ["s3", { objective: "grae-star", beta: 0.1 }],
    ["s4", { objective: "grae-star", beta: 1 }],
  ]);
  const runs = runsOf(file, common);
  assertEquals(runs.length, 8);
  assertEquals(new Set(runs.map(({ name }) => name)).size, 8);
  const { name, options } = runs[5]!;
  assertEquals([name, options["objective"], options["beta"], options.seed, options.quick], [
    "s3-seed5",
    "grae-star",
    0.1,
    5,
    true,
  ]);
  // Those of a quick run where the file says nothing.
  assertEquals([options["epochs"], options["hidden"]], [1, [64]]);
  assertEquals(runsOf({ ...file, grid: {} }, common).map(({ name }) => name), ["s1-seed3", "s1-seed5"]);
});

Deno.test("a file that asks for what a study has not is refused in a line", () => {
  for (
    const [change, why] of [
      [
        { grid: { betta: [1] } },
        "its grid.betta must be an option of mnist, which are objective, posterior, ",
      ],
      [{ grid: { beta: [1, -1] } }, "its grid.beta must be a number above 0, but it is -1"],
      [{ options: { transpose: 1 } }, "its options.transpose must be true or false, but it is 1"],
      [
        { options: { beta: 1 }, grid: { beta: [1] } },
        "its beta must stand in options or in grid, but stands in both",
      ],
      [{ options: { data: "here" } }, "its options must not have data: say where they are by --data"],
      [
        { options: { posterior: "full" }, grid: { objective: ["beta-vae", "grae"] } },
        "objective grae: --posterior has no meaning with --objective grae",
      ],
      [
        { seeds: Array.from({ length: 100_001 }, (_, i) => i), grid: {} },
        "it must have at most 100000 runs, but it has 100001",
      ],
    ] as const
  ) {
    const { message } = assertThrows(
      () => runsOf({ ...FILE, options: {}, ...change } as SweepFile, common),
      UsageError,
    );
    assert(message.startsWith(`sweep rates: ${why}`), message);
  }
});

onDisk("a file that is none is refused in a line that names it and what is wrong", async (folder) => {
  const file = `${folder}/sweep.json`;
  const from = async (text: string) => {
    await Deno.writeTextFile(file, text);
    return valueOf("grid", sweep, file);
  };
  assertEquals(await from(JSON.stringify(FILE)), FILE);
  const { options: _, pareto: __, ...least } = FILE;
  assertEquals(await from(JSON.stringify(least)), { ...FILE, options: {}, pareto: [] });
  for (
    const [change, why] of [
      [{ seeds: [] }, "its seeds must be a list of at least one seed, but it is Array"],
      [{ seeds: [1, 1] }, "its seeds must be a list of different seeds, but it is Array"],
      [{ grid: { beta: [] } }, "its grid.beta must be a list of at least one value, but it is Array"],
      [{ grid: { beta: [1, 1] } }, "its grid.beta must be a list of different values, but it is Array"],
      [{ study: "mnits" }, 'its study must be ("mnist" | "uniqueness" | '],
      [{ name: "a/b" }, 'its name must be 1 to 60 letters, digits, hyphens, but it is "a/b"'],
      [{ sedes: [1] }, "its sedes has no meaning here"],
      [{ pareto: [["a"]] }, "its pareto.0.1 is missing"],
    ] as const
  ) {
    await Deno.writeTextFile(file, JSON.stringify({ ...FILE, ...change }));
    const { message } = assertThrows(() => valueOf("grid", sweep, file), UsageError);
    assert(message.startsWith(`--grid ${file}: ${why}`), message);
  }
  // At the bounds, and just beyond.
  const pairs = (count: number) => Array.from({ length: count }, (_, i) => [`a${i}`, "b"]);
  for (
    const [taken, beyond, why] of [
      [{ name: "n".repeat(60) }, { name: "n".repeat(61) }, "its name must be 1 to 60 letters"],
      [{ seeds: 100_000 }, { seeds: 100_001 }, "its seeds "],
      [{ seeds: 1 }, { seeds: 0 }, "its seeds "],
      [{ pareto: pairs(20) }, { pareto: pairs(21) }, "its pareto "],
    ]
  ) {
    await from(JSON.stringify({ ...FILE, ...taken as object }));
    await assertRejects(
      () => from(JSON.stringify({ ...FILE, ...beyond as object })),
      UsageError,
      why as string,
    );
  }
  await from(JSON.stringify(FILE).padEnd(2 ** 20));
  await assertRejects(
    () => from(JSON.stringify(FILE).padEnd(2 ** 20 + 1)),
    UsageError,
    "it must have at most 1048576 bytes, but it has 1048577",
  );
  await Deno.writeTextFile(file, "{");
  assertThrows(() => valueOf("grid", sweep, file), UsageError, "it must be JSON, as ");
  assertThrows(() => valueOf("grid", sweep, `${folder}/none.json`), UsageError, "there is no such file");
  // Where it stands first, it needs no flag; its name is in that of the folder.
  await Deno.writeTextFile(file, JSON.stringify(FILE));
  const asked = askedOf(sweepStudy, argumentsOf([file, "--quick"]));
  assertEquals(asked.help === null && asked.folder, "runs/sweep-quick-seed0-grid-rates");
  assertThrows(() => askedOf(sweepStudy, []), UsageError, "a sweep needs its file");
  assertThrows(
    () => askedOf(sweepStudy, argumentsOf([file, "--seed", "1"])),
    UsageError,
    "--seed has no meaning",
  );
});

Deno.test("a Pareto front has what no other beats: all of it, and nothing else", () => {
  const points = [[1, 5], [2, 3], [2, 4], [3, 3], [4, 1], [4, 1], [5, 2]] as const;
  assertEquals(paretoFront(points), [[1, 5], [2, 3], [4, 1], [4, 1]]);
  assertEquals(paretoFront([[1, 1]]), [[1, 1]]);
});

Deno.test("a front names up to 12 settings and counts the others, and up to 6 values of an option have a colour each", async () => {
  for (const count of [0, 6, 7, 12, 13]) {
    const betas = Array.from({ length: count }, (_, i) => i + 1);
    const grid: SweepFile["grid"] = count === 0 ? {} : { beta: betas };
    const file: SweepFile = { ...FILE, options: {}, grid, pareto: [["a", "-b"]] };
    const runs = runsOf(file, common), settings = runs.map(({ setting }) => setting);
    const results = runs.map(({ name }, i) => ({
      run: name,
      numbers: { a: i, b: i },
      failed: [],
      data: null,
    }));
    const { answer, figures: [figure] } = await conclude(file, runs, results);
    const names = settings.slice(0, 12).map(({ name }) => name), more = count > 12 ? " and 1 more" : "";
    assertEquals(answer.split("front of a and b: ")[1], `${names.join(", ")}${more}.`);
    const told = settings.slice(0, 12).map(({ name, chosen }) =>
      `${name} (${count === 0 ? "" : `beta ${chosen["beta"]}`})`
    );
    assertEquals(figure!.caption.split("one of the front: ")[1], `${told.join("; ")}${more}.`);
    const series = new Set(figure!.data!.rows.map(([name]) => name));
    const colours = count === 6 ? betas.map((beta) => `beta ${beta}`) : ["settings"];
    assertEquals(series, new Set(["Pareto front", ...colours]), `${count}`);
  }
});

Deno.test("a conclusion has means and deviations over the seeds that are left, and a front where more is better", async () => {
  const file: SweepFile = {
    ...FILE,
    options: {},
    grid: { beta: [0.1, 0.2, 0.3] },
    seeds: [0, 1],
    numbers: ["a"],
    pareto: [["a", "-b"], ["a", "none"]],
  };
  const runs = runsOf(file, common);
  const values = [[1, 1], [3, 1], [2, 5], [2, 5], [9, 4]];
  const results = values.map(([a, b], i) => ({
    run: runs[i]!.name,
    numbers: { a: a!, b: b! },
    failed: [],
    data: null,
  }));
  const stopped = {
    run: runs[5]!.name,
    numbers: {},
    failed: [{ name: "training", reason: "no" }],
    data: null,
  };
  const { tables, answer, figures, numbers } = await conclude(file, runs, [...results, stopped]);
  assertEquals(tables[1]!.head, ["setting", "beta", "runs", "a", "a, deviation"]);
  assertEquals(tables[1]!.rows, [
    ["s1", 0.1, 2, 2, Math.SQRT2],
    ["s2", 0.2, 2, 2, 0],
    ["s3", 0.3, 1, 9, null],
  ]);
  assertEquals(tables[0]!.rows.at(-1), ["s3-seed1", 0.3, 1, null, "training: no"]);
  assertEquals(
    answer,
    "Of 6 runs of mnist, 5 came to results. On the Pareto front of a and b: s2; of a and none: no setting, since none has both.",
  );
  assertEquals([figures.length, numbers], [1, { runs: 6, settings: 3, ended: 5, stopped: 1 }]);
  const other = results.map((result, i) => ({ ...result, data: `${i % 2}`.repeat(64) }));
  let message = "";
  await conclude(file, runs, other).catch((error: Error) => message = error.message);
  assertEquals(message, "sweep: runs of s1 must be of the same data, but their SHA-256 differ");
});
