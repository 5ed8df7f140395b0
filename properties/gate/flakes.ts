/**
 * How often the laws fail by chance: they are run with many seeds, in a worker for each core.
 *
 * @module
 */

import type { SeedFindings } from "./seeds.ts";
import type { SeedOrder } from "./seeds_worker.ts";
import { count, seconds } from "./wording.ts";

/** Runs the seeds from `first` on, below `end`, by so many threads, and tells of each. */
export type RunSeeds = (
  laws: readonly string[],
  first: number,
  end: number,
  tell: (findings: SeedFindings) => void,
  threads: number,
) => Promise<void>;

/** What it runs, and where its words go. */
export interface FlakesWorld {
  readonly run: RunSeeds;
  readonly print: (text: string) => void;
  readonly remark: (text: string) => void;
}

/** How often the number of seeds done is told. */
const EVERY = 100;

/**
 * Runs laws with the seeds from `first` on, below `end`, and prints every failure.
 *
 * @returns 0 if all seeds were run and nothing failed
 */
export async function flakes(
  laws: readonly string[],
  [first, end]: readonly [number, number],
  threads: number,
  world: FlakesWorld,
): Promise<0 | 1> {
  const start = performance.now();
  let done = 0, cases = 0, comparisons = 0, failures = 0;
  await world.run(laws, first, end, (findings) => {
    cases += findings.cases;
    comparisons += findings.comparisons;
    failures += findings.flakes.length;
    for (const { seed, engine, message } of findings.flakes) {
      world.print(`seed ${seed}, ${engine}: ${message}\n`);
    }
    if (++done % EVERY === 0) world.remark(`${count(done, "seed")}, ${count(failures, "failure")}`);
  }, threads);
  const expected = end - first;
  world.print(
    `${count(done, "seed")}, ${count(laws.length, "law")} on the oracle and wasm: ${count(cases, "case")}, ` +
      `${count(comparisons, "comparison")}, ${count(failures, "failure")}, ${
        seconds((performance.now() - start) / 1000)
      }`,
  );
  if (done < expected) world.print(`problem: only ${done} of ${expected} seeds were run`);
  if (cases === 0) world.print("problem: no case was run");
  return failures === 0 && done === expected && cases > 0 ? 0 : 1;
}

/** Runs seeds in workers, each worker every so manieth. */
export const runInWorkers: RunSeeds = async (ids, first, end, tell, threads) => {
  const step = Math.min(threads, end - first);
  await Promise.all(
    Array.from({ length: step }, (_, lane) => oneWorker({ laws: ids, first: first + lane, step, end }, tell)),
  );
};

/** Starts a worker, and ends it after the last of its seeds. */
async function oneWorker(order: SeedOrder, tell: (findings: SeedFindings) => void): Promise<void> {
  const worker = new Worker(new URL("./seeds_worker.ts", import.meta.url), { type: "module" });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<SeedFindings>) => {
        tell(data);
        if (data.seed + order.step >= order.end) resolve();
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
      worker.postMessage(order);
    });
  } finally {
    worker.terminate();
  }
}
