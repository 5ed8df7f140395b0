import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { toFileUrl } from "@std/path";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import type { Graph } from "./import_graph.ts";
import {
  alone,
  byCost,
  byHalves,
  farther,
  first,
  groups,
  type Judged,
  type Suite,
  together,
  withFaults,
} from "./mutate/judge.ts";
import { type Mutant, mutated } from "./mutate/mutants.ts";
import { linesIn, linesOfAll, reaches } from "./mutate/reached.ts";
import { found, identity, reportOf, reportPage } from "./mutate/report.ts";
import { failedFiles, nearest, runTests, secondsIn } from "./mutate/tests.ts";
import { childCommand } from "./process.ts";

/** The mutants of a source, by a process: Stryker reads a file where packages are. */
async function mutantsOf(file: string, source: string): Promise<Mutant[]> {
  const mutants = toFileUrl(`${ROOT}/tools/mutate/mutants.ts`).href;
  const program = `import { mutantsOf } from ${JSON.stringify(mutants)};
    console.log(JSON.stringify(await mutantsOf(...${JSON.stringify([file, source])})));`;
  const { stdout, stderr } = await childCommand(denoCommand!, { args: ["eval", "-q", program], cwd: ROOT })
    .output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}

function withDeno(name: string, fn: (folder: string) => Promise<void>): void {
  Deno.test({
    name: `${name} (needs --allow-read=. --allow-write=.test --allow-run=deno)`,
    ignore: !mayUseDisk || denoCommand === undefined,
    fn: () => inFolder(fn),
  });
}

withDeno("mutants are replacements of pieces of the text, in the order of their places", async () => {
  const source = 'export const f = (a: number, b = 2): number =>\n  a + b; // "π"\n';
  const mutants = await mutantsOf("lib/f.ts", source);
  const sum = mutants.find(({ mutator }) => mutator === "ArithmeticOperator")!;
  assertEquals(sum, {
    file: "lib/f.ts",
    line: 2,
    column: 3,
    mutator: "ArithmeticOperator",
    original: "a + b",
    replacement: "a - b",
  });
  assertEquals(mutated(source, sum), source.replace("a + b", "a - b"));
  assertThrows(
    () => mutated(`\n${source}`, sum),
    RangeError,
    'mutate: lib/f.ts:2:3 must read "a + b", but does not',
  );
});

const NAMES = ["typed", "far", "d", "b", "a"].map((name) => `lib/${name}_test.ts`);
const importsOf = (entries: Record<string, string[]>, types = false): Graph =>
  new Map(Object.entries(entries).map(([from, all]) => [from, all.map((to) => ({ to, types }))]));
const GRAPH: Graph = new Map([
  ...importsOf({
    "lib/b.ts": ["lib/a.ts"],
    "lib/a_test.ts": ["lib/b.ts"],
    "lib/b_test.ts": ["lib/b.ts"],
    "lib/d_test.ts": ["lib/a.ts"],
    "lib/far_test.ts": ["lib/c.ts"],
    "lib/c.ts": ["lib/b.ts"],
  }),
  ...importsOf({ "lib/typed_test.ts": ["lib/a.ts"] }, true),
]);

Deno.test("the nearest tests are the file's own, then those over fewer imports, then the faster; types count for nothing", () => {
  const order = (seconds: Record<string, number>): string[] =>
    nearest("lib/a.ts", GRAPH, NAMES, new Map(Object.entries(seconds))).map((test) => test[4]!);
  assertEquals(order({}), ["a", "d", "b", "f"]);
  const wide = importsOf(Object.fromEntries(NAMES.map((test) => [test, ["lib/a.ts"]])));
  const seconds = new Map(NAMES.map((test, i) => [test, 6 - i]));
  assertEquals(nearest("lib/a.ts", wide, NAMES, seconds).map((test) => test[4]), ["a", "b", "d", "f", "t"]);
});

