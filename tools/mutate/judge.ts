/**
 * Which tests reject a fault. Each fault is tried alone by the nearest tests; those that are left are tried many at a time by
 * all tests, since most of them survive, and each alone by the tests that then fail.
 *
 * @module
 */

import type { Graph } from "../import_graph.ts";
import { type Mutant, mutated } from "./mutants.ts";
import { nearest, type Outcome, type Runner, runTests } from "./tests.ts";

/** How a fault fared: a test failed, tests did not end, or all passed. */
export type Verdict = "killed" | "timeout" | "survived";

/** What stands for the gate where files of tests are named. */
export const GATE = "gate";

/** What became of a fault. */
export interface Judged extends Mutant {
  readonly verdict: Verdict;
  /** The files of tests that failed, or did not end; `gate` for the gate, none if it survived. */
  readonly by: readonly string[];
  readonly seconds: number;
}

/** What is known of the tests. */
export interface Suite {
  readonly graph: Graph;
  readonly tests: readonly string[];
  /** How long each file takes alone. */
  readonly seconds: ReadonlyMap<string, number>;
  /** Whether a file of tests runs a fault's lines; all may, if left out. */
  readonly reaches?: (test: string, fault: Mutant) => boolean;
}

/** Puts faults into the copy, does something, and takes them out again. */
export async function withFaults<T>(
  copy: string,
  faults: readonly Mutant[],
  run: () => Promise<T>,
): Promise<T> {
  const sources = new Map<string, string>();
  for (const [file, some] of Map.groupBy(faults, ({ file }) => file)) {
    const source = await Deno.readTextFile(`${copy}/${file}`);
    sources.set(file, source);
    // The last first, so that the others stay where they are.
    const text = some.toSorted((a, b) => b.line - a.line || b.column - a.column).reduce(mutated, source);
    await Deno.writeTextFile(`${copy}/${file}`, text);
  }
  try {
    return await run();
  } finally {
    for (const [file, source] of sources) await Deno.writeTextFile(`${copy}/${file}`, source);
  }
}

const SLOW = 20;

/** A limit for tests that take so long without a fault; a busy machine may need several times that. */
const limitOf = (tests: readonly string[], { seconds }: Suite): number =>
  60 + SLOW * tests.reduce((sum, test) => sum + (seconds.get(test) ?? 0), 0);

/** Runs tests; what was late is tried once more with twice the time, since the machine may have been busy. */
async function patiently(
  runner: Runner,
  tests: readonly string[],
  suite: Suite,
  flags: readonly string[],
): Promise<Outcome> {
  const limit = limitOf(tests, suite);
  const outcome = await runTests(runner, tests, limit, flags);
  return outcome.end === "late" && outcome.failed.length === 0
    ? await runTests(runner, tests, 2 * limit, flags)
    : outcome;
}

const verdictOf = ({ end, failed }: Outcome): Verdict =>
  end === "passed" ? "survived" : end === "late" && failed.length === 0 ? "timeout" : "killed";

/** Tries a fault alone by some tests, in this order, up to the first that fails. */
export async function alone(
  fault: Mutant,
  tests: readonly string[],
  suite: Suite,
  runner: Runner,
): Promise<Judged> {
  const began = performance.now();
  const outcome = tests.length === 0
    ? { end: "passed", failed: [] } as const
    : await withFaults(runner.copy, [fault], () => patiently(runner, tests, suite, ["--fail-fast"]));
  const verdict = verdictOf(outcome);
  const by = verdict === "survived" ? [] : outcome.failed.length > 0 ? outcome.failed : tests;
  return { ...fault, verdict, by, seconds: Math.round((performance.now() - began) / 100) / 10 };
}

const NEAREST = 6;
const LONGEST = 15;

/** The nearest tests of a file: its own, and up to six that together take up to 15 seconds. */
export const first = (file: string, suite: Suite): string[] => nearestOf(file, suite, NEAREST, LONGEST);

/** Those beyond the first: with them, the nearest tests of a file that together take up to so many seconds. */
export function farther(file: string, suite: Suite, within: number): string[] {
  const tried = first(file, suite);
  return nearestOf(file, suite, Infinity, within).filter((test) => !tried.includes(test));
}

function nearestOf(file: string, { graph, tests, seconds }: Suite, most: number, longest: number): string[] {
  const own = file.replace(/\.tsx?$/, "_test.ts");
  const chosen: string[] = [];
  let total = 0;
  for (const test of nearest(file, graph, tests, seconds)) {
    const time = seconds.get(test) ?? 0;
    if (test !== own && total + time > longest) continue;
    chosen.push(test);
    if (chosen.length === most) break;
    total += time;
  }
  return chosen;
}

