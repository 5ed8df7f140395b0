import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RunSeeds } from "../properties/gate/flakes.ts";
import { runSeed, type SeedFindings } from "../properties/gate/flakes.ts";
import { toyLaw, toySubject } from "../fixtures/laws/toy_gate.ts";
import { examine } from "../properties/contract/evidence.ts";
import { parseReplay } from "../properties/contract/replay.ts";
import { E4 } from "../properties/laws/trained_models/samples.ts";
import { inFolder, mayUseDisk } from "../fixtures/temporary_folder.ts";
import type { Line } from "./flakes/repeat.ts";
import { drawingTests, type RunTests } from "./flakes/tests.ts";
import { flakesStatus, type TestsContext } from "./flakes.ts";

const laws = [toyLaw("Z1"), E4];

/** Runs seeds here, on a subject. */
function seedsOn(grae: (entry: number) => number): RunSeeds {
  const subjects = [{ engine: "oracle", subject: toySubject(grae) }];
  return async (ids, first, end, tell) => {
    const chosen = laws.filter(({ id }) => ids.includes(id));
    for (let seed = first; seed < end; seed++) tell(await runSeed(seed, chosen, subjects));
  };
}

async function call(
  words: string,
  run: RunSeeds,
  tests: Omit<TestsContext, "print"> = { runTests: () => Promise.reject(new Error("no test is run")) },
): Promise<{ readonly code: number; readonly said: string }> {
  const said: string[] = [];
  const [print, remark] = [(text: string) => said.push(text), (text: string) => said.push(text)];
  const code = await flakesStatus(words.split(" ").filter(Boolean), laws, { run, print, remark, ...tests });
  return { code, said: said.join("\n") };
}

Deno.test("a seed runs one case of each clause, and no two seeds the same", async () => {
  const drawn: number[] = [];
  const note = (entry: number): number => {
    drawn.push(entry);
    return entry;
  };
  const { code, said } = await call("--seeds 300", seedsOn(note));
  assertEquals(code, 0);
  assertStringIncludes(
    said,
    "300 seeds, 1 law on the oracle and wasm: 300 cases, 300 comparisons, 0 failures, ",
  );
  assert(new Set(drawn).size > 100, `only ${new Set(drawn).size} different cases`);
});

Deno.test("a failure that one seed in a hundred sees is found and can be replayed from what is printed", async () => {
  const wrong = (entry: number): number => entry % 100 === 42 ? entry + 1 : entry;
  const { code, said } = await call("--seeds 1000", seedsOn(wrong));
  assertEquals(code, 1);
  assertStringIncludes(said, "does not hold: v(J) = J");
  const [, token] = /--replay (\S+)/.exec(said)!;
  const run = { seed: 0, cases: 1, engine: "oracle", replay: parseReplay(token!) };
  const { failure } = await examine(laws[0]!, toySubject(wrong), run);
  assertStringIncludes(said, `case      ${failure!.counterexample}`);
});

Deno.test("seeds take the cases of a clause in turn: the hundred that the gate runs", async () => {
  const paths: string[] = [];
  for (const seed of [0, 1, 57, 99, 100, 257]) {
    const { failures } = await runSeed(seed, [laws[0]!], [{
      engine: "oracle",
      subject: toySubject(() => NaN),
    }]);
    paths.push(parseReplay(/--replay (\S+)/.exec(failures[0]!.message)![1]!).path);
  }
  assertEquals(paths, ["0", "1", "57", "99", "0", "57"]);
});

Deno.test("seeds that were not run are not passed over in silence", async () => {
  const lost: RunSeeds = (_, __, ___, tell) => {
    const findings: SeedFindings = { seed: 0, cases: {}, comparisons: 0, failures: [] };
    return Promise.resolve(tell(findings));
  };
  const { code, said } = await call("--seeds 2", lost);
  assertEquals(code, 1);
  assertStringIncludes(said, "problem: only 1 of 2 seeds were run\nproblem: no case was run of Z1");
});

