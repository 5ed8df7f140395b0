/**
 * `deno task gate`, with all that it needs of the world given to it.
 *
 * @module
 */

import type { Law } from "../laws/law.ts";
import type { Replay } from "../laws/run.ts";
import type { Mutant } from "../mutants/mutant.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Contestant } from "./contestant.ts";
import type { Faults } from "./fault.ts";
import { evidenceFiles } from "./files.ts";
import type { GateEvidence } from "./gate_evidence.ts";
import { help } from "./help.ts";
import { evidenceJson } from "./json.ts";
import { evidenceMarkdown } from "./markdown.ts";
import { type Format, type GateOptions, gateOptions } from "./options.ts";
import { replayCase } from "./replay.ts";
import { isOfTrainedModels } from "../laws/trained_models.ts";
import type { FoundRuns } from "./runs_folder.ts";
import { runGate } from "./run_gate.ts";
import { evidenceText, progress } from "./text.ts";
import { UsageError } from "./usage.ts";

/** What the gate runs, and where its words and files go. */
export interface World {
  readonly laws: readonly Law[];
  readonly catalogue: Catalogue;
  readonly contestants: readonly Contestant[];
  readonly mutants: readonly Mutant[];
  readonly faults: Faults;
  readonly atOnce: number;
  /** What was asked for. */
  readonly print: (text: string) => void;
  /** What happens meanwhile, and mistakes. */
  readonly remark: (text: string) => void;
  /** Reads the runs in a folder; throws a UsageError for one that cannot be read. */
  readonly findRuns: (folder: string) => Promise<FoundRuns>;
  /** Makes a folder, and keeps other gates from writing there until it is disposed of; UsageError if one does. */
  readonly lock: (folder: string) => Promise<AsyncDisposable>;
  /** Writes files into a folder, each whole or not at all. */
  readonly write: (folder: string, files: ReadonlyMap<string, string>) => Promise<void>;
}

/** 0: the gate is open. 1: it is shut. 2: the command line asks for what there is not. */
export type ExitCode = 0 | 1 | 2;

/** Runs the gate as a command line asks. */
export async function gateCommandLine(words: readonly string[], world: World): Promise<ExitCode> {
  const choices = {
    laws: world.laws.map(({ id }) => id),
    trainedLaws: world.laws.filter(isOfTrainedModels).map(({ id }) => id),
    engines: world.contestants.map(({ name }) => name),
  };
  try {
    const options = gateOptions(words, choices);
    if (options === "help") {
      world.print(help(choices));
      return 0;
    }
    return options.replay ? await replayed(options, options.replay, world) : await gate(options, world);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    world.remark(`gate: ${error.message}\ngate: --help says more`);
    return 2;
  }
}

async function gate(options: GateOptions, world: World): Promise<ExitCode> {
  // Folders that cannot be read or written are better refused now than after the run.
  const runs = await runsOf(options, world);
  await using _lock = await world.lock(options.out);
  const evidence = await runGate({
    ...world,
    laws: world.laws.filter(({ id }) => options.laws.includes(id)),
    contestants: world.contestants.filter(({ name }) => options.engines.includes(name)),
    complete: options.complete,
    plan: { seed: options.seed, cases: options.cases, ...runs, ...threadsOf(options) },
    atOnce: options.threads ?? world.atOnce,
    hear: (seen) => world.remark(progress(seen)),
  });
  await world.write(options.out, evidenceFiles(evidence));
  world.print(printed(options.format, evidence));
  if (options.format !== "text") evidence.problems.forEach((problem) => world.remark(`problem: ${problem}`));
  return evidence.ok ? 0 : 1;
}

const threadsOf = ({ threads }: GateOptions): { readonly threads?: number } =>
  threads === undefined ? {} : { threads };

/** The runs in the folder that was named, and a remark on each folder in it that is left out. */
async function runsOf({ runs }: GateOptions, world: World): Promise<{ readonly runs?: FoundRuns }> {
  if (runs === undefined) return {};
  const found = await world.findRuns(runs);
  found.leftOut.forEach((line) => world.remark(`left out: ${line}`));
  return { runs: found };
}

function printed(format: Format, evidence: GateEvidence): string {
  if (format === "json") return evidenceJson(evidence);
  return format === "markdown" ? evidenceMarkdown(evidence) : evidenceText(evidence);
}

/** Runs one case again, and writes no files. */
async function replayed(options: GateOptions, replay: Replay, world: World): Promise<ExitCode> {
  const law = world.laws.find(({ id }) => id === options.laws[0])!;
  const contestant = world.contestants.find(({ name }) => name === options.engines[0])!;
  const { holds, text } = await replayCase(law, contestant, {
    seed: options.seed,
    cases: options.cases,
    replay,
    ...await runsOf(options, world),
    ...threadsOf(options),
  });
  world.print(text);
  return holds ? 0 : 1;
}
