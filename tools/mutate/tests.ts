/**
 * Tests of a copy of the sources: which look at a file, and which of them fail.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";
import type { Graph } from "../import_graph.ts";
import { childCommand } from "../process.ts";

/** How tests are run. */
export interface Runner {
  /** The folder of the copy. */
  readonly copy: string;
  /** Arguments of deno, before the files of tests. */
  readonly args: readonly string[];
  /** The program; `deno` by default. */
  readonly deno?: string;
}

/** How a run of tests ended: which files failed, and whether it came to its summary in time. */
export interface Outcome {
  readonly failed: readonly string[];
  /** What was printed. */
  readonly printed?: string;
  readonly end: "passed" | "failed" | "late" | "died";
}

/** Process groups that run now. They are not this process's own, so that a signal must be handed on. */
const running = new Set<Deno.ChildProcess>();

/** Ends a process and what it started; where only some programs may be started, Deno lets it end the process alone. */
function end(child: Deno.ChildProcess): void {
  try {
    if (Deno.permissions.querySync({ name: "run" }).state === "granted") Deno.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error;
    // It has ended by itself.
  }
}

/** Never. */
const never = new Promise<never>(() => {});
let allEnded = false;

/** Ends all that runs, and what is started later. Nothing is heard of it: tests that were ended would look like tests that failed. */
export function endAll(): void {
  allEnded = true;
  for (const child of running) end(child);
}

/** Files of tests that failed, in what `deno test` printed. */
export function failedFiles(printed: string): string[] {
  const listed = stripVTControlCharacters(printed).split(/^ FAILURES\s*$/m)[1] ?? "";
  const named = [...listed.matchAll(/^.* => (.*?):\d+:\d+$|^(.*) \(uncaught error\)$/gm)];
  return [...new Set(named.map(([, test, load]) => (test ?? load)!.replace(/^\.\//, "")))].sort();
}

const UNITS: Readonly<Record<string, number>> = { µs: 1e-6, ms: 1e-3, s: 1, m: 60 };

/** How long each file of tests took, in seconds, from what `deno test --parallel` printed. */
export function secondsIn(printed: string): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const line of stripVTControlCharacters(printed).split("\n")) {
    const [, file, time] = /^\.?\/?(\S.*?_test\.tsx?) => .* \.\.\. .*\(([\dmsµ]+)\)$/.exec(line) ?? [];
    if (file === undefined) continue;
    const parts = [...time!.matchAll(/(\d+)(µs|ms|s|m)/g)];
    const took = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
    seconds.set(file, (seconds.get(file) ?? 0) + took);
  }
  return seconds;
}

/**
 * Runs files of tests in the copy, and what they started is ended with them.
 *
 * @param limit the longest time, in seconds
 * @param flags further flags of deno
 */
export async function runTests(
  { copy, args, deno = "deno" }: Runner,
  tests: readonly string[],
  limit: number,
  flags: readonly string[] = [],
): Promise<Outcome> {
  if (allEnded) return await never;
  const options = { cwd: copy, stdin: "null", stdout: "piped", stderr: "null", detached: true } as const;
  const child = childCommand(deno, { ...options, args: [...args, ...flags, ...tests] }).spawn();
  running.add(child);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end(child);
  }, 1000 * limit);
  try {
    const { success, stdout } = await child.output();
    if (allEnded) return await never;
    const printed = new TextDecoder().decode(stdout);
    if (success) return { failed: [], printed, end: "passed" };
    const failed = failedFiles(printed);
    return { failed, printed, end: late ? "late" : failed.length > 0 ? "failed" : "died" };
  } finally {
    clearTimeout(timer);
    end(child);
    running.delete(child);
  }
}

/**
 * The distance of each module that a change of a file can reach: over how many imports.
 *
 * @param graph imports by importer
 */
export function reach(file: string, graph: Graph): ReadonlyMap<string, number> {
  const importers = new Map<string, string[]>();
  for (const [from, imports] of graph) {
    for (const { to, types } of imports) {
      if (!types) importers.set(to, [...importers.get(to) ?? [], from]);
    }
  }
  const distances = new Map([[file, 0]]);
  for (const at of distances.keys()) {
    for (const importer of importers.get(at) ?? []) {
      if (!distances.has(importer)) distances.set(importer, distances.get(at)! + 1);
    }
  }
  return distances;
}

/**
 * Files of tests that import a file, nearest first: its own tests, then by the number of imports between, and of equally near
 * ones the faster.
 *
 * @param tests all files of tests
 * @param seconds how long each takes; unknown ones come last
 */
export function nearest(
  file: string,
  graph: Graph,
  tests: readonly string[],
  seconds: ReadonlyMap<string, number>,
): string[] {
  const distances = reach(file, graph);
  const own = file.replace(/\.tsx?$/, "_test.ts");
  const time = (test: string): number => seconds.get(test) ?? Infinity;
  return tests.filter((test) => distances.has(test)).sort((a, b) =>
    Number(b === own) - Number(a === own) || distances.get(a)! - distances.get(b)! ||
    (time(a) - time(b) || (a < b ? -1 : 1))
  );
}
