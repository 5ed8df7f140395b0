/**
 * The engine of a run.
 *
 * @module
 */

import { type EngineName, startEngine } from "../../lib/engine/mod.ts";
import type { RunRecord } from "./run_record.ts";

/** What is of a sitting and not of the run: none of it changes a bit of what a run leaves. */
export interface Sitting {
  /** How many threads the engine has; if left out, as many as it takes by itself. */
  readonly threads?: number;
  /** Hears the engine's advice: how to have a BLAS, or why one was refused. */
  readonly onAdvice?: (line: string) => void;
}

/**
 * Starts the engine of a run, and gives what its manifest says of it.
 *
 * @throws (rejects) EngineError if it cannot start here
 */
export async function startRunEngine(
  name: EngineName,
  { threads, onAdvice }: Sitting,
): Promise<RunRecord["engine"]> {
  const { advice, ...engine } = await startEngine(name, threads === undefined ? {} : { threads });
  if (advice !== undefined) onAdvice?.(advice);
  return engine;
}
