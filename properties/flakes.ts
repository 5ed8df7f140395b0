/**
 * How often the laws fail by chance: they are run with many seeds, in a worker for each core.
 *
 * @module
 */

import { flakesCommandLine, type RunSeeds } from "./gate/flakes_command.ts";
import type { SeedFindings } from "./gate/seeds.ts";
import type { SeedOrder } from "./gate/seeds_worker.ts";
import { laws } from "./laws/mod.ts";

const runInWorkers: RunSeeds = async (ids, first, end, tell, threads) => {
  const step = Math.min(threads, end - first);
  await Promise.all(
    Array.from({ length: step }, (_, lane) => oneWorker({ laws: ids, first: first + lane, step, end }, tell)),
  );
};

/** Starts a worker, and ends it after the last of its seeds. */
async function oneWorker(order: SeedOrder, tell: (findings: SeedFindings) => void): Promise<void> {
  const worker = new Worker(new URL("./gate/seeds_worker.ts", import.meta.url), { type: "module" });
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

if (import.meta.main) {
  // The words of a command are its output.
  const print = console.log, remark = console.error;
  const ids = laws.map(({ id }) => id);
  Deno.exit(await flakesCommandLine(Deno.args, { laws: ids, run: runInWorkers, print, remark }));
}
