/**
 * A sweep: runs of a study with all combinations of some options, and with several seeds. Each run is a part.
 *
 * @module
 */

import * as v from "valibot";
import { finite, sha256 } from "../../properties/contract/run.ts";
import { ENGINES, exitStatus, runStudy } from "../runner/command.ts";
import {
  type Command,
  oneOf,
  option,
  optional,
  type OptionTable,
  parseCommand,
  path,
  toggle,
  UsageError,
  type Values,
  whole,
} from "../runner/options.ts";
import { askForData } from "../runner/permissions.ts";
import { writeErr, writeOut } from "../runner/progress.ts";
import { type CommonOptions, study } from "../runner/study.ts";
import { runsOf, sweep, type SweepFile } from "./file.ts";

const NEEDS_FILE = "a sweep needs its file: deno task sweep FILE.json (docs/grid.md)";

const OPTIONS = {
  grid: optional("What is swept", sweep, "the study, its options, lists of values to combine, and seeds"),
  data: optional(
    "Data",
    path("a folder or a file"),
    "the images of all runs (default: those that the file names)",
  ),
} as const;

/** What is kept of a run. */
const sweptResult = v.strictObject({
  /** The name of the run. */
  run: v.string(),
  /** Its key numbers; none if it was stopped, or too few of its parts came to results. */
  numbers: v.record(v.string(), finite),
  /** Parts that failed or were stopped, with the reason. */
  failed: v.array(v.strictObject({ name: v.string(), reason: v.string() })),
  /** The SHA-256 of its data; null where the study makes its own. */
  data: v.nullable(sha256),
});
/** What is kept of a run. */
export type SweptResult = v.InferOutput<typeof sweptResult>;

/** The options of a sweep. */
export type SweepOptions = { readonly grid: SweepFile; readonly data: string | null };

/** @throws UsageError for a file that is missing or of no use, or a seed beside it */
function resolve(values: Values<typeof OPTIONS> & CommonOptions, given: ReadonlySet<string>): SweepOptions {
  const { grid, data, quick, seed } = values;
  if (grid === null) {
    throw new UsageError(NEEDS_FILE);
  }
  if (given.has("seed") || seed !== 0) {
    throw new UsageError("--seed has no meaning with a sweep, whose file has its seeds: leave it out");
  }
  runsOf(grid, { quick, data });
  return { grid, data };
}

/** The study. */
export const sweepStudy = study({
  name: "sweep",
  title: "Sweep",
  question: "What are the key numbers of a study with each combination of some options, and over seeds?",
  about: "Runs a study with every combination of some options, which a file lists, and with several seeds.",
  options: OPTIONS,
  examples: [
    ["docs/grid/betas.json --quick", "a look at the example"],
    ["docs/grid/betas.json --part 2/8", "an eighth of its runs, in a folder that others share"],
    [
      "docs/grid/betas.json --plan 16",
      "what it would take on 16 machines, and what breaks first (--plan 1 --help)",
    ],
    ["--resume runs/sweep-seed0-grid-betas", "go on"],
  ],
  resolve,
  result: sweptResult,
  prepare: async (options) => (await import("./runs.ts")).prepare(options),
});

/** The options of a plan. */
const PLAN = {
  task: "sweep",
  about: "Says what a sweep would take, from a few runs that are timed and a simulation; nothing is written.",
  options: {
    ...OPTIONS,
    plan: option("Plan", whole(1, 10_000), 1, "machines, each with one process"),
    timed: option("Plan", whole(1, 100), 3, "settings of which a small run is timed, evenly spread"),
    quick: toggle("Plan", "plan quick runs"),
    engine: option("Plan", oneOf(ENGINES), "auto", "what computes"),
    threads: optional(
      "Plan",
      whole(1, navigator.hardwareConcurrency),
      "threads that compute (default: all cores)",
    ),
  },
  examples: [["docs/grid/betas.json --plan 16", "on 16 machines"]],
} satisfies Command<OptionTable>;

/** Prints the plan that arguments ask for. @returns the exit status */
async function printPlan(args: readonly string[]): Promise<number> {
  const parsed = parseCommand(PLAN, args);
  if (parsed.help !== null) return writeOut(parsed.help), 0;
  const { grid, data, plan: machines, ...how } = parsed.values;
  if (grid === null) throw new UsageError(NEEDS_FILE);
  if (data !== null) await askForData("sweep", data, args);
  const { plan } = await import("./plan.ts");
  const lines = await plan({ ...how, file: grid, data, machines }, (line) => writeErr(`${line}\n`));
  for (const line of lines) writeOut(`${line}\n`);
  return 0;
}

/** The arguments, where a file that stands first is the value of --grid. */
export function argumentsOf(args: readonly string[]): string[] {
  const [file, ...rest] = args;
  return file === undefined || file.startsWith("-") ? [...args] : ["--grid", file, ...rest];
}

if (import.meta.main) {
  const args = argumentsOf(Deno.args);
  const plans = args.some((arg) => /^--(plan|timed)(=|$)/.test(arg));
  if (plans) Deno.exit(await exitStatus("sweep", () => printPlan(args)));
  await runStudy(sweepStudy, args);
}
