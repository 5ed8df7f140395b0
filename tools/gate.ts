/**
 * `deno task gate`: every law on the oracle, on the library with every engine, on trained models, and on the faults that
 * it must reject.
 *
 * @module
 */

import * as v from "valibot";
import {
  type Command,
  type Kind,
  oneOf,
  option,
  optional,
  parseCommand,
  path,
  someOf,
  toggle,
  UsageError,
  type Values,
  whole,
} from "../experiments/runner/options.ts";
import { writeErr, writeOut } from "../experiments/runner/progress.ts";
import { ask } from "../experiments/runner/permissions.ts";
import { DataError } from "../lib/data/error.ts";
import { catalogue } from "../properties/gate/catalogue.ts";
import { candidates, inProcess, TRAINED } from "../properties/gate/candidates.ts";
import { openEvidenceFolder } from "../properties/gate/files.ts";
import {
  defaultSeed,
  FORMATS,
  gate,
  type GateContext,
  type GateOptions,
  replay,
} from "../properties/gate/gate.ts";
import { faultsInWorker, inWorker } from "../properties/gate/worker.ts";
import { findRuns } from "../properties/gate/runs_folder.ts";
import { laws } from "../properties/laws/mod.ts";
import { defaultCases, parseReplay, type Replay } from "../properties/contract/replay.ts";
import { isOfTrainedModels } from "../properties/laws/all.ts";
import { mutants } from "../properties/mutants/mod.ts";

/** What there is to choose from. */
interface Choices {
  readonly laws: readonly string[];
  /** Those of them that are about trained models, to which the candidate of that name is held and no other. */
  readonly trainedLaws: readonly string[];
  readonly engines: readonly string[];
}

const token: Kind<string> = {
  placeholder: "TOKEN",
  what: "a token that a failure printed",
  schema: v.pipe(v.string(), v.minLength(1)),
  fromText: (text) => text,
};

const WHAT = "What is run", CASES = "Cases", FILES = "Files", SITTING = "This sitting";
/** The options of `deno task gate`. */
export const optionsOf = ({ laws, engines }: Choices) => ({
  law: optional(WHAT, someOf(laws), "only these laws"),
  engine: optional(WHAT, someOf(engines), "only these"),
  runs: optional(
    WHAT,
    path("a folder"),
    "hold laws on trained models to the complete runs in this folder, each by itself; without any of a study, to a " +
      "short training",
  ),
  cases: option(CASES, whole(1), defaultCases, "cases per clause"),
  seed: option(CASES, whole(0), defaultSeed, "the seed of all cases"),
  varySeed: toggle(CASES, "another seed each time; it is printed"),
  replay: optional(CASES, token, "run exactly one case again, as a failure printed it; with --law"),
  format: option(FILES, oneOf(FORMATS), "text", "what is printed"),
  out: option(FILES, path("a folder"), "evidence", "where to write"),
  threads: optional(
    SITTING,
    whole(1, navigator.hardwareConcurrency),
    "each engine has so many threads, and so many engines run at once (default: as many as there are cores)",
  ),
});

const commandOf = (choices: Choices): Command<ReturnType<typeof optionsOf>> => ({
  task: "gate",
  about:
    "Holds the oracle, the library on every engine, and trained models to every law, and every law to its planted faults. " +
    "Writes evidence.json, evidence.md, junit.xml, index.html and badge.svg.",
  options: optionsOf(choices),
  examples: [
    ["", "all of it"],
    ["--law G1,G3 --engine oracle,wasm", "two laws, in a few seconds"],
    ["--runs runs --engine trained", "laws on trained models, held to the runs in runs/"],
  ],
  notes: [[
    "Exit",
    "0 if every verdict is the expected one and every fault is rejected; 1 if not, with a line for each problem; 2 if the " +
    "command line asks for what there is not.",
  ]],
});

