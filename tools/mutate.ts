/**
 * `deno task mutate`: faults of one place in a copy of the sources, and which share of them tests reject.
 *
 * @module
 */

import { exitStatus } from "../experiments/runner/command.ts";
import {
  option,
  optional,
  parseCommand,
  path,
  someOf,
  toggle,
  UsageError,
  whole,
} from "../experiments/runner/options.ts";
import { writeErr, writeOut } from "../experiments/runner/progress.ts";
import project from "../deno.json" with { type: "json" };
import { key, permutation } from "../lib/engine/key.ts";
import { importGraph } from "./import_graph.ts";
import equivalents from "./mutate/equivalent.json" with { type: "json" };
import {
  alone,
  byCost,
  byHalves,
  farther,
  first,
  GATE,
  groups,
  type Judged,
  type Suite,
  together,
  withFaults,
} from "./mutate/judge.ts";
import { type Mutant, mutantsOf, mutated } from "./mutate/mutants.ts";
import { linesOfAll, reaches } from "./mutate/reached.ts";
import {
  type Equivalent,
  found,
  identity,
  type MutationReport,
  reportOf,
  reportPage,
} from "./mutate/report.ts";
import { endAll, type Runner, runTests, secondsIn } from "./mutate/tests.ts";
import { childCommand } from "./process.ts";

const SAMPLE = "Faults", TESTS = "Tests", FILES = "Files";
const FOLDERS = ["lib", "properties", "experiments"] as const;
/** `deno task mutate`. */
export const COMMAND = {
  task: "mutate",
  about:
    "Puts faults of one place into a copy of the sources, runs the nearest tests on each, then all tests on those that are left " +
    "together, and reports which share was rejected. What was judged at a commit is kept, and not judged again there; at " +
    "another commit what rejected a fault is tried first.",
  options: {
    sample: option(SAMPLE, whole(1), 20, "how many faults"),
    seed: option(SAMPLE, whole(0), 0, "which faults"),
    only: option(SAMPLE, someOf(FOLDERS), FOLDERS, "folders"),
    faults: optional(SAMPLE, path("a file"), "faults of one's own in place of a sample: a list in JSON"),
    again: toggle(SAMPLE, "those that mutation.json says survived, in place of a sample"),
    nearest: toggle(TESTS, "only the nearest six files of tests of each fault"),
    within: optional(
      TESTS,
      whole(1),
      "in place of all tests: the nearest of each fault that together take so many seconds",
    ),
    gate: toggle(TESTS, "the gate, too, for faults that all tests let through"),
    times: optional(
      TESTS,
      path("a file"),
      "what deno test --parallel printed, in place of a run without a fault",
    ),
    jobs: option(
      TESTS,
      whole(1, navigator.hardwareConcurrency),
      1,
      "faults at a time, each in a copy of its own",
    ),
    out: optional(
      FILES,
      path("a folder"),
      "where mutation.json and mutation.md go (default: docs, but with --nearest or --faults nowhere)",
    ),
  },
  examples: [
    ["--sample 600 --seed 1 --gate", "the figure, in two hours on two cores"],
    ["--nearest --sample 20", "a few faults, in a minute or two"],
  ],
  notes: [
    ["A list", "[{ file, line, column, mutator, original, replacement }], lines and columns from 1."],
    [
      "Exit",
      "0 if at least 95% of the faults that are not equivalent were rejected or with --nearest, otherwise 1.",
    ],
  ],
} as const;

/** The least share of faults that tests must reject. */
const REQUIRED = 0.95;
const DOCS = "docs";
const WORK = ".test/mutate";
/** Copies have short paths: a browser's socket, which their tests open, has at most 108 bytes. */
const COPIES = ".test";
/** Sources that are written by programs. */
const GENERATED = /^lib\/(embedded\/|engine\/kernels\/arguments\.ts$)/;
const COUNTED = /^(lib|properties\/gate|experiments)\/.*(?<!_test)\.tsx?$/;
/** The longest time of all tests, and of the gate, in seconds. */
const ALL = 3600;

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

/** A list of faults, each of which must be where it says. */
async function listed(file: string): Promise<Mutant[]> {
  const faults: Mutant[] = JSON.parse(await Deno.readTextFile(file));
  for (const fault of faults) mutated(await Deno.readTextFile(fault.file), fault);
  return faults;
}

/** What survived at another commit, where it stands in this one. */
async function survivorsOf({ survivors, equivalents }: MutationReport): Promise<Mutant[]> {
  const all: Mutant[] = [];
  for (const one of [...survivors, ...equivalents]) {
    const mutant = found(one, (await Deno.readTextFile(one.file).catch(() => "")).split("\n"));
    if (mutant) all.push(mutant);
  }
  return all;
}

