/**
 * A program as a subject, in whatever language: see docs/other-languages.md.
 *
 * @module
 */

import { UsageError } from "../../experiments/runner/options.ts";
import { ask } from "../../experiments/runner/permissions.ts";
import { Unanswered } from "../../laws.ts";
import { type RemoteSubject, startSubject } from "../../properties/stdio/subject.ts";
import { words } from "../shell.ts";

/**
 * Starts a program that is a subject.
 *
 * @param task the task that asks for it, for messages
 * @param command as a shell reads it, without variables
 * @param seconds the limit for the answer to a message
 * @throws (rejects) UsageError if it may not be started, or does not say what it offers
 */
export async function subjectOfCommand(
  task: string,
  command: string,
  seconds: number,
  args: readonly string[],
): Promise<RemoteSubject> {
  const [program, ...rest] = words(command) ?? [];
  if (program === undefined) {
    throw new UsageError(`--command must be a program and its arguments, but is ${JSON.stringify(command)}`);
  }
  await ask(task, ["run"], program, "--command", args);
  return await startSubject([program, ...rest], seconds).catch((error) => {
    throw error instanceof Unanswered ? new UsageError(`--command: ${error.message}`) : error;
  });
}
