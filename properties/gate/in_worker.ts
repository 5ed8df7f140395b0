/**
 * Contestants and planted faults that run in workers of their own.
 *
 * @module
 */

import type { Contestant, Entry, Seen } from "./contestant.ts";
import type { Faults } from "./fault.ts";
import type { Answer, Order } from "./worker.ts";

/**
 * A contestant in a worker. Needs permission to read the modules that the worker imports.
 *
 * @param worker a module that calls {@linkcode serveOrders} with the entry of that name
 */
export function inWorker(worker: URL, { name, required }: Pick<Entry, "name" | "required">): Contestant {
  return {
    name,
    required,
    run: async (laws, plan, tell) => {
      const answer = await ask(worker, { name, laws, plan }, tell);
      if ("attendance" in answer) return answer.attendance;
      throw new Error("broke" in answer ? answer.broke : "the worker answered something else");
    },
  };
}

/** The planted faults in such a worker. */
export const faultsInWorker = (worker: URL): Faults => async (laws, plan) => {
  const answer = await ask(worker, { laws, plan }, () => {});
  if ("faults" in answer) return answer.faults;
  throw new Error(
    "broke" in answer
      ? `the planted faults broke off: ${answer.broke}`
      : "the worker answered something else",
  );
};

/** Starts a worker, asks it once, and ends it. */
async function ask(module: URL, order: Order, tell: (seen: Seen) => void): Promise<Answer> {
  const worker = new Worker(module, { type: "module" });
  try {
    return await new Promise<Answer>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Answer>) => "seen" in data ? tell(data.seen) : resolve(data);
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
