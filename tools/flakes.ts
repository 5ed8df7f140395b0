/**
 * `deno task flakes`: how often the laws fail by chance.
 *
 * @module
 */

import { writeErr, writeOut } from "../experiments/runner/progress.ts";
import {
  type Command,
  option,
  optional,
  parseCommand,
  path,
  someOf,
  toggle,
  UsageError,
  whole,
} from "../experiments/runner/options.ts";
import { EngineError } from "../lib/engine/engine_error.ts";
import { defaultThreads } from "../lib/engine/thread_count.ts";
import type { Law } from "../properties/contract/law.ts";
import { flakes, type FlakesContext, runInWorkers } from "../properties/gate/flakes.ts";
import { isOfTrainedModels } from "../properties/laws/all.ts";
import { count, seconds } from "../properties/gate/text.ts";
import { laws } from "../properties/laws/mod.ts";
import {
  drawingTests,
  type FailedSeed,
  type FileFindings,
  type RunTests,
  runTests,
  type SeededTest,
  testFlakes,
  type TestsOrder,
} from "./flakes/tests.ts";

const SEEDS = "Seeds";
/** The options of `deno task flakes`, by the laws that there are. */
export const optionsOf = (ids: readonly string[]) => ({
  seeds: option(SEEDS, whole(1), 1000, "how many seeds"),
  first: option(SEEDS, whole(0), 0, "the first of them"),
  law: optional("What is run", someOf(ids), "only these laws"),
  tests: toggle(
    "What is run",
    "not the laws, but all tests that draw anything, each seed being that of the suite",
  ),
  file: optional(
    "What is run",
    path("part of a path"),
    "beside --tests: only files whose path has this part",
  ),
  seconds: optional(
    "What is run",
    whole(1),
    "beside --tests: a test that took so long is given no other seed (default: 20)",
  ),
  threads: optional(
    "This sitting",
    whole(1, navigator.hardwareConcurrency),
    "run so many seeds at once (default: GRAE_THREADS, else as many as there are cores)",
  ),
});

const commandOf = (ids: readonly string[]): Command<ReturnType<typeof optionsOf>> => ({
  task: "flakes",
  about:
    "Runs the laws on the oracle and on wasm with many seeds, and reports the failures seen. A seed runs one case of " +
    "every clause: of the 100 that the gate draws with that seed, number (seed modulo 100). The laws on trained models, which " +
    "have no such cases, are not among them.",
  options: optionsOf(ids),
  examples: [
    ["", "1,000 seeds"],
    ["--law G1,G3 --seeds 100", "two laws, 100 seeds"],
    ["--tests --seeds 200", "all tests that draw anything"],
    ["--tests --seeds 200 --seconds 60", "go on with those that took 20 s"],
  ],
  notes: [[
    "Tests",
    "Each file is a process, in which each test runs with one seed after another. A test that draws nothing runs once. What " +
    "was run is kept in .test/flakes, and not run again until sources or the test change. A seed that fails is run again in a " +
    "process of its own: where it passes there, a test leaves something behind that the next one finds.",
  ], [
    "Exit",
    "0 if nothing failed, 1 if something did, 2 if the command line asks for what there is not.",
  ]],
});

/** How tests are run, and which; by default, all that draw anything. */
export interface TestsContext extends Pick<FlakesContext, "print"> {
  readonly runTests: RunTests;
  readonly files?: readonly string[];
  readonly folder?: string;
}

