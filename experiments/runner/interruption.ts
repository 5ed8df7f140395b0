/**
 * How a run is stopped: by a signal, or by the end of the `deno task` that started it.
 *
 * @module
 */

/** The exit status of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

/** The signals that stop a run; Windows has Ctrl-C alone. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** A terminal sends a signal to `deno task` and to this process, which gets it twice: within so many milliseconds. */
const SAME = 300;
/** How often the parent is looked for, in milliseconds. */
const LOOK = 250;

/** The ways in which a run is stopped. */
export interface Interruption {
  /** Aborted when the run is to save its state and end. */
  readonly signal: AbortSignal;
  /**
   * From here on a first signal aborts, and a second one ends the process at once, whatever it computes. Before, there is
   * nothing to save, and the first one ends it.
   */
  listen(): void;
}

/** Whether this process was started by `deno task`, which tells its children where it was called. */
function startedByTask(): boolean {
  const granted = Deno.permissions.querySync({ name: "env", variable: "INIT_CWD" }).state === "granted";
  return granted && Deno.env.get("INIT_CWD") !== undefined;
}

/** The interruption of this process's run. */
export function interruption(): Interruption {
  const abort = new AbortController();
  const { signal } = abort;
  let listens = false;
  const stop = (): void => {
    if (signal.aborted) return;
    abort.abort();
    // Without a listener Deno does what the system does by default, also while this thread computes.
    setTimeout(() => {
      if (listens) { for (const name of SIGNALS) Deno.removeSignalListener(name, stop); }
    }, SAME);
  };
  if (startedByTask()) {
    const parent = Deno.ppid;
    // An orphan gets another parent.
    const timer = setInterval(() => {
      if (Deno.ppid === parent) return;
      clearInterval(timer);
      if (listens) stop();
      else Deno.exit(INTERRUPTED);
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
