/**
 * Runs laws in a worker, since a process has a single current engine.
 *
 * @module
 */

import { laws } from "../laws/mod.ts";
import { mutants } from "../mutants/mod.ts";
import { type Attendance, type Entry, firstLine, here, type Plan, type Seen } from "./contestant.ts";
import { faultsHere } from "./fault.ts";
import type { FaultEvidence } from "./gate_evidence.ts";

/** What a worker is asked to run. */
export interface Order {
  /** The name of an entry, or none for the planted faults. */
  readonly name?: string;
  readonly laws: readonly string[];
  readonly plan: Plan;
}

/** What it answers: each law as it is done, and once how it ended. */
export type Answer =
  | { readonly seen: Seen }
  | { readonly attendance: Attendance }
  | { readonly faults: readonly FaultEvidence[] }
  | { readonly broke: string };

/** The scope of a worker, as far as it is used here. */
const scope = self as unknown as {
  postMessage(answer: Answer): void;
  onmessage: (event: MessageEvent<Order>) => void;
};

/** Does in this worker what it is asked. */
export function serveOrders(entries: readonly Entry[]): void {
  scope.onmessage = async ({ data: order }) => {
    try {
      scope.postMessage(await answer(order, entries));
    } catch (error) {
      scope.postMessage({ broke: firstLine(error) });
    }
  };
}

async function answer({ name, laws: ids, plan }: Order, entries: readonly Entry[]): Promise<Answer> {
  if (name === undefined) return { faults: await faultsHere(mutants, laws)(ids, plan) };
  const entry = entries.find((entry) => entry.name === name)!;
  return { attendance: await here(entry, laws).run(ids, plan, (seen) => scope.postMessage({ seen })) };
}
