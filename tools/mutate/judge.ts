/**
 * Runs tests on a copy of the sources with a fault in it.
 *
 * @module
 */

import { childCommand } from "../process.ts";
import { type Mutant, mutated } from "./mutants.ts";

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