/** What the gate is asked to do. @throws UsageError for values of no use together */
function gateOptions(
  { law, engine, varySeed, replay: again, ...values }: Values<ReturnType<typeof optionsOf>>,
  given: ReadonlySet<string>,
  choices: Choices,
): GateOptions {
  if (varySeed && given.has("seed")) {
    throw new UsageError(
      "--seed says which seed, --vary-seed that it is to be another each time: give one of them",
    );
  }
  const replay = again === null ? null : replayOf(again, law, choices);
  const engines = choices.engines.filter((name) => engine?.includes(name) ?? true);
  const laws = choices.laws.filter((id) =>
    // Which law is run is a matter of the engines that were asked for, unless it was asked for itself.
    law?.includes(id) ?? (engine === null || concerns(id, engines, choices))
  );
  return {
    ...values,
    laws,
    engines: replay === null ? engines : [replay.engine],
    complete: laws.length === choices.laws.length && engines.length === choices.engines.length,
    seed: varySeed ? crypto.getRandomValues(new Uint32Array(1))[0]! : values.seed,
    replay,
  };
}

/** Whether a law says something about one of the engines. */
const concerns = (law: string, engines: readonly string[], { trainedLaws }: Choices): boolean =>
  engines.some((engine) => (engine === TRAINED) === trainedLaws.includes(law));

function replayOf(text: string, law: readonly string[] | null, { engines }: Choices): Replay {
  if (law?.length !== 1) throw new UsageError("--replay takes the law that failed: --law ID --replay TOKEN");
  const replay = usage(() => parseReplay(text));
  if (engines.includes(replay.engine)) return replay;
  throw new UsageError(`--replay: there is no engine ${replay.engine}; there are ${engines.join(", ")}`);
}

/** A value, or a RangeError as a usage error. */
function usage<T>(value: () => T): T {
  try {
    return value();
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/**
 * Runs the gate as arguments ask.
 *
 * @returns 0: the gate accepts; 1: it rejects; 2: the command line asks for what there is not
 */
export async function gateStatus(args: readonly string[], context: GateContext): Promise<0 | 1 | 2> {
  const choices = {
    laws: context.laws.map(({ id }) => id),
    trainedLaws: context.laws.filter(isOfTrainedModels).map(({ id }) => id),
    engines: context.runners.map(({ name }) => name),
  };
  try {
    const parsed = parseCommand(commandOf(choices), args);
    if (parsed.help !== null) {
      context.print(parsed.help.trimEnd());
      return 0;
    }
    const { replay: again, ...options } = gateOptions(parsed.values, parsed.given, choices);
    if (again === null) return await gate({ ...options, replay: null }, context);
    return await replay({ ...options, replay: again }, context).catch((error: unknown) =>
      usage(() => {
        throw error;
      })
    );
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof DataError)) throw error;
    context.remark(`gate: ${error.message}`);
    if (error instanceof UsageError) context.remark("gate: --help says more");
    return 2;
  }
}

if (import.meta.main) {
  const worker = new URL("./gate_worker.ts", import.meta.url);
  const training = async (seed: number) => (await import("./short_training.ts")).shortTraining(seed);
  const status = await gateStatus(Deno.args, {
    laws,
    catalogue,
    // Deno 2.9.6 panics when a worker that used WebGPU ends (wgpu-hal, gles/egl.rs), so that engine runs here.
    runners: candidates(training).map((candidate) =>
      candidate.name === "webgpu" ? inProcess(candidate, laws) : inWorker(worker, candidate)
    ),
    mutants,
    faults: faultsInWorker(worker),
    atOnce: navigator.hardwareConcurrency,
    print: (text) => writeOut(`${text}\n`),
    remark: (text) => writeErr(`${text}\n`),
    findRuns: async (folder) => {
      await ask("gate", ["read"], folder, "--runs");
      return await findRuns(folder);
    },
    open: async (folder) => {
      await ask("gate", ["read", "write"], folder, "--out");
      return await openEvidenceFolder(folder);
    },
  });
  Deno.exit(status);
}