Deno.test("at first six files of tests are tried, of up to 15 seconds together; the file's own however long it takes", () => {
  const tests = Array.from({ length: 9 }, (_, i) => `lib/t${i}_test.ts`);
  const graph = importsOf(Object.fromEntries(tests.map((test) => [test, ["lib/t3.ts"]])));
  const suite = (time: number): Suite => ({
    graph,
    tests,
    seconds: new Map(tests.map((test) => [test, time])),
  });
  const chosen = (time: number): string => first("lib/t3.ts", suite(time)).map((test) => test[5]).join("");
  assertEquals([chosen(1), chosen(5), chosen(7.5), chosen(15), chosen(16)], [
    "301245",
    "301",
    "30",
    "3",
    "3",
  ]);
  // Others come later, as many as their time allows.
  const later = (within: number): string =>
    farther("lib/t3.ts", suite(1), within).map((test) => test[5]).join("");
  assertEquals([later(6), later(7), later(8), later(99)], ["", "6", "67", "678"]);
});

Deno.test("what deno test prints is read: files that failed, by a test or while they were loaded, and how long each took", () => {
  const printed = [
    "./lib/a_test.ts => one: two => three ... FAILED (2s)",
    "./lib/a_test.ts => b ... \x1b[32mok\x1b[0m (12ms)",
    "./lib/b_test.tsx => c ... ok (1m2s)",
    "./lib/b_test.tsx => d ... ignored (0ms)",
    " ERRORS ",
    "a => ./lib/no_test.ts:1:6",
    " FAILURES ",
    "",
    "./lib/bad_test.ts (uncaught error)",
    "one: two => three => ./lib/a_test.ts:1:6",
    "other => ./lib/a_test.ts:9:6",
    "FAILED | 1 passed | 2 failed (15ms)",
  ].join("\n");
  assertEquals(failedFiles(printed), ["lib/a_test.ts", "lib/bad_test.ts"]);
  assertEquals([...secondsIn(printed)], [["lib/a_test.ts", 2.012], ["lib/b_test.tsx", 62]]);
});

const SUM =
  "export function sum(n: number): number {\n  let s = 0;\n  for (let i = n; i > 0; i--) s += i;\n  return s;\n}\n";

