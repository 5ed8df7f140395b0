/**
 * How many threads an engine has unless it is told.
 *
 * @module
 */

import { EngineError } from "./engine_error.ts";

/**
 * What the variable `GRAE_THREADS` says, if it is set and may be read; else all cores that this process may use: Deno counts
 * those of its affinity, and no more than the CPU quota of its cgroup, as of a container.
 *
 * @throws EngineError if the variable is not a number of threads
 */
export function defaultThreads(): number {
  // A page has no variables.
  const mayRead = "Deno" in globalThis &&
    Deno.permissions.querySync({ name: "env", variable: "GRAE_THREADS" }).state === "granted";
  const text = mayRead ? Deno.env.get("GRAE_THREADS") : undefined;
  return text ? threadsIn(text) : navigator.hardwareConcurrency;
}

/**
 * The number in a value of `GRAE_THREADS`.
 *
 * @throws EngineError if it is not a whole number from 1 to the number of cores
 */
export function threadsIn(text: string): number {
  const cores = navigator.hardwareConcurrency, threads = /^\d+$/.test(text) ? Number(text) : 0;
  if (threads >= 1 && threads <= cores) return threads;
  throw new EngineError(
    `GRAE_THREADS must be a whole number from 1 to ${cores}, the cores that this process may use, but it is ` +
      JSON.stringify(text),
  );
}
