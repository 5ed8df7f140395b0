/**
 * How a run is stopped.
 *
 * @module
 */

/** The exit status of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

/**
 * Gives timers and signals a turn, without which a long computation hears of nothing.
 *
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function turn(signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  signal?.throwIfAborted();
}
