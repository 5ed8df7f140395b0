/**
 * A process that answers messages, from its start to its end.
 *
 * @module
 */

import { linesOf } from "../../tools/lines.ts";
import { childCommand, whyNotStarted } from "../../tools/process.ts";
import { Unanswered } from "../contract/ledger.ts";
import { problem, written } from "./message.ts";

/** So many bytes of stderr are kept, and so many of its last lines are told. */
const KEPT = 4096, TOLD = 3;
/** A process that was told to stop has so many milliseconds, and so many have its pipes, which programs that it started may hold. */
const GRACE = 2000, DRAIN = 1000;

/** A process in which a subject is. */
export interface Session {
  /**
   * Writes a message, and reads the answer, which must be one by the schema.
   *
   * @throws (rejects) Unanswered if none comes within the limit; the process is then ended
   */
  exchange(message: object, answer: "started" | "envelope"): Promise<unknown>;
  /** Ends the process at once. */
  kill(): void;
  /** Asks it to stop, and ends it if it does not. */
  stop(): Promise<void>;
}

/**
 * Starts a process.
 *
 * @param seconds the limit for each answer
 * @throws Unanswered if it cannot be started
 */
export function startSession(command: readonly [string, ...string[]], seconds: number): Session {
  const [program, ...args] = command, name = shortened(command.join(" "), 60);
  let child: Deno.ChildProcess;
  try {
    child = childCommand(program, { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  } catch (error) {
    throw new Unanswered(`${name} cannot be started: ${whyNotStarted(program, error)}`);
  }
  const lines = linesOf(child.stdout), input = child.stdin.getWriter(), complaint = lastOf(child.stderr);
  const lastWords = async (): Promise<string> => {
    await atMost(DRAIN, complaint.read);
    return complaint.last();
  };
  let ended = false;
  child.status.then(() => ended = true);
  const kill = (): void => {
    if (!ended) child.kill("SIGKILL");
  };
  /** The line that answers, or why there is none. */
  const answerLine = async (): Promise<string> => {
    const line = await atMost(1000 * seconds, lines.next());
    if (line === undefined) {
      throw new Unanswered(`${name} gave no answer within ${seconds} s${said(await halted())}`);
    }
    if (!line.done) return line.value;
    const { code, signal } = await child.status;
    const how = signal === null ? `with status ${code}` : `by ${signal}`;
    throw new Unanswered(`${name} ended ${how} and gave no answer${said(await lastWords())}`);
  };
  const halted = async (): Promise<string> => {
    kill();
    return await lastWords();
  };
  return {
    kill,
    async exchange(message, kind) {
      // Where the process has ended, the answer says why.
      await input.write(new TextEncoder().encode(`${written(message)}\n`)).catch(() => {});
      const line = await answerLine();
      const shown = shortened(line, 100);
      let answer: unknown;
      try {
        answer = JSON.parse(line);
      } catch {
        throw new Unanswered(`${name} wrote a line that is not JSON: ${shown}${said(await halted())}`);
      }
      const wrong = problem(kind, answer);
      if (wrong === undefined) return answer;
      throw new Unanswered(
        `${name} wrote a line that is no answer, ${wrong}: ${shown}${said(await halted())}`,
      );
    },
    async stop() {
      const timer = setTimeout(kill, GRACE);
      await input.write(new TextEncoder().encode(`${written({ cmd: "stop" })}\n`)).catch(() => {});
      await input.close().catch(() => {});
      await child.status;
      clearTimeout(timer);
      await atMost(DRAIN, lines.return());
      await atMost(DRAIN, complaint.read);
    },
  };
}

/** The last lines of a stream so far, on one line, without those that only point at another; and when all of it is read. */
function lastOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): { readonly last: () => string; readonly read: Promise<void> } {
  let text = "";
  const read = async (): Promise<void> => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) text = (text + part).slice(-KEPT);
  };
  const last = (): string => {
    const lines = text.split("\n").map((line) => line.trim()).filter((line) => /[^\s^~|]/.test(line));
    return lines.slice(-TOLD).join(" | ");
  };
  return { last, read: read() };
}

/** What a promise gives within so many milliseconds; otherwise undefined. */
async function atMost<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<undefined>((resolve) =>
    timer = setTimeout(() => resolve(undefined), milliseconds)
  );
  try {
    return await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** The first letters of a text, on one line. */
export function shortened(text: string, length: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}

const said = (complaint: string): string => complaint === "" ? "" : `; it said: ${complaint}`;
