import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { mnistStudy } from "../mnist/study.ts";
import { standardOf } from "../runner/options.ts";
import type { AnyStudy, RunOptions } from "../runner/study.ts";
import { uniquenessStudy } from "../uniqueness/study.ts";
import type { SweepFile } from "./file.ts";
import { makespan, type Measured, plan, planLines, scaled, sharesMakespan, smallOptions } from "./plan.ts";

const FILE: SweepFile = {
  name: "plan",
  study: "mnist",
  options: { hidden: [8], latent: 2, limit: 256, posterior: "full" },
  grid: { beta: [0.1, 1] },
  seeds: [0, 1],
  pareto: [],
};

Deno.test("jobs go to the worker that is free first, or are dealt in turn", () => {
  // Worker 1: 5; worker 2: 1, 1, 1, 4.
  assertEquals([makespan([5, 1, 1, 1, 4], 2), sharesMakespan([5, 1, 1, 1, 4], 2)], [7, 10]);
  assertEquals([makespan([3, 2, 1], 1), sharesMakespan([3, 2, 1], 1)], [6, 6]);
  assertEquals([makespan([3, 2, 1], 9), sharesMakespan([3, 2, 1], 3)], [3, 3]);
});

Deno.test("greedy list scheduling is within 2 − 1/k of the lower bound, and never below it", () => {
  let state = 1;
  const random = (): number => (state = state * 48271 % 2147483647) / 2147483647;
  for (let round = 0; round < 200; round++) {
    const jobs = Array.from({ length: 1 + Math.floor(30 * random()) }, random),
      k = 1 + Math.floor(8 * random());
    const bound = Math.max(jobs.reduce((a, b) => a + b, 0) / k, ...jobs), found = makespan(jobs, k);
    assert(found >= bound - 1e-9 && found <= (2 - 1 / k) * bound + 1e-9, `${found} of ${bound}`);
    assert(sharesMakespan(jobs, k) >= bound - 1e-9);
  }
});

Deno.test("the time at full size is what is taken once, per epoch and per step; by weight where no steps are seen", () => {
  // 3 s once, 2 s an epoch, 16 steps of 0.1 s an epoch; at full size 15 epochs of 71 steps.
  const small = (epochs: number) => ({ all: 3 + epochs * (2 + 1.6), steps: 16 * epochs, step: 0.1 });
  assertAlmostEquals(scaled(small(1), small(2), 15, 15 * 71 / 16), 3 + 15 * (2 + 7.1), 1e-9);
  assertEquals(scaled({ all: 4, steps: 0, step: 0 }, { all: 9, steps: 0, step: 0 }, 5, 10), 40);
  // A second run that is faster, by chance, gives no negative times.
  assertAlmostEquals(
    scaled({ all: 5, steps: 10, step: 0.1 }, { all: 4, steps: 20, step: 0.1 }, 5, 10),
    4 + 10,
    1e-9,
  );
});

Deno.test("small runs have as many epochs as are asked for, and no more examples than a quick run, where a study has these", () => {
  const small = (study: AnyStudy, given: object) => {
    const options = { ...standardOf(study.options), quick: false, seed: 0, ...given };
    const { epochs, limit, ...others } = smallOptions(study, options, 2);
    const { epochs: _, limit: __, ...expected } = options as RunOptions;
    assertEquals(others, expected);
    return [epochs, limit];
  };
  const most = mnistStudy.options.limit.quick!;
  assertEquals(small(mnistStudy, { epochs: 15 }), [2, most]);
  assertEquals(small(mnistStudy, { limit: most + 1 }), [2, most]);
  assertEquals(small(mnistStudy, { limit: most - 1 }), [2, most - 1]);
  assertEquals(small(uniquenessStudy, {}), [undefined, undefined]);
});

Deno.test("a plan has the times of all runs, memory, disk, and which bound breaks at how many runs", () => {
  const one: Measured = {
    prepare: 1,
    work: 3599,
    conclude: 0,
    parts: 2,
    files: 3,
    bytes: 2e6,
    result: 2 ** 14,
  };
  const lines = (runs: number) =>
    planLines({
      file: FILE,
      machines: 4,
      each: Array.from({ length: runs }, () => one),
      timed: [one],
      memory: 5e8,
    }, ["about"]);
  const text = lines(12).join("\n");
  for (
    const line of [
      "12 runs of mnist, 24 parts; 2 seeds of 6 settings",
      "60 min a run, and 1.0 s to load and conclude",
      "all runs one after the other: 12 h",
      "on 4 machines: 3.0 h where each takes the next run, 3.0 h by --part I/4; never less than 3.0 h",
      "memory: 500 MB a process",
      "disk: 24.0 MB in 36 files",
      "  1024 runs: deno task report leaves the sweep out: results.json is above 16.8 MB\n  16384 runs: ",
    ]
  ) assert(text.includes(line), `${line} in ${text}`);
  assert(!text.includes("this sweep"));
  assert(lines(1025).join("\n").includes("above 16.8 MB  ← this sweep"));
});

Deno.test("a plan times small runs, and says what it timed", async () => {
  const said: string[] = [];
  const asked = { quick: true, data: null, machines: 3, timed: 1, engine: "wasm", threads: 1 } as const;
  const lines = await plan({ ...asked, file: FILE }, (line) => said.push(line));
  assertEquals(said, ["timing s1: beta 0.1"]);
  assertEquals(lines[0], "4 runs of mnist, 4 parts; 2 seeds of 2 settings");
  assert(/^timed on 1 settings: .*: [\d.]+ (s|min|h) a run/.test(lines[2]!), lines[2]);
  assert(/^memory: [\d.]+ [MG]B a process/.test(lines[5]!), lines[5]);
  assert(/^disk: .* in 40 files$/.test(lines[6]!), lines[6]);
});
