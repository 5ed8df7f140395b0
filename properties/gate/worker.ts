/**
 * Laws in workers, since a process has a single current engine: both ends of the conversation.
 *
 * @module
 */

import { laws } from "../laws/mod.ts";
import { mutants } from "../mutants/mod.ts";
import {
  type Candidate,
  type Ending,
  type FaultRunner,
  faultsInProcess,
  firstLine,
  inProcess,
  type LawResult,
  type LawRunner,
  type Plan,
} from "./candidates.ts";
import type { FaultEvidence } from "./evidence.ts";

/** The message to a worker. */
interface Order {
  /** The name of a candidate; absent for the planted faults. */
  readonly name?: string;
  readonly laws: readonly string[];
  readonly plan: Plan;
}

/** Its answers: each law as soon as it is done, and last how it ended. */
type Answer =
  | { readonly result: LawResult }
  | { readonly ending: Ending }
  | { readonly faults: readonly FaultEvidence[] }
  | { readonly error: string };

/** Answers orders in this worker. */
export function serveOrders(candidates: readonly Candidate[]): void {
  const scope = self as unknown as {
    postMessage(answer: Answer): void;
    onmessage: (event: MessageEvent<Order>) => void;
  };
  scope.onmessage = async ({ data: { name, laws: ids, plan } }) => {
    try {
      const candidate = candidates.find((one) => one.name === name);
      scope.postMessage(
        candidate === undefined ? { faults: await faultsInProcess(mutants, laws)(ids, plan) } : {
          ending: await inProcess(candidate, laws).run(
            ids,
            plan,
            (result) => scope.postMessage({ result }),
          ),
        },
      );
    } catch (error) {
      scope.postMessage({ error: firstLine(error) });
    }
  };
}

/**
 * Runs laws on a candidate in a worker. Needs permission to read the modules that the worker imports.
 *
 * @param module calls {@linkcode serveOrders} with the candidate of that name
 */
export function inWorker(module: URL, { name, required }: Pick<Candidate, "name" | "required">): LawRunner {
  return {
    name,
    required,
    run: async (laws, plan, onResult) => {
      const last = await ask<Order, Answer>(module, { name, laws, plan }, (answer) => {
        if ("result" in answer) onResult(answer.result);
        return !("result" in answer);
      });
      if ("ending" in last) return last.ending;
      throw new Error("error" in last ? last.error : `the worker of ${name} ran something else`);
    },
  };
}

/** Runs the planted faults in such a worker. */
export const faultsInWorker = (module: URL): FaultRunner => async (laws, plan) => {
  const last = await ask<Order, Answer>(module, { laws, plan }, () => true);
  if ("faults" in last) return last.faults;
  throw new Error(`the planted faults stopped early${"error" in last ? `: ${last.error}` : ""}`);
};

/**
 * Starts a worker, sends it an order, and ends it after its last answer, which is returned.
 *
 * @param onAnswer is called with every answer; returns whether it is the last
 * @throws (rejects) Error that the worker did not catch
 */
export async function ask<Order, Answer>(
  module: URL,
  order: Order,
  onAnswer: (answer: Answer) => boolean,
): Promise<Answer> {
  const worker = new Worker(module, { type: "module" });
  try {
    return await new Promise<Answer>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if (onAnswer(data)) resolve(data);
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
