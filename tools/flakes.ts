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
import { laws } from "../properties/laws/mod.ts";
import { drawingTests, type RunTests, runTests, testFlakes } from "./flakes/tests.ts";

const SEEDS = "Seeds";
const optionsOf = (ids: readonly string[]) => ({
  seeds: option(SEEDS, whole(1), 1000, "how many seeds"),
  first: option(SEEDS, whole(0), 0, "the first of them"),
  law: optional("What is run", someOf(ids), "only these laws"),
  tests: toggle(
    "What is run",
    "not the laws, but all tests that draw anything, each seed being that of the suite",
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
  ],
  notes: [[
    "Exit",
    "0 if nothing failed, 1 if something did, 2 if the command line asks for what there is not.",
  ]],
});

/** Runs tests with seeds of the suite. @returns the exit status */
async function ofTests(
  seeds: readonly [number, number],
  { print, runTests }: Pick<FlakesContext, "print"> & { readonly runTests: RunTests },
): Promise<0 | 1> {
  const files = drawingTests([
    "lib",
    "figure",
    "audit",
    "properties",
    "experiments",
    "bench",
    "tools",
    "docs",
  ]);
  print(`${files.length} files of tests draw by the seed of the suite`);
  let passed = 0;
  const counts = await testFlakes(files, seeds, runTests, (found) => {
    passed += found.passed;
    for (const name of found.failed) print(`seed ${found.seed}: ${name}`);
  });
  const failures = [...counts.values()].reduce((sum, count) => sum + count, 0);
  for (const [name, count] of counts) print(`${count} of ${seeds[1] - seeds[0]} seeds: ${name}`);
  print(`${seeds[1] - seeds[0]} seeds: ${passed} passed, ${failures} failed`);
  return failures === 0 ? 0 : 1;
}

/** Runs the seeds as arguments ask. @returns the exit status */
export async function flakesStatus(
  args: readonly string[],
  laws: readonly Pick<Law, "id" | "needs">[],
  context: FlakesContext & { readonly runTests: RunTests },
): Promise<0 | 1 | 2> {
  const ids = laws.filter((law) => !isOfTrainedModels(law)).map(({ id }) => id);
  try {
    const parsed = parseCommand(commandOf(ids), args);
    if (parsed.help !== null) {
      context.print(parsed.help.trimEnd());
      return 0;
    }
    const { seeds, first, law, threads, tests } = parsed.values;
    if (tests) {
      if (law !== null) throw new UsageError("--tests runs no law, so that --law has no place beside it");
      return await ofTests([first, first + seeds], context);
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