withDeno(
  "a fault alone is killed by the first test that fails, may run without an end, or survives",
  async (copy) => {
    await Deno.mkdir(`${copy}/lib`);
    await Deno.writeTextFile(`${copy}/deno.json`, "{}");
    const test = (name: string, body: string, file = "sum"): Promise<void> =>
      Deno.writeTextFile(
        `${copy}/lib/${name}_test.ts`,
        `import { sum } from "./${file}.ts";\nDeno.test("t", () => { if (${body}) throw new Error(); });\n`,
      );
    for (const file of ["sum", "other", "third"]) await Deno.writeTextFile(`${copy}/lib/${file}.ts`, SUM);
    await test("weak", "!Number.isFinite(sum(3))");
    await test("strong", "sum(3) !== 6");
    await test("other", "sum(3) !== 6", "other");
    await test("third", "!Number.isFinite(sum(3))", "third");
    const runner = { copy, deno: denoCommand!, args: ["test", "-q", "--no-prompt", "--no-lock"] };
    const [weak, strong] = ["lib/weak_test.ts", "lib/strong_test.ts"];
    const tests = [weak, strong, "lib/other_test.ts", "lib/third_test.ts"];
    const graph = importsOf({ [weak]: ["lib/sum.ts"], [strong]: ["lib/sum.ts"] });
    const suite: Suite = { graph, tests, seconds: new Map() };
    const mutants = await mutantsOf("lib/sum.ts", SUM);
    const find = (replacement: string, file = "lib/sum.ts"): Mutant => ({
      ...mutants.find((one) => one.replacement === replacement)!,
      file,
    });
    const found = async (replacement: string, ...some: string[]) => {
      const { verdict, by } = await alone(find(replacement), some, suite, runner);
      return [verdict, ...by];
    };
    assertEquals(await found("s -= i", weak, strong), ["killed", strong]);
    assertEquals(await found("s -= i", weak), ["survived"]);
    assertEquals(await found("i >= 0", weak, strong), ["survived"]);
    assertEquals(await found("s -= i"), ["survived"]);
    // The only one that ends by its limit.
    const late = await withFaults(copy, [find("i++")], () => runTests(runner, [weak], 2));
    assertEquals([late.end, late.failed], ["late", []]);
    assertEquals((await runTests(runner, ["lib/no_such_test.ts"], 60)).end, "died");

    const ran: number[] = [];
    const all = (faults: readonly Mutant[], tests: readonly string[]) => {
      ran.push(faults.length, tests.length);
      return withFaults(copy, faults, () => runTests(runner, tests, 600));
    };
    const seen: unknown[] = [];
    const faults = [find("s -= i"), find("s -= i", "lib/other.ts"), find("s -= i", "lib/third.ts")];
    await together(faults, suite, [runner], all, (one) => {
      seen.push([one.file, one.verdict, ...one.by]);
      return Promise.resolve();
    });
    assertEquals(seen, [
      ["lib/sum.ts", "killed", strong],
      ["lib/other.ts", "killed", "lib/other_test.ts"],
      ["lib/third.ts", "survived"],
    ]);
    // Those that passed with all faults are not run again.
    assertEquals(ran, [3, 4, 1, 2]);
    // What runs none of its lines does not try it.
    const lines = await linesOfAll([runner], suite);
    assertEquals([...lines.keys()].sort(), [...tests].sort());
    const reaching = { ...suite, reaches: (test: string, fault: Mutant) => reaches(lines.get(test)!, fault) };
    const [own, other] = [find("s -= i"), find("s -= i", "lib/other.ts")];
    assertEquals(tests.filter((test) => reaching.reaches(test, own)), [weak, strong]);
    assertEquals(tests.filter((test) => reaching.reaches(test, other)), ["lib/other_test.ts"]);
    for (const file of ["sum", "other", "third"]) {
      assertEquals(await Deno.readTextFile(`${copy}/lib/${file}.ts`), SUM);
    }
  },
);

withDeno(
  "of tests that are ended with all others nothing is heard, nor of any that are to begin then",
  async (copy) => {
    await Deno.writeTextFile(`${copy}/deno.json`, "{}");
    await Deno.writeTextFile(
      `${copy}/a_test.ts`,
      `Deno.test("t", () => new Promise((end) => setTimeout(end, 60_000)));`,
    );
    const runner = { copy: ".", deno: denoCommand!, args: ["test", "-q", "--no-prompt", "--no-lock"] };
    await Deno.writeTextFile(
      `${copy}/ends.ts`,
      `import { endAll, runTests } from "${toFileUrl(`${ROOT}/tools/mutate/tests.ts`)}";
const tests = () => runTests(${
        JSON.stringify(runner)
      }, ["a_test.ts"], 50).then(({ end }) => console.log(end));
tests();
await new Promise((end) => setTimeout(end, 1000));
endAll();
tests();
await new Promise((end) => setTimeout(end, 1000));
console.log("no verdict");
Deno.exit(0);
`,
    );
    const args = ["run", "-A", "--no-check", "--config", `${ROOT}/deno.json`, "ends.ts"];
    const { stdout, stderr } = await childCommand(denoCommand!, { args, cwd: copy }).output();
    assertEquals(new TextDecoder().decode(stdout), "no verdict\n", new TextDecoder().decode(stderr));
  },
);

