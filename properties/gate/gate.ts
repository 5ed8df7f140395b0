/**
 * The gate as its command line calls it. Engines, files and the terminal are handed to it.
 *
 * @module
 */

import { DataError } from "../../lib/data/error.ts";
import type { Replay } from "../contract/replay.ts";
import { firstLine, type LawResult, type Plan } from "./candidates.ts";
import { evidenceJson, type GateEvidence } from "./evidence.ts";
import { evidenceFiles, type EvidenceFolder } from "./files.ts";
import { evidenceMarkdown } from "./markdown.ts";
import { runGate, type RunGateOptions } from "./run_gate.ts";
import type { FoundRuns } from "./runs_folder.ts";
import { evidenceText, progress } from "./text.ts";

/** How evidence is printed. */
export const FORMATS = ["text", "json", "markdown"] as const;

/** The seed unless another is given: the same as that of the tests, so that they see the same cases. */
export const defaultSeed = 20200;

/** The options of the gate, resolved. */
export interface GateOptions {
  /** Ids of the laws to run. */
  readonly laws: readonly string[];
  /** Names of the candidates to run them on. */
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

/** The laws, candidates and faults, and where texts and files go. */
export interface GateContext
  extends Pick<RunGateOptions, "laws" | "catalogue" | "runners" | "mutants" | "faults"> {
  readonly atOnce: number;
  /** Prints results. */
  readonly print: (text: string) => void;
  /** Prints progress, and mistakes. */
  readonly remark: (text: string) => void;
  /** Reads the runs in a folder. @throws (rejects) DataError for one that cannot be read */
  readonly findRuns: (folder: string) => Promise<FoundRuns>;
  /** Makes a folder ready for evidence. @throws (rejects) DataError if another gate has it, or it is full */
  readonly open: (folder: string) => Promise<EvidenceFolder>;
}

/**
 * Runs laws, judges the results, and writes evidence.
 *
 * @returns 0 if the gate accepts, 1 if it rejects or the evidence cannot be written in the end
 * @throws (rejects) DataError before any law is run, if a folder cannot be read or written
 */
export async function gate(options: GateOptions, context: GateContext): Promise<0 | 1> {
  const plan = await planOf(options, context);
  await using folder = await context.open(options.out);
  const evidence = await runGate({
    ...context,
    laws: context.laws.filter(({ id }) => options.laws.includes(id)),
    runners: context.runners.filter(({ name }) => options.engines.includes(name)),
    complete: options.complete,
    plan,
    atOnce: options.threads ?? context.atOnce,
    onResult: (result) => context.remark(progress(result)),
  });
  const lost = await folder.write(evidenceFiles(evidence)).then(() => null, (error: unknown) => {
    if (error instanceof DataError) return error.message;
    throw error;
  });
  context.print(printed(options.format, evidence));
  if (options.format !== "text") {
    evidence.problems.forEach((problem) => context.remark(`problem: ${problem}`));
  }
  // Minutes of work are not thrown away: the results are printed all the same.
  if (lost !== null) context.remark(`problem: the evidence is not kept: ${lost}`);
  return evidence.ok && lost === null ? 0 : 1;
}

/** How to run; a remark on each folder among the runs that is left out. */
async function planOf({ seed, cases, threads, runs }: GateOptions, context: GateContext): Promise<Plan> {
  const found = runs === null ? null : await context.findRuns(runs);
  found?.leftOut.forEach((line) => context.remark(`left out: ${line}`));
  return { seed, cases, ...(found && { runs: found }), ...(threads !== null && { threads }) };
}

function printed(format: GateOptions["format"], evidence: GateEvidence): string {
  if (format === "json") return evidenceJson(evidence);
  return format === "markdown" ? evidenceMarkdown(evidence) : evidenceText(evidence);
}

/**
 * Runs exactly the case that a token names, of one law on one candidate, and writes no files. Prints whether the case holds;
 * if not, the law's sentence, the counterexample, both numbers and the tolerance.
 *
 * @returns 0 if it holds
 * @throws (rejects) RangeError if there is no such case, or it cannot run here; DataError for runs that cannot be read
 */
export async function replay(
  options: GateOptions & { readonly replay: Replay },
  context: GateContext,
): Promise<0 | 1> {
  const law = context.laws.find(({ id }) => id === options.laws[0])!;
  const runner = context.runners.find(({ name }) => name === options.engines[0])!;
  const { clause } = options.replay;
  const says = law.clauses[clause]?.says;
  if (says === undefined) {
    throw new RangeError(
      `${law.id} has clauses 0 to ${law.clauses.length - 1}, but the token names clause ${clause}`,
    );
  }
  const plan = { ...await planOf(options, context), replay: options.replay };
  const results: LawResult[] = [];
  const ending = await runner.run([law.id], plan, (result) => results.push(result)).catch(
    (error: unknown) => {
      throw new RangeError(`the token leads to no case: ${firstLine(error)}`);
    },
  );
  if ("skipped" in ending) throw new RangeError(`${runner.name} does not run here: ${ending.skipped}`);
  const [result] = results;
  if (result === undefined || "because" in result) {
    throw new RangeError(`${law.id} does not apply to ${runner.name}${result ? `: ${result.because}` : ""}`);
  }
  const { failure, clauses: [found] } = result.evidence;
  if (!failure && found?.skipped !== undefined) {
    throw new RangeError(`the case does not run: ${found.skipped}`);
  }
  context.print(failure?.message ?? `[${law.id}] ${law.statement}\nholds in this case: ${says}`);
  return failure ? 1 : 0;
}
