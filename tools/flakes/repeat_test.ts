import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { type Line, linesOf, type SeededRun } from "./repeat.ts";
import { runTests } from "./tests.ts";

/** Tests of each kind. */
const PLANTED = `
import fc from "fast-check";
import { falseAlarm, suiteKey } from "../../fixtures/suite_seed.ts";
EARLY
const [seed] = [() => suiteKey(3)[0]];
let times = 0;
Deno.test("draws", () => { seed(); falseAlarm(1e-3); });
Deno.test({ name: "fails with some seeds", fn: () => { if (seed() % 4 === 1) throw new Error("unlucky"); } });
Deno.test("remembers", { sanitizeOps: true }, () => { seed(); if (times++ > 0) throw new Error("second"); });
Deno.test("a step fails", async (t) => {
  await t.step("inner", () => { if (seed() === 2) throw new Error("within"); });
});
Deno.test("draws nothing", () => {});
Deno.test("by fast-check", () => {
  fc.assert(fc.property(fc.nat(), (n) => n >= 0));
});
Deno.test("by a fast-check with a seed of its own", () => {
  fc.assert(fc.property(fc.nat(), (n) => n >= 0), { seed: 5 });
});
Deno.test("slow", async () => { seed(); await new Promise((done) => setTimeout(done, 400)); });
Deno.test("children", () => { seed(); if (Deno.env.get("GRAE_SUITE_SEED") !== String(seed())) throw new Error("other"); });
Deno.test({ name: "left out", ignore: true, fn: () => {} });
Deno.test(function named() { seed(); });
`;

/** A test with a file of tests, which is run with these seeds; it gets the lines recorded. */
function repeating(name: string, fn: (run: Run) => Promise<void>): void {
  Deno.test({
    name: `${name} (needs --allow-read=. --allow-write=.test --allow-run=deno)`,
    ignore: !mayUseDisk || denoCommand === undefined,
    fn: () =>
      inFolder(async (folder) => {
        const record = `${folder}/record.jsonl`;
        await fn(async (seeds, { early = "", only, seconds = 1 } = {}) => {
          await Deno.writeTextFile(`${folder}/planted_test.ts`, PLANTED.replace("EARLY", early));
          const plan = { seeds, seconds, record, ...only === undefined ? {} : { only } };
          const text = await runTests(`${folder}/planted_test.ts`, plan);
          return { text, lines: linesOf(record) };
        });
      }),
  });
}
type Run = (
  seeds: readonly [number, number],
  options?: { early?: string; only?: string; seconds?: number },
) => Promise<{ readonly text: string; readonly lines: readonly Line[] }>;

const runsOf = (lines: readonly Line[], test: string): SeededRun[] =>
  lines.filter((line): line is SeededRun => "test" in line && line.test === test);
const seedsOf = (lines: readonly Line[], test: string): number[] =>
  runsOf(lines, test).map(({ seed }) => seed);

repeating("a test that draws runs with each seed in one process, one that does not once", async (run) => {
  const { text, lines } = await run([0, 6]);
  const all = [0, 1, 2, 3, 4, 5];
  for (
    const name of [
      "draws",
      "fails with some seeds",
      "remembers",
      "a step fails",
      "by fast-check",
      "named",
      "children",
    ]
  ) {
    assertEquals(seedsOf(lines, name), all, name);
  }
  for (const name of ["draws nothing", "by a fast-check with a seed of its own"]) {
    assertEquals(runsOf(lines, name).map(({ seed, draws }) => [seed, draws]), [[0, false]], name);
  }
  const failed = (name: string): number[] =>
    runsOf(lines, name).filter((line) => line.failed !== undefined).map(({ seed }) => seed);
  assertEquals(failed("draws"), []);
  assertEquals(failed("children"), []);
  assertEquals(failed("fails with some seeds"), [1, 5]);
  assertEquals(failed("remembers"), [1, 2, 3, 4, 5]);
  assertEquals(failed("a step fails"), [2]);
  assertEquals(runsOf(lines, "a step fails")[2]!.failed, "these steps failed: inner");
  assertStringIncludes(runsOf(lines, "fails with some seeds")[1]!.failed!, "unlucky");
  assertEquals(runsOf(lines, "draws").map(({ falseAlarm }) => falseAlarm), all.map(() => 1e-3));
  assertEquals(lines.filter((line) => "ignored" in line), [{ ignored: "left out" }]);
  assert(!lines.some((line) => "drawsWhileLoaded" in line));
  assertStringIncludes(text, "2 of 6 seeds failed");
  // Three of 0.4 s are the first that make a second.
  assertEquals(seedsOf(lines, "slow"), [0, 1, 2]);
});

repeating("a later process goes on where the first stopped, and runs nothing twice", async (run) => {
  await run([0, 2], { seconds: 0.1 });
  const { text, lines } = await run([0, 4], { seconds: 1.4 });
  assertEquals(seedsOf(lines, "draws"), [0, 1, 2, 3]);
  assertEquals(seedsOf(lines, "slow"), [0, 1, 2, 3]);
  assertEquals(seedsOf(lines, "draws nothing"), [0]);
  // What failed in the first is not forgotten.
  assertStringIncludes(text, "1 of 4 seeds failed");
});

repeating("one test alone is run by its name, and draws at the top of a file are recorded", async (run) => {
  const { lines } = await run([7, 8], { only: "named", early: "suiteKey(1);" });
  assertEquals(lines.map((line) => "test" in line ? line.test : line), [{ drawsWhileLoaded: 1 }, "named"]);
});
