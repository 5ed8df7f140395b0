/**
 * How often the laws fail by chance: they are run with many seeds, in a worker for each core.
 *
 * A seed runs one case of every clause: of the cases that the gate draws with that seed, the one whose number is the seed
 * modulo their number. A thousand seeds so see early cases, at the ends of their ranges, and late ones, inside, of a
 * thousand different runs of the gate.
 *
 * @module
 */

import { examine } from "../contract/evidence.ts";
import type { Law } from "../contract/law.ts";
import { clauseSeed, defaultCases } from "../contract/replay.ts";
import type { Subject } from "../contract/subject.ts";
import type { SeedOrder } from "./seeds_worker.ts";
import { count, gateCommand, seconds } from "./text.ts";
import { ask } from "./worker.ts";

/** The result of a seed. */
export interface SeedFindings {
  readonly seed: number;
  /** How many cases each law had, by its id. */
  readonly cases: Readonly<Record<string, number>>;
  readonly comparisons: number;
  /** The cases that failed: the law's sentence, the case, both numbers, the tolerance and the command that replays it. */
  readonly failures: readonly { readonly engine: string; readonly message: string }[];
}

/** Runs the seeds from `first` on, below `end`, by so many threads; `onSeed` is called after each. */
export type RunSeeds = (
  laws: readonly string[],
  first: number,
  end: number,
  onSeed: (findings: SeedFindings) => void,
  threads: number,
) => Promise<void>;

/** How seeds are run, and where texts go. */
export interface FlakesContext {
  readonly run: RunSeeds;
  /** Prints results. */
  readonly print: (text: string) => void;
  /** Prints progress, and mistakes. */
  readonly remark: (text: string) => void;
}

/** Progress is told after so many seeds. */
const EVERY = 100;

/**
 * Runs laws with the seeds from `first` on, below `end`, and prints every failure.
 *
 * @returns 0 if all seeds were run, each law had a case, and nothing failed
 */
export async function flakes(
  laws: readonly string[],
  [first, end]: readonly [number, number],
  threads: number,
  context: FlakesContext,
): Promise<0 | 1> {
  const start = performance.now();
  let done = 0, comparisons = 0, failures = 0;
  const cases = Object.fromEntries(laws.map((id) => [id, 0]));
  await context.run(laws, first, end, (findings) => {
    for (const [id, more] of Object.entries(findings.cases)) cases[id]! += more;
    comparisons += findings.comparisons;
    failures += findings.failures.length;
    for (const { engine, message } of findings.failures) {
      context.print(`seed ${findings.seed}, ${engine}: ${message}\n`);
    }
    if (++done % EVERY === 0) context.remark(`${count(done, "seed")}, ${count(failures, "failure")}`);
  }, threads);
  const expected = end - first;
  const ran = Object.values(cases).reduce((sum, more) => sum + more, 0);
  context.print([
    `${count(done, "seed")}, ${count(laws.length, "law")} on the oracle and wasm: ${count(ran, "case")}`,
    count(comparisons, "comparison"),
    count(failures, "failure"),
    seconds((performance.now() - start) / 1000),
  ].join(", "));
  if (done < expected) context.print(`problem: only ${done} of ${expected} seeds were run`);
  const unexamined = laws.filter((id) => cases[id] === 0);
  if (unexamined.length > 0) context.print(`problem: no case was run of ${unexamined.join(", ")}`);
  return failures === 0 && done === expected && unexamined.length === 0 ? 0 : 1;
}

/** Runs one case of every clause that applies, on each subject. */
export async function runSeed(
  seed: number,
  laws: readonly Law[],
  subjects: readonly { readonly engine: string; readonly subject: Subject }[],
): Promise<SeedFindings> {
  let comparisons = 0;
  const cases = Object.fromEntries(laws.map(({ id }) => [id, 0]));
  const failures: SeedFindings["failures"][number][] = [];
  for (const { engine, subject } of subjects) {
    for (const law of laws) {
      for (const clause of law.clauses.keys()) {
        const path = String(seed % defaultCases);
        const replay = { clause, seed: clauseSeed(seed, law.id, clause), path, engine };
        const evidence = await examine(law, subject, {
          seed,
          cases: 1,
          engine,
          replay,
          command: gateCommand,
        });
        cases[law.id]! += evidence.cases;
        comparisons += evidence.comparisons;
        if (evidence.failure) failures.push({ engine, message: evidence.failure.message });
      }
    }
  }
  return { seed, cases, comparisons, failures };
}

/** Runs seeds in workers: of n workers each takes every n-th seed. */
export const runInWorkers: RunSeeds = async (laws, first, end, onSeed, threads) => {
  const step = Math.min(threads, end - first);
  const module = new URL("./seeds_worker.ts", import.meta.url);
  await Promise.all(
    Array.from(
      { length: step },
      (_, lane) =>
        ask<SeedOrder, SeedFindings>(module, { laws, first: first + lane, step, end }, (findings) => {
          onSeed(findings);
          return findings.seed + step >= end;
        }),
    ),
  );
};