/** A fault that was judged at some commit. */
interface Kept {
  readonly commit: string;
  readonly id: string;
  /** The seconds of its nearest tests that it was tried by: none for six files, null for all tests. */
  readonly within?: number | null;
  readonly judged: Judged;
}

const triedWithin = ({ within = 0 }: Kept): number => within ?? Infinity;

/** What was judged; a line that was cut off is left out. */
async function readKept(file: string): Promise<Kept[]> {
  const lines = (await Deno.readTextFile(file).catch(() => "")).split("\n");
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

/** @param copies folders of copies are put here */
async function work(args: readonly string[], copies: string[]): Promise<number> {
  const { help, values } = { values: null, ...parseCommand(COMMAND, args) };
  if (help !== null) return writeOut(help), 0;
  const { sample, seed, only, faults, again, nearest, within, gate, times, jobs, out } = values!;
  if (nearest && within !== null) throw new UsageError("--nearest and --within exclude each other");
  const changed = await text("git", "status", "--porcelain");
  if (changed !== "") {
    throw new UsageError("the working tree must be as the commit has it, but git status names changes");
  }
  const commit = await text("git", "rev-parse", "--short", "HEAD");
  const files = (await text("git", "ls-files", "-z")).split("\0").filter((file) => file !== "");
  const sources = files.filter((file) =>
    COUNTED.test(file) && !GENERATED.test(file) && only.some((folder) => file.startsWith(`${folder}/`))
  );
  const tests = files.filter((file) => /_test\.tsx?$/.test(file));
  const before: MutationReport | null = again
    ? JSON.parse(await Deno.readTextFile(`${out ?? DOCS}/mutation.json`))
    : null;
  const [mutants, population] = before
    ? [await survivorsOf(before), before.population]
    : faults === null
    ? await sampleOf(sources, seed, sample)
    : await listed(faults).then((list): [Mutant[], number] => [list, list.length]);
  const contents = new Map<string, string[]>();
  for (const { file } of mutants) contents.set(file, (await Deno.readTextFile(file)).split("\n"));
  const idOf = (mutant: Mutant): string => identity(mutant, contents.get(mutant.file)!);

  const file = `${WORK}/judged.jsonl`;
  await Deno.mkdir(WORK, { recursive: true });
  const known = Map.groupBy(await readKept(file), ({ id }) => id);
  const judged: Judged[] = [], left: Mutant[] = [], killers = new Map<Mutant, readonly string[]>();
  // What the nearest tests let through.
  const survived: Mutant[] = [];
  for (const mutant of mutants) {
    const all = known.get(idOf(mutant)) ?? [];
    const here = all.findLast((one) => one.commit === commit);
    if (here) {
      if (!nearest && triedWithin(here) < (within ?? Infinity) && here.judged.verdict === "survived") {
        survived.push(mutant);
      } else judged.push({ ...here.judged, ...mutant });
      continue;
    }
    left.push(mutant);
    const by = all.findLast((one) => one.judged.verdict === "killed")?.judged.by ?? [];
    killers.set(mutant, by.filter((test) => tests.includes(test)));
  }
  const [deno, ...flags] = project.tasks.test.command.split(" ").filter((flag) =>
    flag !== "--doc" && flag !== "--parallel"
  );
  const runnerOf = (copy: string): Runner => ({ copy, args: [...flags, "--no-check"], deno: deno! });
  writeErr(
    `mutate: ${mutants.length} of ${population} faults of ${sources.length} files; ${judged.length} were judged before\n`,
  );
  copies.push(
    ...Array.from({ length: Math.min(jobs, left.length + survived.length) }, (_, i) => `${COPIES}/${i}`),
  );
  for (const copy of copies) await copyTo(copy, files);

  const timesFile = `${WORK}/${commit}.txt`;
  let printed = await Deno.readTextFile(times ?? timesFile).catch(() => "");
  if (printed === "" && !nearest && copies.length > 0) {
    const outcome = await runTests(runnerOf(copies[0]!), tests, ALL, ["--parallel"]);
    if (outcome.end !== "passed") {
      throw new UsageError(
        `all tests must pass without a fault, but: ${[outcome.end, ...outcome.failed].join(", ")}`,
      );
    }
    printed = outcome.printed!;
    await Deno.writeTextFile(timesFile, printed);
  }
  const suite: Suite = { graph: await importGraph(), tests, seconds: secondsIn(printed) };
  // Tests that fail without a fault would reject all of them.
  const used = [...new Set(left.flatMap(({ file }) => first(file, suite)))];
  if (nearest && used.length > 0) {
    const outcome = await runTests(runnerOf(copies[0]!), used, ALL, ["--parallel"]);
    if (outcome.end !== "passed") {
      throw new UsageError(
        `the nearest tests must pass without a fault, but: ${[outcome.end, ...outcome.failed].join(", ")}`,
      );
    }
  }
  const write = (one: Judged, within: number | null): Promise<void> => {
    const kept: Kept = { commit, id: idOf(one), within, judged: one };
    return Deno.writeTextFile(file, `${JSON.stringify(kept)}\n`, { append: true });
  };
  const keep = async (one: Judged): Promise<void> => {
    judged.push(one);
    await write(one, nearest ? 0 : within);
    const { verdict, line, column, mutator, by, seconds } = one;
    writeErr(
      `${judged.length}/${mutants.length} ${verdict} ${one.file}:${line}:${column} ${mutator} ${seconds} s ${
        by[0] ?? ""
      }\n`,
    );
  };

  const queue = [...left];
  await Promise.all(copies.map(async (copy) => {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const runner = runnerOf(copy);
      const stages = [killers.get(mutant)!, first(mutant.file, suite)].filter((some) => some.length > 0);
      let one = await alone(mutant, [], suite, runner);
      for (const stage of stages) {
        if (one.verdict === "survived") one = await alone(mutant, stage, suite, runner);
      }
      if (one.verdict !== "survived" || nearest) await keep(one);
      else {
        survived.push(mutant);
        await write(one, 0);
        writeErr(
          `left: ${mutant.file}:${mutant.line}:${mutant.column} ${mutant.original} → ${mutant.replacement}\n`,
        );
      }
    }
  }));
  if (survived.length > 0 && within !== null) {
    await Promise.all(copies.map(async (copy) => {
      for (let fault = survived.shift(); fault; fault = survived.shift()) {
        await keep(await alone(fault, farther(fault.file, suite, within), suite, runnerOf(copy)));
      }
    }));
  }
  if (survived.length > 0) {
    const runners = copies.map(runnerOf), runner = runners[0]!;
    const lines = await linesOfAll(runners, suite);
    const reaching: Suite = {
      ...suite,
      reaches: (test, fault) => {
        const known = lines.get(test);
        return known === undefined || reaches(known, fault);
      },
    };
    const through: Judged[] = [];
    const tell = async (one: Judged): Promise<void> => {
      if (gate && one.verdict === "survived") through.push(one);
      else await keep(one);
    };
    const { cheap, dear } = byCost(survived, reaching);
    writeErr(
      `${lines.size} of ${tests.length} files of tests say which lines they run; ${cheap.length} faults are tried alone ` +
        `by the tests that run their lines, ${dear.length} together\n`,
    );
    await Promise.all(runners.map(async (runner) => {
      for (let next = cheap.shift(); next; next = cheap.shift()) {
        await tell(await alone(next.fault, next.tests, suite, runner));
      }
    }));
    const all = (some: readonly Mutant[], theirs: readonly string[]) => {
      const limit = 600 + theirs.reduce((sum, test) => sum + (suite.seconds.get(test) ?? 0), 0);
      return withFaults(runner.copy, some, () => runTests(runner, theirs, limit, ["--parallel"]));
    };
    for (const group of groups(dear)) await together(group, reaching, runners, all, tell);
    // `gate`, in the copy, with what the task grants.
    const accepts = (some: readonly Mutant[]): Promise<boolean> =>
      withFaults(
        runner.copy,
        some,
        async () => (await runTests({ ...runner, args: ["task", "gate"] }, [], ALL)).end === "passed",
      );
    const rejected: Mutant[] = [];
    for (const group of groups(through)) rejected.push(...await byHalves(group, accepts));
    for (const one of through) {
      await keep(rejected.includes(one) ? { ...one, verdict: "killed", by: [GATE] } : one);
    }
  }

  const report = reportOf(judged, equivalents as readonly Equivalent[], (name) => contents.get(name)!, {
    commit,
    seed: before?.seed ?? seed,
    population,
    within: nearest ? 0 : within,
  }, before);
  const folder = out ?? (faults === null && !nearest ? DOCS : null);
  if (folder !== null) {
    const pages = [["mutation.json", `${JSON.stringify(report, null, 2)}\n`], [
      "mutation.md",
      reportPage(report),
    ]];
    for (const [name, content] of pages) {
      await Deno.writeTextFile(`${folder}/${name}.part`, content!);
      await Deno.rename(`${folder}/${name}.part`, `${folder}/${name}`);
    }
  }
  writeOut(reportPage(report));
  return nearest || report.rejected >= REQUIRED ? 0 : 1;
}

if (import.meta.main) {
  const copies: string[] = [];
  // Copies that are left would be checked and linted with the sources, however this ends.
  const removeCopies = async (): Promise<void> => {
    for (const copy of copies) await Deno.remove(copy, { recursive: true }).catch(() => {});
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, async () => {
      endAll();
      await removeCopies();
      Deno.exit(130);
    });
  }
  const status = await exitStatus("mutate", () => work(Deno.args, copies));
  await removeCopies();
  Deno.exit(status);
}
