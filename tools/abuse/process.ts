/**
 * Processes of studies: started, watched, and stopped where they hang.
 *
 * @module
 */

import { ROOT } from "../../fixtures/temporary_folder.ts";
import { childCommand, permission } from "../process.ts";
import type { Subject } from "./subject.ts";
import { type End, PATIENCE } from "./verdict.ts";

/** What stands before the command of a process: a script for `sh`, which ends with `"$@"`. */
export type Script = string;

/** A process of a subject. */
export interface Running {
  /** Sends a signal, unless it has ended. */
  kill(signal: Deno.Signal): void;
  /** How it ended; by then nothing has its stdout and stderr any more, so that no process of its is left. */
  readonly ended: Promise<End>;
}

/**
 * Starts a process of a subject, which may write one folder.
 *
 * @param writes that folder
 * @param script what the shell does around it; nothing if left out
 */
export function running(
  subject: Subject,
  args: readonly string[],
  writes: string,
  script?: Script,
): Running {
  const command = [
    ...["deno", "run", "-q", "--no-prompt", permission("read", [ROOT]), permission("write", [writes])],
    ...[...subject.grants, subject.program, ...args],
  ];
  const [program, ...rest] = script === undefined ? command : ["sh", "-c", script, "sh", ...command];
  const child = childCommand(program!, {
    args: rest,
    env: { GRAE_BLAS: "", NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const kill = (signal: Deno.Signal): void => {
    try {
      child.kill(signal);
    } catch {
      // It has ended.
    }
  };
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    kill("SIGKILL");
  }, PATIENCE);
  const ended = (async (): Promise<End> => {
    const { code, signal, stdout, stderr } = await child.output();
    clearTimeout(timer);
    const [out, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
    const kilobytes = [...out.matchAll(/VmHWM:\s*(\d+) kB/g)].map(([, text]) => Number(text)).at(-1);
    return {
      status: signal === null ? code : null,
      said,
      hung,
      ...(kilobytes === undefined ? {} : { peak: 1024 * kilobytes }),
    };
  })();
  return { kill, ended };
}

/** How a process of a subject ends that is left alone. */
export const processEnd = (
  subject: Subject,
  args: readonly string[],
  writes: string,
  script?: Script,
): Promise<End> => running(subject, args, writes, script).ended;

/** Waits. */
export const after = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
