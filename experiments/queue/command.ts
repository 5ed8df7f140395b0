/**
 * The task `worker`: its command line.
 *
 * @module
 */

import { messageOf } from "../runner/command.ts";
import { interruption } from "../runner/interruption.ts";
import { option, optional, parseCommand, path, toggle, UsageError, whole } from "../runner/options.ts";
import { ask, askForData } from "../runner/permissions.ts";
import { writeErr, writeOut } from "../runner/progress.ts";
import { addressOf, hostOf, queueAddress, withoutSecrets } from "./address.ts";
import type { WorkerOptions } from "./worker.ts";

const WORKER = "Worker";
const OPTIONS = {
  queue: optional(WORKER, queueAddress, "where the queue is; must be given"),
  data: optional(WORKER, path("a file or folder"), "where the data are here of runs that have --data"),
  threads: optional(
    WORKER,
    whole(1, navigator.hardwareConcurrency),
    "threads that compute, with the same bits (default: GRAE_THREADS, else all cores)",
  ),
  patience: option(
    WORKER,
    whole(1, 3600),
    30,
    "seconds without a sign of life after which a part is given to another worker",
  ),
  quiet: toggle(WORKER, "show nothing but warnings"),
} as const;

/**
 * Runs a worker as arguments ask, until it is stopped.
 *
 * @param studies the studies that it knows, by name
 * @returns the exit status: 0 after SIGTERM, SIGINT or SIGHUP
 * @throws (rejects) UsageError; what {@link WorkerOptions} and the queue refuse
 */
export async function workerStatus(
  studies: WorkerOptions["studies"],
  args: readonly string[],
): Promise<number> {
  const task = "worker";
  const parsed = parseCommand({
    ...{
      task,
      about: "Does parts of studies that were begun with --queue, until it is stopped.",
      options: OPTIONS,
    },
    examples: [
      ["--queue redis://127.0.0.1:6379", "a worker for runs on this machine"],
      ["--queue rediss://ann:secret@queue.example:6380 --threads 4", "by TLS, with a user and a password"],
    ],
    notes: [[
      "Stop",
      "SIGTERM and Ctrl-C give the part in progress back to the queue within two seconds; a second signal ends the process at once. " +
      "Start as many workers as there are cores, each with --threads 1, or one a machine.",
    ]],
  }, args);
  if (parsed.help !== null) {
    writeOut(parsed.help);
    return 0;
  }
  const { queue, data, threads, patience, quiet } = parsed.values;
  const address = queue === null ? null : addressOf(queue);
  if (address === null) {
    throw new UsageError("--queue must be given: the address of the queue to take parts from");
  }
  await ask(task, ["net"], hostOf(address), "--queue", args);
  if (data !== null) await askForData(task, data, args);
  const stop = interruption();
  stop.listen();
  const warn = (line: string): void => writeErr(`${task}: ${withoutSecrets(line)}\n`);
  const { takeParts } = await import("./worker.ts");
  try {
    await takeParts(address, {
      ...{ studies, data, threads, patience, warn },
      signal: stop.signal,
      say: quiet ? () => {} : warn,
      mayRead: (data) => askForData(task, data, args),
    });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    // It was stopped before it had anything.
    if (error !== stop.signal.reason) warn(messageOf(error));
  }
  return 0;
}
