/**
 * The gate, with all that it needs of the world given to it.
 *
 * @module
 */

import { DataError } from "../../lib/data/error.ts";
import type { Law } from "../contract/law.ts";
import type { Replay } from "../contract/replay.ts";
import type { EvidenceFolder } from "./evidence_folder.ts";
import { evidenceFiles } from "./files.ts";
import type { GateEvidence } from "./gate_evidence.ts";
import { evidenceJson } from "./json.ts";
import { evidenceMarkdown } from "./markdown.ts";
import { replayCase } from "./replay.ts";
import { runGate, type RunGateOptions } from "./run_gate.ts";
import type { FoundRuns } from "./runs_folder.ts";
import { evidenceText, progress } from "./text.ts";

/** How evidence is printed. */
export const FORMATS = ["text", "json", "markdown"] as const;

/** The seed unless another is given: the same as that of the tests, so that they see the same cases. */
export const defaultSeed = 20200;

/** What the gate is asked to do. */
export interface GateOptions {
  /** Ids of the laws to run. */
  readonly laws: readonly string[];
  /** Names of the contestants to run. */
  readonly engines: readonly string[];
  /** Whether these are all that there are. */
  readonly complete: boolean;
  readonly seed: number;
  readonly cases: number;
  /** The folder of runs that laws on trained models are held to; null for none. */
  readonly runs: string | null;
  /** The only case to run; null for all. */
  readonly replay: Replay | null;
  readonly format: typeof FORMATS[number];
  /** How many threads each engine has, and how many engines run at once; null for as many as there are cores. */
  readonly threads: number | null;
  /** The folder to write to. */
  readonly out: string;
}

/** What the gate runs, and where its words and files go. */
export interface World
  extends Pick<RunGateOptions, "laws" | "catalogue" | "contestants" | "mutants" | "faults"> {
  readonly atOnce: number;
  /** What was asked for. */
  readonly print: (text: string) => void;
  /** What happens meanwhile, and mistakes. */
  readonly remark: (text: string) => void;
  /** Reads the runs in a folder. @throws (rejects) DataError for one that cannot be read */
  readonly findRuns: (folder: string) => Promise<FoundRuns>;
  /** Makes a folder ready for evidence. @throws (rejects) DataError if another gate has it, or it is full */
  readonly open: (folder: string) => Promise<EvidenceFolder>;
}

/**
 * Runs laws, judges what was seen, and leaves evidence.
 *
 * @returns 0 if the gate is open, 1 if it is shut or the evidence cannot be written in the end
 * @throws (rejects) DataError before any law is run, if a folder cannot be read or written
 */
export async function gate(options: GateOptions, world: World): Promise<0 | 1> {
  const runs = await runsOf(options, world);
  await using folder = await world.open(options.out);
  const evidence = await runGate({
    ...world,
    laws: world.laws.filter(({ id }) => options.laws.includes(id)),
    contestants: world.contestants.filter(({ name }) => options.engines.includes(name)),
    complete: options.complete,
    plan: { seed: options.seed, cases: options.cases, ...runs, ...threadsOf(options) },
    atOnce: options.threads ?? world.atOnce,
    hear: (seen) => world.remark(progress(seen)),
  });
  const lost = await folder.write(evidenceFiles(evidence)).then(() => null, (error: unknown) => {
    if (error instanceof DataError) return error.message;
    throw error;
  });
  world.print(printed(options.format, evidence));
  if (options.format !== "text") evidence.problems.forEach((problem) => world.remark(`problem: ${problem}`));
  // Minutes of work are not thrown away: what was seen is printed all the same.
  if (lost !== null) world.remark(`problem: the evidence is not kept: ${lost}`);
  return evidence.ok && lost === null ? 0 : 1;
}

const threadsOf = ({ threads }: GateOptions): { readonly threads?: number } =>
  threads === null ? {} : { threads };

/** The runs in the folder that was named, and a remark on each folder in it that is left out. */
async function runsOf({ runs }: GateOptions, world: World): Promise<{ readonly runs?: FoundRuns }> {
  if (runs === null) return {};
  const found = await world.findRuns(runs);
  found.leftOut.forEach((line) => world.remark(`left out: ${line}`));
  return { runs: found };
}

function printed(format: GateOptions["format"], evidence: GateEvidence): string {
  if (format === "json") return evidenceJson(evidence);
  return format === "markdown" ? evidenceMarkdown(evidence) : evidenceText(evidence);
}

/**
 * Runs one case again, of the one law on the one contestant that is asked for, and writes no files.
 *
 * @returns 0 if it holds
 * @throws (rejects) RangeError if there is no such case, or it cannot run here; DataError for runs that cannot be read
 */
export async function replay(
  options: GateOptions & { readonly replay: Replay },
  world: World,
): Promise<0 | 1> {
  const find = <T>(all: readonly T[], is: (one: T) => boolean): T => all.find(is)!;
  const { holds, text } = await replayCase(
    find<Law>(world.laws, ({ id }) => id === options.laws[0]),
    find(world.contestants, ({ name }) => name === options.engines[0]),
    {
      seed: options.seed,
      cases: options.cases,
      replay: options.replay,
      ...await runsOf(options, world),
      ...threadsOf(options),
    },
  );
  world.print(text);
  return holds ? 0 : 1;
}