Deno.test("flakes refuses what there is not with exit code 2, and helps with 0", async () => {
  const right = seedsOn((entry) => entry);
  assertEquals((await call("--law Z2", right)).code, 2);
  // It has no cases: neither the oracle nor the library has trained models.
  assertEquals((await call("--law Z1,E4", right)).code, 2);
  assertStringIncludes(
    (await call("--seed 3", right)).said,
    "unknown option '--seed' (Did you mean --seeds?)",
  );
  assertEquals((await call("--seeds none", right)).code, 2);
  assertEquals((await call("--help", right)).code, 0);
});

Deno.test("flakes runs as many seeds at once as it is told", async () => {
  const told: number[] = [];
  const run: RunSeeds = (ids, first, end, tell, threads) => {
    told.push(threads);
    return seedsOn((entry) => entry)(ids, first, end, tell, threads);
  };
  await call("--seeds 2 --threads 1", run);
  await call("--seeds 2", run);
  assertEquals(told, [1, navigator.hardwareConcurrency]);
  assertEquals((await call("--threads 0", run)).code, 2);
});

/** What `deno test` prints, in colours, of that many failures. */
const printed = (failed: number): string =>
  `\x1b[31m${failed > 0 ? "FAILED" : "ok"}\x1b[0m | 3 passed | ${failed} failed (1s)`;

const mayRepeat = mayUseDisk && Deno.permissions.querySync({ name: "read", path: "." }).state === "granted";

/** A test that uses the disk, with what `--tests` says of its files. */
function ofTests(
  name: string,
  fn: (
    run: (files: readonly string[], runTests: RunTests, words?: string) => ReturnType<typeof call>,
  ) => Promise<void>,
): void {
  Deno.test({
    name: `${name} (needs --allow-read=. --allow-write=.test)`,
    ignore: !mayRepeat,
    fn: () =>
      inFolder((folder) =>
        fn((files, runTests, words = "--seeds 5 --first 10") =>
          call(`--tests --threads 1 ${words}`, seedsOn((entry) => entry), {
            runTests,
            files,
            folder: `${folder}/record`,
          })
        )
      ),
  });
}

/** Runs that a process records; `failing` says which seeds fail, and `alone` which by themselves. */
const recording = (
  failing: (seed: number) => boolean,
  { alone = failing, lines = [], ran = [] }: {
    alone?: (seed: number) => boolean;
    lines?: readonly Line[];
    ran?: number[];
  } = {},
): RunTests =>
(_, { seeds: [first, end], record, only }) => {
  let failed = 0;
  for (let seed = first; seed < end; seed++) {
    ran.push(seed);
    const fails = (only === undefined ? failing : alone)(seed);
    if (fails) failed++;
    const line: Line = {
      ...{ test: "b", seed, seconds: 0.5, draws: true, falseAlarm: 1e-4 },
      ...fails ? { failed: `off by ${seed}\n${"9".repeat(500)}` } : {},
    };
    Deno.writeTextFileSync(record, `${JSON.stringify(line)}\n`, { append: true });
  }
  for (const line of lines) Deno.writeTextFileSync(record, `${JSON.stringify(line)}\n`, { append: true });
  return Promise.resolve(printed(failed));
};
const FILE = "lib/network/network_test.ts";

ofTests(
  "failures of seeds are printed, repeated alone and counted beside the rates that are stated",
  async (run) => {
    const ran: number[] = [];
    const { code, said } = await run([FILE], recording((seed) => seed % 2 === 1, { ran }));
    assertEquals([code, ran], [1, [10, 11, 12, 13, 14, 11, 13]]);
    assertStringIncludes(said, `seed 11: ${FILE}: b: failed\noff by 11\n${"9".repeat(160)}\nseeds 13, too\n`);
    assertStringIncludes(said, `2 of 5 seeds failed: ${FILE}: b`);
    assertStringIncludes(said, "tests that draw: 1, of which 1 with 5 seeds, 0 with fewer");
    assertStringIncludes(said, ": 2 failures; the rates that tests state make 0.00050\n0 problems");
  },
);

