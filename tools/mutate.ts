/**
 * `deno task mutate`: faults of one place in a copy of the sources, one at a time, and which share of them tests reject.
 *
 * @module
 */

import { exitStatus } from "../experiments/runner/command.ts";
import { option, parseCommand, path, someOf, UsageError, whole } from "../experiments/runner/options.ts";
import { writeErr, writeOut } from "../experiments/runner/progress.ts";
import project from "../deno.json" with { type: "json" };
import { key, permutation } from "../lib/engine/key.ts";
import { importGraph } from "./import_graph.ts";
import equivalents from "./mutate/equivalent.json" with { type: "json" };
import { judge, type Judged, type Runner, runTests, testsOf } from "./mutate/judge.ts";
import { type Mutant, mutantsOf } from "./mutate/mutants.ts";
import { reportOf, reportPage } from "./mutate/report.ts";
import { childCommand } from "./process.ts";

const SAMPLE = "Sample", FILES = "Files";
const COMMAND = {
  task: "mutate",
  about:
    "Puts faults of one place into a copy of the sources, one at a time, runs the nearest tests, then the others, " +
    "and reports which share was rejected. What was judged at a commit with a seed is kept, and not judged again.",
  options: {
    sample: option(SAMPLE, whole(1), 20, "how many faults"),
    seed: option(SAMPLE, whole(0), 0, "which faults"),
    only: option(
      SAMPLE,
      someOf(["lib", "properties", "experiments"]),
      ["lib", "properties", "experiments"],
      "folders",
    ),
    limit: option(SAMPLE, whole(1), 900, "seconds after which a group of tests counts as endless"),
    jobs: option(
      SAMPLE,
      whole(1, navigator.hardwareConcurrency),
      1,
      "faults at a time, each in a copy of its own",
    ),
    out: option(FILES, path("a folder"), "docs", "where mutation.json and mutation.md go"),
  },
  examples: [
    ["--sample 600 --seed 1", "the figure, in hours"],
    ["--only lib --sample 5", "a few faults in lib/"],
  ],
  notes: [["Exit", "0 if at least 95% of the faults that are not equivalent were rejected, otherwise 1."]],
} as const;

/** The least share of faults that tests must reject. */
const REQUIRED = 0.95;
const WORK = ".test/mutate";
/** Sources that are written by programs, and pages of tests of the laws' own machinery. */
const GENERATED = /^lib\/(embedded\/|engine\/kernels\/arguments\.ts$)/;
const COUNTED = /^(lib|properties\/gate|experiments)\/.*(?<!_test)\.tsx?$/;

const text = async (program: string, ...args: string[]): Promise<string> => {
  const { success, stdout, stderr } = await childCommand(program, { args }).output();
  if (!success) {
    throw new UsageError(`${program} ${args[0]}: ${new TextDecoder().decode(stderr).split("\n")[0]}`);
  }
  return new TextDecoder().decode(stdout).trim();
};

/** The files that git keeps, copied. */
async function copyTo(folder: string, files: readonly string[]): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  for (const file of files) {
    await Deno.mkdir(`${folder}/${file.split("/").slice(0, -1).join("/")}`, { recursive: true });
    await Deno.copyFile(file, `${folder}/${file}`);
  }
  await Deno.mkdir(`${folder}/.test`, { recursive: true });
}

/** A sample by a seed: the first of all mutants in an order that depends on the seed alone. */
async function sampleOf(files: readonly string[], seed: number, count: number): Promise<[Mutant[], number]> {
  const all: Mutant[] = [];
  for (const file of files) all.push(...await mutantsOf(file, await Deno.readTextFile(file)));
  return [[...permutation(key(seed), all.length)].slice(0, count).map((i) => all[i]!), all.length];
}

const same = (a: Mutant, b: Mutant): boolean =>
  a.file === b.file && a.line === b.line && a.column === b.column && a.mutator === b.mutator &&
  a.replacement === b.replacement;

async function work(args: readonly string[]): Promise<number> {
  const { help, values } = { values: null, ...parseCommand(COMMAND, args) };
  if (help !== null) return writeOut(help), 0;
  const { sample, seed, only, limit, jobs, out } = values!;
  const changed = await text("git", "status", "--porcelain");
  if (changed !== "") {
    throw new UsageError(
      "mutate: the working tree must be as the commit has it, but git status names changes",
    );
  }
  const commit = await text("git", "rev-parse", "--short", "HEAD");
  const files = (await text("git", "ls-files", "-z")).split("\0").filter((file) => file !== "");
  const sources = files.filter((file) =>
    COUNTED.test(file) && !GENERATED.test(file) && only.some((folder) => file.startsWith(`${folder}/`))
  );
  const tests = files.filter((file) => /_test\.tsx?$/.test(file));
  const [mutants, population] = await sampleOf(sources, seed, sample);
  const kept = `${WORK}/${commit}.jsonl`;
  await Deno.mkdir(WORK, { recursive: true });
  const before = await Deno.readTextFile(kept).catch(() => "");
  const known: Judged[] = before.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  const [deno, ...flags] = project.tasks.test.command.split(" ").filter((flag) => flag !== "--doc");
  const runnerOf = (copy: string): Runner => ({
    copy,
    args: [...flags, "--no-check", "--fail-fast"],
    limit,
    deno: deno!,
  });
  const graph = await importGraph();
  const judged: Judged[] = mutants.flatMap((mutant) => known.find((one) => same(one, mutant)) ?? []);
  const left = mutants.filter((mutant) => !judged.some((one) => same(one, mutant)));
  writeErr(
    `mutate: ${mutants.length} of ${population} mutants of ${sources.length} files; ${judged.length} were judged before\n`,
  );
  const copies = Array.from({ length: Math.min(jobs, left.length) }, (_, i) => `${WORK}/copy${i}`);
  for (const copy of copies) await copyTo(copy, files);
  if (known.length === 0 && copies.length > 0) {
    const verdict = await runTests(runnerOf(copies[0]!), tests);
    if (verdict !== "survived") {
      throw new UsageError("all tests must pass without a fault, but one fails; run deno task test");
    }
  }
  let next = 0;
  await Promise.all(copies.map(async (copy) => {
    while (next < left.length) {
      const mutant = left[next++]!;
      const found = await judge(mutant, testsOf(mutant.file, graph, tests), runnerOf(copy));
      judged.push(found);
      await Deno.writeTextFile(kept, `${JSON.stringify(found)}\n`, { append: true });
      writeErr(
        `${judged.length}/${mutants.length} ${found.verdict} ${found.file}:${found.line}:${found.column} ${found.mutator} ${found.seconds} s\n`,
      );
    }
  }));
  const lines = new Map<string, string[]>();
  for (const { file } of judged) {
    lines.set(file, lines.get(file) ?? (await Deno.readTextFile(file)).split("\n"));
  }
  const report = reportOf(judged, equivalents, ({ file, line }) => lines.get(file)![line - 1]!, {
    commit,
    seed,
    population,
  });
  for (
    const [name, content] of [["mutation.json", `${JSON.stringify(report, null, 2)}\n`], [
      "mutation.md",
      reportPage(report),
    ]]
  ) {
    await Deno.writeTextFile(`${out}/${name}.part`, content!);
    await Deno.rename(`${out}/${name}.part`, `${out}/${name}`);
  }
  writeOut(reportPage(report));
  return report.rejected >= REQUIRED ? 0 : 1;
}

if (import.meta.main) Deno.exit(await exitStatus("mutate", () => work(Deno.args)));
