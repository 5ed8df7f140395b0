/**
 * Runs seeds in a worker: a module to start, not to import.
 *
 * @module
 */

import { startEngine } from "../../lib/engine/mod.ts";
import { laws } from "../laws/mod.ts";
import { librarySubject } from "../library_subject.ts";
import { oracle } from "../oracle/mod.ts";
import { runSeed, type SeedFindings } from "./flakes.ts";

/** Every `step`-th seed from `first` on, below `end`. */
export interface SeedOrder {
  readonly laws: readonly string[];
  readonly first: number;
  readonly step: number;
  readonly end: number;
}

/** The part of a worker that is used here. */
const scope = self as unknown as {
  postMessage(findings: SeedFindings): void;
  onmessage: (event: MessageEvent<SeedOrder>) => void;
};

scope.onmessage = async ({ data: { laws: ids, first, step, end } }) => {
  await startEngine("wasm");
  const chosen = laws.filter(({ id }) => ids.includes(id));
  const subjects = [{ engine: "oracle", subject: oracle }, { engine: "wasm", subject: librarySubject }];
  for (let seed = first; seed < end; seed += step) scope.postMessage(await runSeed(seed, chosen, subjects));
};