ofTests("a seed that fails after others alone is said to be one", async (run) => {
  const { code, said } = await run([FILE], recording((seed) => seed === 12, { alone: () => false }));
  assertEquals(code, 1);
  assertStringIncludes(said, `seed 12: ${FILE}: b: failed, but not in a process of its own\n`);
});

ofTests("of many failures three are repeated", async (run) => {
  const ran: number[] = [];
  await run([FILE], recording(() => true, { ran }));
  assertEquals(ran.slice(5), [10, 11, 12]);
});

ofTests(
  "nothing fails: exit code 0, with the number of tests that draw nothing, and of those ignored",
  async (run) => {
    const lines: Line[] = [
      { test: "still", seed: 10, seconds: 9, draws: false, falseAlarm: 0 },
      { ignored: "no disk" },
    ];
    const { code, said } = await run([FILE], recording(() => false, { lines }));
    assertEquals(code, 0);
    assertStringIncludes(said, "1 test beside them that draw nothing, 1 that are ignored");
    assertStringIncludes(said, "5 runs in ");
  },
);

ofTests("a test with fewer seeds than asked for is named with their number", async (run) => {
  const two: RunTests = (file, plan) => recording(() => false)(file, { ...plan, seeds: [10, 12] });
  const { code, said } = await run([FILE], two);
  assertEquals(code, 0);
  assertStringIncludes(
    said,
    `2 of 5 seeds, 0.5 s each: ${FILE}: b\ntests that draw: 1, of which 0 with 5 seeds, 1 with fewer`,
  );
});

ofTests("draws while a file is loaded, an early end and no run at all are problems", async (run) => {
  const early = await run([FILE], recording(() => false, { lines: [{ drawsWhileLoaded: 3 }] }));
  assertEquals(early.code, 1);
  assertStringIncludes(early.said, `problem: ${FILE}: draws 3 times while it is loaded, by one seed alone`);
  const killed = await run(["lib/model/prior_test.ts"], () => Promise.resolve("error: killed\n"));
  assertEquals(killed.code, 1);
  assertStringIncludes(killed.said, "the tests ended without a summary: error: killed");
  assertEquals((await run([], recording(() => false))).code, 1);
});

ofTests("--seconds is the time that a test has, and --tests takes no law", async (run) => {
  const given: number[] = [];
  const timed: RunTests = (file, plan) => (given.push(plan.seconds), recording(() => false)(file, plan));
  await run([FILE], timed, "--seeds 1 --seconds 7");
  await run([FILE], timed, "--seeds 1");
  assertEquals(given, [7, 20]);
  assertEquals((await run([FILE], timed, "--seeds 1 --law Z1")).code, 2);
  const chosen = await run([FILE, "lib/model/prior_test.ts"], timed, "--seeds 1 --file prior");
  assertEquals([chosen.code, chosen.said.split("\n")[0]], [
    0,
    "1 file of tests draw by the seed of the suite",
  ]);
  assertEquals((await run([FILE], timed, `--first ${2 ** 31 - 2} --seeds 2`)).code, 0);
  assertEquals((await run([FILE], timed, `--first ${2 ** 31 - 2} --seeds 3`)).code, 2);
  assertEquals((await call("--seconds 7", seedsOn((entry) => entry))).code, 2);
  assertEquals((await call("--file lib", seedsOn((entry) => entry))).code, 2);
});

Deno.test({
  name: "files that draw are those that import the suite's seed (needs --allow-read=.)",
  ignore: Deno.permissions.querySync({ name: "read", path: "." }).state !== "granted",
  fn: () => {
    const files = drawingTests();
    assert(files.includes("lib/network/network_test.ts") && files.includes("mod_test.ts"), files.join());
    assert(!files.includes("lib/engine/blas/thread_count_test.ts"), files.join());
  },
});