/** What a file of tests takes beside its tests, in seconds: its modules are loaded. */
const LOADING = 1;
/** Where all tests that run a fault's lines take longer, it is tried together with others, in seconds. */
const CHEAP = 40;

/**
 * Parts faults into those that few seconds of tests can reject, with these tests, the shortest first, and the others. What the
 * nearest tests have let through is not run again.
 */
export function byCost(
  faults: readonly Mutant[],
  suite: Suite,
): { cheap: { fault: Mutant; tests: readonly string[] }[]; dear: Mutant[] } {
  const cheap: { fault: Mutant; tests: readonly string[] }[] = [], dear: Mutant[] = [];
  const cost = (test: string): number => LOADING + (suite.seconds.get(test) ?? 0);
  for (const fault of faults) {
    const tried = first(fault.file, suite);
    const tests = suite.tests.filter((test) =>
      !tried.includes(test) && (suite.reaches?.(test, fault) ?? true)
    );
    if (tests.reduce((sum, test) => sum + cost(test), 0) > CHEAP) dear.push(fault);
    else cheap.push({ fault, tests: tests.sort((a, b) => cost(a) - cost(b)) });
  }
  return { cheap, dear };
}

/** Of tests that failed, those that a fault may have failed: what imports its file first; others may start it as a process. */
function suspects(fault: Mutant, failed: readonly string[], { graph, seconds, reaches }: Suite): string[] {
  const near = nearest(fault.file, graph, failed, seconds);
  return [...near, ...failed.filter((test) => !near.includes(test))]
    .filter((test) => reaches?.(test, fault) ?? true)
    .slice(0, 2 * NEAREST);
}

/**
 * Tries faults together by all tests that run their lines, and tells each as soon as it is known. Tests that pass with all of
 * them in place are not run again.
 *
 * @param runners as many faults are tried alone at a time
 * @param all runs tests, as many at a time as there are cores
 * @param tell what becomes of a fault
 */
export async function together(
  faults: readonly Mutant[],
  suite: Suite,
  runners: readonly Runner[],
  all: (faults: readonly Mutant[], tests: readonly string[]) => Promise<Outcome>,
  tell: (judged: Judged) => Promise<void>,
): Promise<void> {
  const { reaches = () => true } = suite;
  let left = [...faults];
  let tests = suite.tests.filter((test) => faults.some((fault) => reaches(test, fault)));
  while (left.length > 0) {
    const began = performance.now();
    const outcome = await all(left, tests);
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    if (outcome.end === "passed") {
      for (const fault of left) await tell({ ...fault, verdict: "survived", by: [], seconds });
      return;
    }
    if (left.length === 1) {
      const by = outcome.failed.length > 0 ? outcome.failed : ["all"];
      return await tell({ ...left[0]!, verdict: verdictOf(outcome), by, seconds });
    }
    const found = new Set<Mutant>();
    const queue = [...left];
    await Promise.all(runners.map(async (runner) => {
      for (let fault = queue.shift(); fault; fault = queue.shift()) {
        const judged = await alone(fault, suspects(fault, outcome.failed, suite), suite, runner);
        if (judged.verdict === "survived") continue;
        found.add(fault);
        await tell(judged);
      }
    }));
    left = left.filter((fault) => !found.has(fault));
    // What did not come to its end says nothing of the tests that it does not name.
    if (outcome.end === "failed") tests = [...outcome.failed];
    if (found.size > 0) continue;
    // No single one of these tests shows which fault it was: by halves.
    const half = Math.ceil(left.length / 2), fewer = { ...suite, tests };
    await together(left.slice(0, half), fewer, runners, all, tell);
    left = left.slice(half);
  }
}

/**
 * Tries faults together by something that only says yes or no, and by halves where it says no.
 *
 * @param accepts whether nothing was seen of these faults
 * @returns those that were rejected
 */
export async function byHalves(
  faults: readonly Mutant[],
  accepts: (faults: readonly Mutant[]) => Promise<boolean>,
): Promise<readonly Mutant[]> {
  if (faults.length === 0 || await accepts(faults)) return [];
  if (faults.length === 1) return faults;
  const half = faults.length >> 1;
  return [
    ...await byHalves(faults.slice(0, half), accepts),
    ...await byHalves(faults.slice(half), accepts),
  ];
}

const GROUP = 48;

/** Groups of at most 48 faults, no two of one file, so that none lies within another. */
export function groups(faults: readonly Mutant[]): Mutant[][] {
  const all: Mutant[][] = [];
  for (const fault of faults) {
    const group = all.find((one) => one.length < GROUP && one.every(({ file }) => file !== fault.file));
    if (group) group.push(fault);
    else all.push([fault]);
  }
  return all;
}
