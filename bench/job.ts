/**
 * The benchmark's job itself, with the permissions that it is given: shows progress on stderr, names files on stdout.
 *
 * @module
 */

import { DataError } from "../lib/data/mod.ts";
import { startEngine } from "../lib/engine/mod.ts";
import { UsageError } from "../experiments/command/usage_error.ts";
import { bench } from "./bench.ts";
import { parseOptions } from "./options.ts";
import type { Results } from "./results.ts";
import { writeResults } from "./write_results.ts";

/** The exit status: 1 if an implementation computes something else, not if it computes nothing. */
export function statusOf({ different }: Pick<Results, "different">): number {
  return different.some(({ computed }) => computed) ? 1 : 0;
}

/** Runs the benchmark, and gives the exit status. */
async function run(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, navigator.hardwareConcurrency);
  if (!options) throw new UsageError("the job itself has no help: use main.ts --help");
  // Makes the weights; of all engines it is the one that leaves no threads behind.
  await startEngine("cpu");
  const folder = `${options.out}/unfinished`;
  // A benchmark that was killed leaves it.
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  try {
    const results = await bench(options, await Deno.realPath(folder));
    for (const file of await writeResults(options.out, results)) console.log(file);
    return statusOf(results);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await run(Deno.args));
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof DataError)) throw error;
    console.error(`bench: ${error.message}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