/** Runs tests with seeds of the suite. @returns the exit status */
async function ofTests(
  files: readonly string[],
  order: TestsOrder,
  { print, runTests }: TestsContext,
): Promise<0 | 1> {
  const start = performance.now();
  print(`${count(files.length, "file")} of tests draw by the seed of the suite`);
  const all: FileFindings[] = [];
  await testFlakes(files, order, runTests, (found) => {
    all.push(found);
    print(lineOf(found));
    for (const problem of found.problems) print(`problem: ${found.file}: ${problem}`);
    for (const { file, name, failures: [first, ...more] } of found.tests) {
      if (first === undefined) continue;
      const others = more.length === 0 ? "" : `seeds ${more.map(({ seed }) => seed).join(", ")}, too\n`;
      print(
        `seed ${first.seed}: ${file}: ${name}: failed${after(first)}\n${shortened(first.error)}\n${others}`,
      );
    }
  });
  const asked = order.seeds[1] - order.seeds[0];
  const tests = all.flatMap(({ tests }) => tests);
  const sum = (value: (test: SeededTest) => number): number =>
    tests.reduce((total, test) => total + value(test), 0);
  const fewer = tests.filter(({ seeds }) => seeds < asked).sort((a, b) => a.seeds - b.seeds);
  for (const { file, name, seeds, seconds } of fewer) {
    print(`${seeds} of ${asked} seeds, ${(seconds / seeds).toFixed(1)} s each: ${file}: ${name}`);
  }
  for (const { file, name, seeds, failures } of tests.filter(({ failures }) => failures.length > 0)) {
    print(`${failures.length} of ${seeds} seeds failed: ${file}: ${name}`);
  }
  const problems = all.reduce((total, { problems }) => total + problems.length, 0);
  const failures = sum(({ failures }) => failures.length);
  print([
    `tests that draw: ${tests.length.toLocaleString("en")}, of which ${tests.length - fewer.length} with ${
      count(asked, "seed")
    }, ${fewer.length} with fewer, since a test has ${order.seconds} s`,
    `${count(all.reduce((total, { still }) => total + still, 0), "test")} beside them that draw nothing, ${
      all.reduce((total, { ignored }) => total + ignored, 0)
    } that are ignored`,
    `${count(sum(({ seeds }) => seeds), "run")} in ${seconds((performance.now() - start) / 1000)}: ${
      count(failures, "failure")
    }; the rates that tests state make ${sum(({ falseAlarms }) => falseAlarms).toPrecision(2)}`,
    count(problems, "problem"),
  ].join("\n"));
  return failures === 0 && problems === 0 && tests.length > 0 ? 0 : 1;
}

const after = ({ alone }: FailedSeed): string => alone === false ? ", but not in a process of its own" : "";

/** The first lines of an error, each as far as a terminal shows it; the record has all of it. */
function shortened(error: string): string {
  return error.split("\n").slice(0, 12).map((line) => line.slice(0, 160)).join("\n");
}

/** A file and its numbers. */
function lineOf({ file, tests, still }: FileFindings): string {
  const sum = (value: (test: SeededTest) => number): number =>
    tests.reduce((total, test) => total + value(test), 0);
  return `${file}: ${tests.length} of ${tests.length + still} tests draw, ${
    count(sum(({ seeds }) => seeds), "run")
  }, ${count(sum(({ failures }) => failures.length), "failure")}, ${seconds(sum(({ seconds }) => seconds))}`;
}

/** Runs the seeds as arguments ask. @returns the exit status */
export async function flakesStatus(
  args: readonly string[],
  laws: readonly Pick<Law, "id" | "needs">[],
  context: FlakesContext & TestsContext,
): Promise<0 | 1 | 2> {
  const ids = laws.filter((law) => !isOfTrainedModels(law)).map(({ id }) => id);
  try {
    const parsed = parseCommand(commandOf(ids), args);
    if (parsed.help !== null) {
      context.print(parsed.help.trimEnd());
      return 0;
    }
    const { seeds, first, law, threads, tests, file, seconds } = parsed.values;
    if (tests) {
      if (first + seeds > 2 ** 31) {
        throw new UsageError(
          `seeds of the suite are below 2^31, but --first and --seeds make ${first + seeds}`,
        );
      }
      if (law !== null) throw new UsageError("--tests runs no law, so that --law has no place beside it");
      const order = {
        seeds: [first, first + seeds],
        seconds: seconds ?? 20,
        threads: threads ?? defaultThreads(),
      } as const;
      const files = (context.files ?? drawingTests()).filter((path) => path.includes(file ?? ""));
      return await ofTests(files, { ...order, folder: context.folder ?? ".test/flakes" }, context);
    }
    if (seconds !== null || file !== null) {
      throw new UsageError("--seconds and --file have their place beside --tests");
    }
    return await flakes(law ?? ids, [first, first + seeds], threads ?? defaultThreads(), context);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof EngineError)) throw error;
    context.remark(`flakes: ${error.message}`);
    if (error instanceof UsageError) context.remark("flakes: --help says more");
    return 2;
  }
}

if (import.meta.main) {
  Deno.exit(
    await flakesStatus(Deno.args, laws, {
      run: runInWorkers,
      runTests,
      print: (text) => writeOut(`${text}\n`),
      remark: (text) => writeErr(`${text}\n`),
    }),
  );
}
