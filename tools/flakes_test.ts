import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RunSeeds } from "../properties/gate/flakes.ts";
import { runSeed, type SeedFindings } from "../properties/gate/flakes.ts";
import { toyLaw, toySubject } from "../fixtures/laws/toy_gate.ts";
import { examine } from "../properties/contract/evidence.ts";
import { parseReplay } from "../properties/contract/replay.ts";
import { E4 } from "../properties/laws/trained_models/samples.ts";
import { failuresIn, type RunTests } from "./flakes/tests.ts";
import { flakesStatus } from "./flakes.ts";

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
  runTests: RunTests = () => Promise.reject(new Error("no test is run")),
): Promise<{ readonly code: number; readonly said: string }> {
  const said: string[] = [];
  const [print, remark] = [(text: string) => said.push(text), (text: string) => said.push(text)];
  const code = await flakesStatus(words.split(" ").filter(Boolean), laws, { run, print, remark, runTests });
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

/** What `deno test` prints, in colours, of three tests with failures. */
const printed = (...failed: readonly string[]): string =>
  [
    ...failed.length > 0
      ? [" FAILURES ", "", ...failed.map((name) => `${name} \x1b[0m=> ./lib/a_test.ts:3:6`), ""]
      : [],
    `\x1b[31m${failed.length > 0 ? "FAILED" : "ok"}\x1b[0m | ${
      3 - failed.length
    } passed | ${failed.length} failed (1s)`,
  ].join("\n");

Deno.test("the failures of tests are read from what they print; without a summary they have not run", () => {
  assertEquals(failuresIn(printed("one => two", "b"), 7), {
    ...{ seed: 7, passed: 1 },
    failed: ["./lib/a_test.ts: two: one", "./lib/a_test.ts: b"],
  });
  assertEquals(failuresIn(printed(), 0), { seed: 0, passed: 3, failed: [] });
  assertEquals(failuresIn("error: killed\n", 1).failed, ["the tests ended without a summary: error: killed"]);
});

Deno.test({
  name:
    "tests that draw are run with each seed of the suite, and their failures counted (needs --allow-read=.)",
  ignore: Deno.permissions.querySync({ name: "read", path: "." }).state !== "granted",
  fn: async () => {
    const seen: number[] = [];
    const runs: RunTests = (files, seed) => {
      assert(
        files.includes("lib/network/network_test.ts") && !files.includes("lib/engine/key_test.ts"),
        files.join(),
      );
      seen.push(seed);
      return Promise.resolve(printed(...seed % 2 ? ["b"] : []));
    };
    const none = seedsOn((entry) => entry);
    const { code, said } = await call("--tests --seeds 5 --first 10", none, runs);
    assertEquals([code, seen], [1, [10, 11, 12, 13, 14]]);
    assertStringIncludes(said, "seed 11: ./lib/a_test.ts: b");
    assertStringIncludes(said, "2 of 5 seeds: ./lib/a_test.ts: b");
    assertStringIncludes(said, "5 seeds: 13 passed, 2 failed");
    assertEquals((await call("--tests --seeds 1", none, runs)).code, 0);
    assertEquals((await call("--tests --law Z1", none, runs)).code, 2);
  },
});
