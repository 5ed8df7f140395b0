/**
 * How often tests fail by chance: those that draw anything are run with many seeds of the suite.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";
import project from "../../deno.json" with { type: "json" };
import { childCommand } from "../process.ts";

/** The failures of a seed: names of tests, each with its file. */
export interface SeedFailures {
  readonly seed: number;
  readonly passed: number;
  readonly failed: readonly string[];
}

/** Runs tests with a seed of the suite, and gives what they print. */
export type RunTests = (files: readonly string[], seed: number) => Promise<string>;

/** What tests print, without colours: how many passed, and which failed. */
export function failuresIn(printed: string, seed: number): SeedFailures {
  const text = stripVTControlCharacters(printed);
  const [, passed] = /^(?:ok|FAILED) \| (\d+) passed/m.exec(text) ?? [];
  const listed = text.split(/^ FAILURES $/m)[1] ?? "";
  const failed = listed.split("\n").filter((line) => line.includes(" => "))
    .map((line) => line.replace(/:\d+:\d+$/, "").split(" => ").reverse().join(": "));
  // A process that died has no such lines, and one that printed no summary has not run.
  const unknown = passed === undefined
    ? [`the tests ended without a summary: ${text.trim().split("\n").at(-1)}`]
    : [];
  return { seed, passed: Number(passed ?? 0), failed: [...failed, ...unknown] };
}

/** Files of tests that draw by the seed of the suite. */
export function drawingTests(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
      const path = `${folder}/${name}`;
      if (isDirectory) return drawingTests([path]);
      return /_test\.tsx?$/.test(name) && Deno.readTextFileSync(path).includes("/suite_seed.ts")
        ? [path]
        : [];
    })
  ).sort();
}

/** Runs tests as the task `test` does, without the examples in documentation. */
export const runTests: RunTests = async (files, seed) => {
  const [deno, ...flags] = project.tasks.test.command.split(" ").filter((flag) => flag !== "--doc");
  const { stdout, stderr } = await childCommand(deno!, {
    args: [...flags, "--no-check", ...files],
    env: { GRAE_SUITE_SEED: String(seed), NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
};

/**
 * Runs tests with the seeds from `first` on, below `end`, and tells each seed that fails.
 *
 * @returns how often each test failed
 */
export async function testFlakes(
  files: readonly string[],
  [first, end]: readonly [number, number],
  run: RunTests,
  tell: (failures: SeedFailures) => void,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let seed = first; seed < end; seed++) {
    const failures = failuresIn(await run(files, seed), seed);
    for (const name of failures.failed) counts.set(name, (counts.get(name) ?? 0) + 1);
    tell(failures);
  }
  return counts;
}
