import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { toFileUrl } from "@std/path";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import type { Graph } from "./import_graph.ts";
import { judge, type Judged, runTests, testsOf } from "./mutate/judge.ts";
import { type Mutant, mutated } from "./mutate/mutants.ts";
import { reportOf, reportPage } from "./mutate/report.ts";
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

Deno.test("the nearest tests are the file's own, then those over fewer imports; types count for nothing", () => {
  const imports = (entries: Record<string, string[]>, types = false): Graph =>
    new Map(Object.entries(entries).map(([from, all]) => [from, all.map((to) => ({ to, types }))]));
  const graph = new Map([
    ...imports({
      "lib/b.ts": ["lib/a.ts"],
      "lib/a_test.ts": ["lib/b.ts"],
      "lib/b_test.ts": ["lib/b.ts"],
      "lib/d_test.ts": ["lib/a.ts"],
      "lib/far_test.ts": ["lib/c.ts"],
      "lib/c.ts": ["lib/b.ts"],
    }),
    ...imports({ "lib/typed_test.ts": ["lib/a.ts"] }, true),
  ]);
  const tests = ["typed", "far", "d", "b", "a"].map((name) => `lib/${name}_test.ts`);
  assertEquals(testsOf("lib/a.ts", graph, tests), [
    ["lib/a_test.ts", "lib/d_test.ts", "lib/b_test.ts", "lib/far_test.ts"],
    ["lib/typed_test.ts"],
  ]);
  const many = Array.from({ length: 9 }, (_, i) => `lib/t${i}_test.ts`);
  const wide = new Map(many.map((test) => [test, [{ to: "lib/a.ts", types: false }]]));
  assertEquals(testsOf("lib/a.ts", wide, many).map(({ length }) => length), [6, 3]);
});

withDeno(
  "a fault is killed by the first group that rejects it, may run without an end, or survives; the copy is mended",
  async (copy) => {
    const source =
      "export function sum(n: number): number {\n  let s = 0;\n  for (let i = n; i > 0; i--) s += i;\n  return s;\n}\n";
    await Deno.mkdir(`${copy}/lib`);
    await Deno.writeTextFile(`${copy}/deno.json`, "{}");
    await Deno.writeTextFile(`${copy}/lib/sum.ts`, source);
    const test = (name: string, body: string): Promise<void> =>
      Deno.writeTextFile(
        `${copy}/lib/${name}_test.ts`,
        `import { sum } from "./sum.ts";\nDeno.test("t", () => { if (${body}) throw new Error(); });\n`,
      );
    await test("weak", "!Number.isFinite(sum(3))");
    await test("strong", "sum(3) !== 6");
    const runner = {
      ...{ copy, deno: denoCommand!, limit: 600 },
      args: ["test", "-q", "--no-prompt", "--no-lock", "--fail-fast"],
    };
    const [weak, strong] = ["lib/weak_test.ts", "lib/strong_test.ts"];
    assertEquals(await runTests(runner, [weak, strong]), "survived");
    const mutants = await mutantsOf("lib/sum.ts", source);
    const find = (replacement: string): Mutant => mutants.find((one) => one.replacement === replacement)!;
    const found = async (replacement: string, ...groups: string[][]) => {
      const { verdict, group } = await judge(find(replacement), groups, runner);
      return [verdict, group];
    };
    assertEquals(await found("s -= i", [weak], [strong]), ["killed", 1]);
    assertEquals(await found("s -= i", [strong], [weak]), ["killed", 0]);
    assertEquals(await found("s -= i", [weak]), ["survived", null]);
    assertEquals(await found("i >= 0", [weak], [strong]), ["survived", null]);
    // The only one that ends by its limit.
    const endless = await judge(find("i++"), [[weak], [strong]], { ...runner, limit: 2 });
    assertEquals([endless.verdict, endless.group], ["timeout", 0]);
    assertEquals(await Deno.readTextFile(`${copy}/lib/sum.ts`), source);
  },
);

Deno.test("the share is of faults that are not equivalent; a reason holds for its line's text, wherever that is", () => {
  const one = (file: string, verdict: Judged["verdict"], line = 1): Judged => ({
    ...{ file, line, column: 1, mutator: "EqualityOperator", original: "i > 0", replacement: "i >= 0" },
    ...{ verdict, group: verdict === "survived" ? null : 0, seconds: 1 },
  });
  const all = [
    one("lib/engine/key.ts", "killed"),
    one("lib/engine/kernels/a.ts", "timeout"),
    one("lib/engine/key.ts", "survived", 7),
    one("lib/engine/key.ts", "survived", 8),
    one("experiments/mnist/a.ts", "killed", 7),
  ];
  const equivalents = [{
    ...{ file: "lib/engine/key.ts", mutator: "EqualityOperator", replacement: "i >= 0" },
    ...{ text: "for (let i = n; i > 0; i--) s += i;", reason: "adding 0 changes nothing" },
  }];
  const lineOf = ({ line }: Mutant): string => line === 7 ? "  for (let i = n; i > 0; i--) s += i;" : "other";
  const report = reportOf(all, equivalents, lineOf, { commit: "abc", seed: 3, population: 99 });
  assertEquals(report.rooms, {
    experiments: { judged: 1, killed: 1, survived: 0, equivalent: 0 },
    "lib/engine": { judged: 4, killed: 2, survived: 1, equivalent: 1 },
  });
  assertEquals([report.judged, report.killed, report.rejected], [5, 3, 3 / 4]);
  assertEquals(report.survivors.map(({ line }) => line), [8]);
  const page = reportPage(report);
  assertStringIncludes(
    page,
    "Of 5 faults of one place, tests rejected 3: 75.0% of those that are not equivalent (1 are).",
  );
  assertStringIncludes(page, "adding 0 changes nothing");
});