Deno.test("a fault may be run where one of its lines was, or none is counted; not where its file was not loaded", () => {
  const lines = linesIn(
    "SF:/c/lib/a.ts\nDA:1,1\nDA:2,0\nDA:3,0\nDA:4,0\nend_of_record\nSF:/c/lib/b.ts\nend_of_record\nSF:/d/lib/e.ts\nDA:1,1\nend_of_record\n",
    "/c/",
  );
  const reached = (file: string, line: number, original = "a"): boolean =>
    reaches(lines, { file, line, original, column: 1, mutator: "x", replacement: "b" });
  // The second may be a guard that did not return.
  const five = [1, 2, 3, 4, 5].map((line) => reached("lib/a.ts", line));
  assertEquals(five, [true, true, false, false, true]);
  assertEquals([reached("lib/a.ts", 0, "a\nb"), reached("lib/a.ts", 3, "a\nb")], [true, false]);
  assertEquals(["lib/b.ts", "lib/c.ts", "lib/e.ts"].map((file) => reached(file, 1)), [true, false, false]);
  // Other threads get these as text, and run them where nothing is counted.
  for (const file of ["lib/engine/blas/chunk.ts", "lib/engine/kernels/thread.ts"]) {
    const travels = linesIn(`SF:/c/${file}\nDA:2,0\nend_of_record\n`, "/c/");
    const fault = { file, line: 2, original: "a", column: 1, mutator: "x", replacement: "b" };
    assertEquals([reaches(travels, fault), reaches(lines, fault)], [true, false]);
  }
});

Deno.test("a fault is tried alone where all tests that run its lines take forty seconds at most, the shortest first", () => {
  const fault: Mutant = {
    ...{ file: "lib/a.ts", line: 1, column: 1, mutator: "x", original: "a", replacement: "b" },
  };
  const tests = ["near", "slow", "quick", "other"].map((name) => `lib/${name}_test.ts`);
  const parts = (slow: number) =>
    byCost([fault], {
      graph: importsOf({ "lib/near_test.ts": ["lib/a.ts"] }),
      tests,
      seconds: new Map([["lib/slow_test.ts", slow], ["lib/quick_test.ts", 8]]),
      reaches: (test) => test !== "lib/other_test.ts",
    });
  assertEquals(parts(30), { cheap: [{ fault, tests: ["lib/quick_test.ts", "lib/slow_test.ts"] }], dear: [] });
  assertEquals(parts(30.1), { cheap: [], dear: [fault] });
});

Deno.test("where a run only says yes or no, faults are told apart by halves; a group has no two of one file", async () => {
  const fault = (file: string): Mutant => ({
    ...{ file, line: 1, column: 1, mutator: "x", original: "a", replacement: "b" },
  });
  const faults = [..."abcdefg"].map(fault);
  const runs: number[] = [];
  const rejected = await byHalves(faults, (some) => {
    runs.push(some.length);
    return Promise.resolve(!some.some(({ file }) => "cf".includes(file)));
  });
  assertEquals(rejected.map(({ file }) => file), ["c", "f"]);
  assertEquals(runs, [7, 3, 1, 2, 1, 1, 4, 2, 2, 1, 1]);
  assertEquals(
    groups([..."aabca"].map(fault)).map((group) => group.map(({ file }) => file).join("")),
    ["abc", "a", "a"],
  );
  const many = groups(Array.from({ length: 49 }, (_, i) => fault(String(i))));
  assertEquals(many.map(({ length }) => length), [48, 1]);
});

Deno.test("a fault is known by its line's text and which line of that text it is, not by its number", () => {
  const fault: Mutant = {
    ...{ file: "f", line: 3, column: 2, mutator: "x", original: "a", replacement: "b" },
  };
  const same = (line: number, lines: string[]): boolean =>
    identity({ ...fault, line }, lines) === identity(fault, ["1", " a", " a"]);
  assertEquals(same(4, ["0", "1", " a", " a"]), true);
  assertEquals(same(3, ["0", "1", " a", " a"]), false);
  assertEquals(same(2, ["1", "a "]), false);
});

