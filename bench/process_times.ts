/**
 * Whole processes of other tasks: their start, their first step, and all of an epoch; the property suite.
 *
 * @module
 */

import { childCommand } from "../tools/process.ts";
import { linesOf } from "../tools/lines.ts";
import { log } from "./log.ts";
import type { ProcessTime } from "./results.ts";
import { spreadOf } from "./statistics.ts";

/**
 * Seconds from the start of `deno task …` to its exit, or to the first line on stderr that a pattern matches; it is
 * then left to end by itself.
 *
 * @throws (rejects) Error if it does not end well, or says no such line
 */
async function secondsOf(args: readonly string[], until: RegExp | null = null): Promise<number> {
  const start = performance.now();
  const child = childCommand("deno", {
    args: ["task", "--quiet", ...args],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let at: number | null = null;
  let last = "";
  for await (const line of linesOf(child.stderr)) {
    if (at === null && until?.test(line)) at = performance.now();
    last = line;
  }
  const { code } = await child.status;
  if (code !== 0) throw new Error(`deno task ${args.join(" ")} ended with status ${code}: ${last}`);
  if (until === null) return (performance.now() - start) / 1000;
  if (at === null) throw new Error(`deno task ${args.join(" ")} said nothing like ${until}`);
  return (at - start) / 1000;
}

async function repeated(
  what: string,
  count: number,
  once: (i: number) => Promise<number>,
): Promise<ProcessTime> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push(await once(i));
  const seconds = spreadOf(all);
  log(`${what}: ${seconds.median.toFixed(2)} s`);
  return { what, seconds };
}

/** Ten steps to an epoch, so that mnist, which shows each tenth of the way, shows its first step. */
const TEN_STEPS = ["--epochs", "1", "--batch", "128", "--limit", "1280"];

/**
 * Times `deno task mnist`: its help, its first step, and an epoch.
 *
 * @param folder where runs may be
 */
export async function timeStart(folder: string, rounds: number): Promise<ProcessTime[]> {
  let runs = 0;
  const run = (args: readonly string[], until: RegExp | null = null): Promise<number> =>
    secondsOf(["mnist", ...args, "--out", `${folder}/run${runs++}`], until);
  return [
    await repeated("mnist --help, start to exit", rounds, () => secondsOf(["mnist", "--help"])),
    await repeated("mnist, start to the end of its first step", rounds, () => run(TEN_STEPS, /^10%/)),
    await repeated("mnist --epochs 1, start to exit", Math.min(rounds, 3), () => run(["--epochs", "1"])),
  ];
}

/** Times the property suite on the oracle and on wasm; its evidence goes below evidence/, where the gate may write. */
export async function timeSuite(): Promise<ProcessTime[]> {
  const args = ["gate", "--engine", "oracle,wasm", "--out", "evidence/bench"];
  return [await repeated("gate --engine oracle,wasm, start to exit", 1, () => secondsOf(args))];
}
