/**
 * `deno task bench`: shows progress on stderr, names files on stdout.
 *
 * @module
 */

import { startEngine } from "../lib/engine/mod.ts";
import { exitStatus } from "../experiments/runner/command.ts";
import { ask } from "../experiments/runner/permissions.ts";
import { bench } from "./bench.ts";
import { isPython } from "./implementation.ts";
import { type BenchOptions, parseOptions } from "./options.ts";
import type { Results } from "./results.ts";
import { writeResults } from "./write_results.ts";

/** The exit status: 1 if an implementation computes something else, not if it computes nothing. */
export function statusOf({ different }: Pick<Results, "different">): number {
  return different.some(({ computed }) => computed) ? 1 : 0;
}

/** Whether options start a Python interpreter. */
const needsPeers = ({ sections, implementations }: BenchOptions): boolean =>
  implementations.some(isPython) &&
  sections.some((section) => ["steps", "growth", "memory"].includes(section));

/** Runs the benchmark, and gives the exit status. */
async function run(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, navigator.hardwareConcurrency);
  if (typeof options === "string") {
    console.log(options);
    return 0;
  }
  await ask("bench", ["read", "write"], options.out, "--out", args);
  if (needsPeers(options)) await ask("bench", ["run"], options.peers, "--peers", args);
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

if (import.meta.main) Deno.exit(await exitStatus("bench", () => run(Deno.args)));