Deno.test("the share is of faults that are not equivalent; a reason holds for its line's text, wherever that is", () => {
  const one = (file: string, verdict: Judged["verdict"], line = 1, by = "lib/a_test.ts"): Judged => ({
    ...{ file, line, column: 17, mutator: "EqualityOperator", original: "i > 0", replacement: "i >= 0" },
    ...{ verdict, by: verdict === "survived" ? [] : [by], seconds: 1 },
  });
  const all = [
    one("lib/engine/key.ts", "killed"),
    one("lib/engine/kernels/a.ts", "timeout"),
    one("lib/engine/key.ts", "survived", 7),
    one("lib/engine/key.ts", "survived", 8),
    one("experiments/mnist/a.ts", "killed", 7, "gate"),
  ];
  const equivalents = [{
    ...{ file: "lib/engine/key.ts", column: 17, replacement: "i >= 0" },
    ...{ text: "for (let i = n; i > 0; i--) s += i;", reason: "adding 0 changes nothing" },
  }];
  const text = "for (let i = n; i > 0; i--) s += i;";
  const ABOUT = { seed: 3, population: 99, within: null };
  // The same line again is another.
  const lines = [...Array(6).fill("other"), text, text];
  const report = reportOf(all, equivalents, () => lines, { ...ABOUT, commit: "abc" });
  assertEquals(report.rooms, {
    experiments: { judged: 1, killed: 1, survived: 0, equivalent: 0 },
    "lib/engine": { judged: 4, killed: 2, survived: 1, equivalent: 1 },
  });
  assertEquals([report.judged, report.killed, report.byGate, report.rejected], [5, 3, 1, 3 / 4]);
  assertEquals(report.survivors.map(({ line }) => line), [8]);
  const page = reportPage(report);
  assertStringIncludes(
    page,
    "Of 5 faults of one place, tests rejected 3: 75.0% of those that are not equivalent (1 are).",
  );
  assertStringIncludes(page, "adding 0 changes nothing");
  assertEquals([report.first, report.mended, report.gone], [null, [], 0]);

  // The two that were left are judged again, where two lines were put before them and one of theirs was changed.
  const later = ["new", "new", ...lines.slice(0, 7), "for (let i = n; i >= 0; i--) s += i;"];
  const here = [...report.survivors, ...report.equivalents].map((one) => found(one, later));
  assertEquals(here.map((one) => one?.line), [undefined, 9]);
  // The first of both would be another's place, but for its text.
  assertEquals(found(report.survivors[0]!, [...later.slice(0, 9), text])?.line, 10);
  assertEquals(found({ ...report.survivors[0]!, original: "j > 0" }, lines), null);
  const again = reportOf(
    [{ ...here[1]!, verdict: "killed", by: ["lib/new_test.ts"], seconds: 1 }],
    equivalents,
    () => later,
    { ...ABOUT, commit: "def" },
    report,
  );
  assertEquals([again.judged, again.killed, again.survived, again.byGate, again.rejected], [4, 4, 0, 1, 1]);
  assertEquals(again.rooms["lib/engine"], { judged: 3, killed: 3, survived: 0, equivalent: 0 });
  assertEquals([again.first?.commit, again.first?.rejected, again.gone], ["abc", 3 / 4, 1]);
  assertEquals(again.mended.map(({ line, by }) => [line, ...by]), [[9, "lib/new_test.ts"]]);
  assertStringIncludes(
    reportPage(again),
    "At first, 3 of 5 were rejected, 75.0% of those that are not known to be equivalent.",
  );
  const near = reportPage({ ...again, within: 0, first: { ...again.first!, within: 45 } });
  assertStringIncludes(
    near,
    "tests rejected 4, by the nearest six files of tests of each alone, and what rejected it before: 100.0%",
  );
  assertStringIncludes(
    near,
    "At first, by the nearest files of tests of each alone, which together take up to 45 seconds, 3 of 5 were",
  );
  const third = reportOf([], equivalents, () => later, { ...ABOUT, commit: "ghi" }, again);
  assertEquals([third.killed, third.first?.commit, third.mended.length, third.gone], [4, "abc", 1, 1]);
});
