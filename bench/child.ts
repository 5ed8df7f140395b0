/**
 * An implementation in a process of its own, as the one who asks sees it.
 *
 * @module
 */

import { childCommand, whyNotStarted } from "../tools/process.ts";
import { linesOf } from "../tools/lines.ts";
import type { AnswerTo, Hello, Present, Request } from "./protocol.ts";

/** How a process is started. */
export interface Start {
  readonly program: string;
  readonly args: readonly string[];
  /** Variables beside those of this process. */
  readonly env: Readonly<Record<string, string>>;
}

/** The error that an implementation answered to a request. */
export class RefusedError extends Error {
  /** The class's name, as errors carry it. */
  override readonly name = "RefusedError";
}

/** An implementation that has started. */
export interface Child extends Present {
  /**
   * Asks, and waits for the answer.
   *
   * @throws (rejects) RefusedError if it says that it cannot, or ends
   */
  ask<R extends Request>(request: R): Promise<AnswerTo<R>>;
  /** Lets it end, and waits for that. */
  end(): Promise<void>;
}

/** The last line that a program wrote on stderr, where Python says what was wrong. */
const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";

/**
 * Starts an implementation.
 *
 * @returns why it is absent where it says so, cannot be started, or ends before it says anything
 */
export async function startChild(
  { program, args, env }: Start,
): Promise<Child | { readonly absent: string }> {
  let child: Deno.ChildProcess;
  try {
    const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    child = childCommand(program, { args: [...args], env, ...piped }).spawn();
  } catch (error) {
    return { absent: `it cannot be started: ${whyNotStarted(program, error)}` };
  }
  const complaint = new Response(child.stderr).text();
  const lines = linesOf(child.stdout);
  const requests = child.stdin.getWriter();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new RefusedError(`the process has ended: ${lastLine(await complaint)}`);
    return value;
  };
  const end = async (): Promise<void> => {
    // It may have ended by itself.
    await requests.close().catch(() => {});
    await lines.return();
    await Promise.all([child.status, complaint]);
  };

  let hello: Hello;
  try {
    hello = JSON.parse(await next());
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    await end();
    return { absent: error.message };
  }
  if ("absent" in hello) {
    await end();
    return hello;
  }
  return {
    ...hello,
    async ask<R extends Request>(request: R) {
      await requests.write(new TextEncoder().encode(JSON.stringify(request) + "\n")).catch(() => {});
      const answer = JSON.parse(await next());
      if (typeof answer.error === "string") throw new RefusedError(answer.error);
      return answer as AnswerTo<R>;
    },
    end,
  };
}
