/**
 * Which files of tests run a fault's lines, by V8's counts: only these can reject it.
 *
 * @module
 */

import { childCommand } from "../process.ts";
import type { Mutant } from "./mutants.ts";
import type { Suite } from "./judge.ts";
import { type Runner, runTests } from "./tests.ts";

/** Lines that were run, and all that can be, by file. */
export type Lines = ReadonlyMap<
  string,
  { readonly run: ReadonlySet<number>; readonly all: ReadonlySet<number> }
>;

/**
 * The lines in what `deno coverage --lcov` prints.
 *
 * @param root the folder that files are named from, as `SF:` has it, with a slash at its end
 */
export function linesIn(lcov: string, root: string): Lines {
  return new Map(
    lcov.split("end_of_record").flatMap((record) => {
      const file = /^SF:(.*)$/m.exec(record)?.[1];
      if (file === undefined || !file.startsWith(root)) return [];
      const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)].map(([, line, count]) =>
        [+line!, +count!] as const
      );
      const run = new Set(lines.filter(([, count]) => count > 0).map(([line]) => line));
      return [[file.slice(root.length), { run, all: new Set(lines.map(([line]) => line)) }]];
    }),
  );
}

/** Its functions travel to other threads as text, where V8's counts do not see them. */
const TRAVELS = /^lib\/engine\/(blas|kernels)\//;

/**
 * Whether a fault may be run: one of its lines or of those beside it was, or none of its own is counted though its file was loaded, or
 * its file was loaded and what is in it also runs where nothing is counted.
 */
export function reaches(lines: Lines, { file, line, original }: Mutant): boolean {
  const counted = lines.get(file);
  if (!counted) return false;
  if (TRAVELS.test(file)) return true;
  const own = Array.from({ length: original.split("\n").length }, (_, i) => line + i);
  // A line such as `if (a) return b;` counts as not run where it does not return: the lines beside it tell.
  const near = [line - 1, ...own, line + own.length];
  return near.some((at) => counted.run.has(at)) || !own.some((at) => counted.all.has(at));
}

/** The lines that a file of tests runs, in its own process and in those of deno that it starts; null if the tests fail. */
async function linesOf(runner: Runner, test: string, limit: number): Promise<Lines | null> {
  const root = await Deno.realPath(runner.copy);
  const folder = `${root}/.test/reached`;
  const flags = [`--coverage=${folder}`, "--coverage-raw-data-only"];
  try {
    if ((await runTests(runner, [test], limit, flags)).end !== "passed") return null;
    const args = ["coverage", "--lcov", folder];
    const { success, stdout } = await childCommand(runner.deno ?? "deno", {
      args,
      cwd: root,
      stderr: "null",
    }).output();
    return success ? linesIn(new TextDecoder().decode(stdout), `${root}/`) : null;
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

/** How many times as long tests may take while lines are counted, on a busy machine. */
const SLOWER = 20;

/**
 * The lines that each file of tests runs; nothing is known of a file whose tests fail while lines are counted.
 *
 * @param runners as many files are run at a time
 */
export async function linesOfAll(
  runners: readonly Runner[],
  { tests, seconds }: Pick<Suite, "tests" | "seconds">,
): Promise<Map<string, Lines>> {
  const queue = [...tests];
  const all = new Map<string, Lines>();
  await Promise.all(runners.map(async (runner) => {
    for (let test = queue.shift(); test !== undefined; test = queue.shift()) {
      const lines = await linesOf(runner, test, 60 + SLOWER * (seconds.get(test) ?? 0));
      if (lines) all.set(test, lines);
    }
  }));
  return all;
}
