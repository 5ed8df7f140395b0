/**
 * Which tests look at a file, and how they judge a copy of the sources with a fault in it.
 *
 * @module
 */

import type { Graph } from "../import_graph.ts";
import { childCommand } from "../process.ts";
import { type Mutant, mutated } from "./mutants.ts";

const TEST = /_test\.tsx?$/;
/** The number of test files that are tried one by one, before all others that import the file. */
const NEAREST = 6;

/**
 * Files of tests that import a file, in groups: the nearest six, all others that import it, and all that do not, which may
 * start it as a process. Nearer is over fewer imports, a file's own tests first.
 *
 * @param graph imports by importer
 * @param tests all files of tests
 */
export function testsOf(file: string, graph: Graph, tests: readonly string[]): readonly string[][] {
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
  const own = file.replace(/\.tsx?$/, "_test.ts");
  const reached = tests.filter((test) => TEST.test(test) && distances.has(test))
    .sort((a, b) =>
      Number(b === own) - Number(a === own) || distances.get(a)! - distances.get(b)! || (a < b ? -1 : 1)
    );
  const groups = [
    reached.slice(0, NEAREST),
    reached.slice(NEAREST),
    tests.filter((test) => !distances.has(test)),
  ];
  return groups.filter((group) => group.length > 0);
}

/** How a fault fared: a test failed, tests did not end in time, or all passed. */
export type Verdict = "killed" | "timeout" | "survived";

/** What became of a fault. */
export interface Judged extends Mutant {
  readonly verdict: Verdict;
  /** The group of tests that rejected it, from 0; null if none did. */
  readonly group: number | null;
  readonly seconds: number;
}

/** How tests are run. */
export interface Runner {
  /** The folder of the copy. */
  readonly copy: string;
  /** Arguments of deno, before the files of tests. */
  readonly args: readonly string[];
  /** The longest time of a group of tests, in seconds, before it counts as endless. */
  readonly limit: number;
  /** The program; `deno` by default. */
  readonly deno?: string;
}

/** Runs tests in the copy. */
export async function runTests(
  { copy, args, limit, deno = "deno" }: Runner,
  tests: readonly string[],
): Promise<Verdict> {
  const child = childCommand(deno, {
    args: [...args, ...tests],
    cwd: copy,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, 1000 * limit);
  try {
    const { success } = await child.status;
    return late ? "timeout" : success ? "survived" : "killed";
  } finally {
    clearTimeout(timer);
  }
}

/** Puts a fault into the copy, runs groups of tests until one rejects it, and takes it out again. */
export async function judge(
  mutant: Mutant,
  groups: readonly (readonly string[])[],
  runner: Runner,
): Promise<Judged> {
  const path = `${runner.copy}/${mutant.file}`;
  const source = await Deno.readTextFile(path);
  const began = performance.now();
  const end = (verdict: Verdict, group: number | null): Judged => ({
    ...mutant,
    verdict,
    group,
    seconds: Math.round((performance.now() - began) / 100) / 10,
  });
  await Deno.writeTextFile(path, mutated(source, mutant));
  try {
    for (const [i, tests] of groups.entries()) {
      const verdict = await runTests(runner, tests);
      if (verdict !== "survived") return end(verdict, i);
    }
    return end("survived", null);
  } finally {
    await Deno.writeTextFile(path, source);
  }
}
