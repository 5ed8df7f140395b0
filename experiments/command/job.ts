/**
 * A job's process: signals, errors in one line, exit status.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { EngineError } from "../../lib/engine/mod.ts";
import { NotPositiveDefiniteError } from "../../lib/linalg/mod.ts";
import { CheckpointError, NonFiniteLossError } from "../../lib/training/mod.ts";
import { INTERRUPTED, type Interruption, interruption } from "./interruption.ts";
import { isOsError, osReason } from "./os_error.ts";
import { writeErr, writeOut } from "./output.ts";
import { resumeCommand } from "./shell.ts";
import { UsageError } from "./usage_error.ts";

/** Errors whose message is one line that says what to do. */
const FORESEEN = [
  DataError,
  CheckpointError,
  EngineError,
  NonFiniteLossError,
  NotPositiveDefiniteError,
  UsageError,
];

/** How a job ended. */
export type JobEnd =
  | {
    readonly files: readonly string[];
    /** What failed nevertheless, in lines; nothing if left out. */
    readonly failed?: readonly string[];
  }
  | {
    /** What is saved, as in "after step 7". */
    readonly interrupted: string;
    readonly folder: string;
    readonly data: string | null;
  };

/**
 * Runs a job: what stops it is handed to it, the files that it leaves are named on stdout, what went wrong on stderr.
 *
 * @param task the task's name, for messages
 * @returns the exit status: 0, 1 for data, 2 for usage, 130 when interrupted
 */
export async function runJob(task: string, job: (stop: Interruption) => Promise<JobEnd>): Promise<number> {
  try {
    const end = await job(interruption());
    if ("interrupted" in end) {
      writeErr(`Interrupted ${end.interrupted}; the state is saved. To go on:\n`);
      writeErr(`  ${resumeCommand(task, end.folder, end.data)}\n`);
      return INTERRUPTED;
    }
    for (const file of end.files) writeOut(`${file}\n`);
    for (const line of end.failed ?? []) writeErr(`${task}: ${line}\n`);
    return end.failed === undefined ? 0 : 1;
  } catch (error) {
    writeErr(`${task}: ${messageOf(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** One line about an error; of one that nobody foresaw, the stack. */
function messageOf(error: unknown): string {
  if (isOsError(error)) return osReason(error);
  if (FORESEEN.some((kind) => error instanceof kind)) return (error as Error).message;
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
