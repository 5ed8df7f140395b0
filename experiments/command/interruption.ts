/**
 * How a job is stopped: by a signal, or by the end of the launcher that started it.
 *
 * @module
 */

/** The exit status of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

/** The variable by which a launcher gives its process's id to its job. */
export const LAUNCHER = "GRAE_LAUNCHER";

/** The signals that stop a job; Windows has Ctrl-C alone. */
export const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** A signal from a terminal comes to the launcher and to the job, which gets it twice: in milliseconds. */
const SAME = 300;
/** How often a job looks whether its launcher is there, in milliseconds. */
const LOOK = 250;

/** What stops a job. */
export interface Interruption {
  /** Aborted when the job is to save its state and end. */
  readonly signal: AbortSignal;
  /**
   * From here on signals abort, and a second one ends the process. Before, there is nothing to save, and the first ends
   * it at once, even while it computes.
   */
  listen(): void;
}

/** The launcher of this process; null for a job that was started by hand. */
function launcherOf(): number | null {
  if (Deno.permissions.querySync({ name: "env", variable: LAUNCHER }).state !== "granted") return null;
  const pid = Deno.env.get(LAUNCHER);
  return pid === undefined ? null : Number(pid);
}

/** What stops this process's job. */
export function interruption(): Interruption {
  const abort = new AbortController();
  const { signal } = abort;
  let listens = false;
  let first = 0;
  const stop = (): void => {
    if (signal.aborted) {
      if (performance.now() - first > SAME) Deno.exit(INTERRUPTED);
      return;
    }
    first = performance.now();
    abort.abort();
  };
  const launcher = launcherOf();
  if (launcher !== null) {
    const timer = setInterval(() => {
      // An orphan gets another parent.
      if (Deno.ppid === launcher || signal.aborted) return;
      if (!listens) Deno.exit(INTERRUPTED);
      stop();
    }, LOOK);
    Deno.unrefTimer(timer);
  }
  return {
    signal,
    listen: () => {
      if (listens) return;
      listens = true;
      for (const name of SIGNALS) Deno.addSignalListener(name, stop);
    },
  };
}

/**
 * Gives timers and signals a turn, without which a long computation hears of nothing.
 *
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function turn(signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  signal?.throwIfAborted();
}
