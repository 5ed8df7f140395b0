/**
 * Starting a job with the permissions that its options need and no others, path by path.
 *
 * @module
 */

import { blasCandidates } from "../../lib/engine/blas.ts";
import { RELEASE_FILE } from "../../lib/engine/blas_advice.ts";
import { EngineError } from "../../lib/engine/engine_error.ts";
import { defaultThreads } from "../../lib/engine/thread_count.ts";
import { INTERRUPTED, LAUNCHER, SIGNALS } from "./interruption.ts";
import { childCommand, permission, whyNotStarted } from "./process.ts";
import { UsageError } from "./usage_error.ts";

/**
 * The permission flags of a run: its folder, its data, which Linux this is, and the BLAS libraries that there may be.
 *
 * @throws UsageError if one of them is a path that no flag can name
 */
export function grants(folder: string, data: string | null, blas: readonly string[]): string[] {
  return [
    permission("read", [folder, ...(data === null ? [] : [data]), RELEASE_FILE]),
    permission("write", [folder]),
    ...(blas.length > 0 ? [permission("ffi", blas)] : []),
    "--allow-env=GRAE_BLAS,GRAE_THREADS,OPENBLAS_CORETYPE",
  ];
}

/** What a command line asks for: help, a run that needs these folders, or another job with the flags that it needs. */
export type Asked =
  | { readonly help: string }
  | { readonly folder: string; readonly data: string | null }
  | { readonly flags: readonly string[] };

/** Starts the job and gives its exit status. */
async function start(
  task: string,
  job: URL,
  flags: readonly string[],
  args: readonly string[],
): Promise<number> {
  const command = childCommand("deno", {
    args: ["run", "--no-prompt", ...flags, `--allow-env=${LAUNCHER}`, job.href, ...args],
    // By this the job notices when this process is gone.
    env: { [LAUNCHER]: String(Deno.pid) },
  });
  let child: Deno.ChildProcess;
  try {
    child = command.spawn();
  } catch (error) {
    console.error(`${task}: the job could not be started: ${whyNotStarted("deno", error)}`);
    return 1;
  }
  let signals = 0;
  const pass = (signal: Deno.Signal) => (): void => {
    signals++;
    try {
      // The first lets the job save its state; a second is not left to what it computes.
      child.kill(signals === 1 ? signal : "SIGKILL");
    } catch (error) {
      // It has just ended.
      if (!(error instanceof TypeError)) throw error;
    }
  };
  for (const signal of SIGNALS) {
    // On Windows Ctrl-C reaches the job by itself. From a terminal elsewhere too, which takes both for one.
    Deno.addSignalListener(signal, Deno.build.os === "windows" ? () => {} : pass(signal));
  }
  const { code } = await child.status;
  return signals > 1 ? INTERRUPTED : code;
}

/**
 * Follows the command line of a task: prints its help, or starts its job.
 *
 * @param task the task's name, for messages
 * @param job the module that does it, with the same arguments
 * @param ask what the arguments ask for; throws UsageError
 * @returns the exit status: 0, 1 for data, 2 for usage, 130 when interrupted
 */
export async function launch(
  task: string,
  job: URL,
  args: readonly string[],
  ask: (args: readonly string[]) => Asked,
): Promise<number> {
  try {
    const asked = ask(args);
    if ("help" in asked) {
      console.log(asked.help);
      return 0;
    }
    // A variable that is wrong is refused before anything starts.
    defaultThreads();
    const flags = "flags" in asked ? asked.flags : grants(asked.folder, asked.data, blasCandidates());
    return await start(task, job, flags, args);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof EngineError)) throw error;
    console.error(`${task}: ${error.message}`);
    return 2;
  }
}
