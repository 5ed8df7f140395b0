/**
 * A subject in another process, in whatever language: calls are gathered into messages, and no answer is told from a wrong one.
 *
 * @module
 */

import type { Capability } from "../contract/capability.ts";
import { Unanswered } from "../contract/ledger.ts";
import type { Subject } from "../contract/subject.ts";
import {
  type Answer,
  type Answered,
  answerProblem,
  type Call,
  callOf,
  isCallable,
  numbersOf,
  type Started,
} from "./message.ts";
import { type Session, shortened, startSession } from "./session.ts";

/** A subject in another process, and how it is ended. */
export interface RemoteSubject {
  /** The subject. */
  readonly subject: Subject;
  /** How many messages it was sent, and how many calls were in them. */
  readonly sent: { readonly messages: number; readonly calls: number };
  /** How many cases should be examined together. */
  readonly atOnce: number;
  /** Ends what still computes, without an answer; the next call starts afresh. */
  readonly giveUp: () => void;
  /** Lets its process end. */
  readonly stop: () => Promise<void>;
}

/** A call, and who waits for its answer. */
interface Asked {
  readonly call: Call;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** See {@link RemoteSubject.atOnce}. */
const AT_ONCE = 32;

/** Errors by their kind, as the contract knows refusals; no law reads the words of `other`. */
const errorOf: Readonly<Record<string, (message: string) => Error>> = {
  "value": (message) => new RangeError(message),
  "type": (message) => new TypeError(message),
  "not offered": (message) => Object.assign(new Error(message), { name: "NotOffered" }),
  "other": (message) => Object.assign(new Error(message), { name: "OtherError" }),
};

/**
 * Starts a program, and asks it what it offers. Its process is ended with this one, also by a signal, and is started again where it has
 * ended, or gave no answer.
 *
 * @param command a program and its arguments, which must be permitted
 * @param seconds the limit for the answer to a message
 * @throws (rejects) Unanswered if it cannot be started, or does not say what it offers
 */
export async function startSubject(
  command: readonly [string, ...string[]],
  seconds = 30,
): Promise<RemoteSubject> {
  const name = shortened(command.join(" "), 60);
  const sent = { messages: 0, calls: 0 };
  let session: Session | undefined, id = 0, givenUp = false;
  const kill = (): void => session?.kill();
  const release = endedWith(kill);
  const start = async (): Promise<Started> => {
    session = startSession(command, seconds);
    return await session.exchange({ cmd: "start", version: 1 }, "started") as Started;
  };
  /** Asks in one message. */
  const exchange = async (calls: readonly Call[]): Promise<readonly Answer[]> => {
    if (session === undefined) await start();
    [sent.messages, sent.calls] = [sent.messages + 1, sent.calls + calls.length];
    const answered = await session!.exchange({ cmd: "ask", id: ++id, calls }, "envelope") as Answered;
    if (answered.id === id && answered.answers.length === calls.length) return answered.answers;
    throw new Unanswered(
      `${name} must answer ${calls.length} calls under the id ${id}, ` +
        `but gave ${answered.answers.length} answers under the id ${answered.id}`,
    );
  };
  /** Drops a process whose answers can no longer be told from each other. */
  const drop = async (): Promise<void> => {
    const dropped = session;
    session = undefined;
    dropped?.kill();
    await dropped?.stop();
  };
  const ask = async (asked: readonly Asked[]): Promise<void> => {
    try {
      const answers = await exchange(asked.map(({ call }) => call));
      asked.forEach(({ resolve }, i) => resolve(answers[i]!));
    } catch (error) {
      const dropped = givenUp;
      givenUp = false;
      await drop();
      if (dropped) return asked.forEach(({ reject }) => reject(error));
      if (asked.length === 1) return asked[0]!.reject(error);
      // Which of them it was, is seen by asking for them one by one, up to the first that has no answer.
      let failed: unknown;
      for (const one of asked) {
        if (failed !== undefined) one.reject(failed);
        else await ask([{ ...one, reject: (error) => one.reject(failed = error) }]);
      }
      if (failed === undefined) most = Math.ceil(asked.length / 4);
    }
  };
  // So many calls go into a message; fewer where a message had no answer in time, although each of its calls has one.
  let most = Infinity;
  let queue: Asked[] = [], busy = false;
  /** Sends what is asked for, all in one message; what comes meanwhile goes into the next one. */
  const flush = async (): Promise<void> => {
    busy = true;
    // Calls of cases that are examined together are made in turn. A timer takes 3 ms here, and calls one by one are 20 times slower.
    await Promise.resolve();
    while (queue.length > 0) {
      const asked = queue.slice(0, most);
      queue = queue.slice(most);
      await ask(asked);
      await Promise.resolve();
    }
    busy = false;
  };
  const call = async (capability: Capability, given: readonly unknown[]): Promise<unknown> => {
    const call = callOf(capability, given);
    const answer = await new Promise<Answer>((resolve, reject) => {
      queue.push({ call, resolve, reject });
      if (!busy) flush();
    });
    const wrong = answerProblem(call, answer);
    if (wrong !== undefined) {
      throw new Unanswered(`${name} gave no answer of the right shape: ${wrong}`);
    }
    if ("error" in answer) {
      const { kind, message } = answer.error as { readonly kind: string; readonly message: string };
      // Where it was thrown, the message says; the stack here is of no use.
      throw Object.assign(errorOf[kind]!(message), { stack: message });
    }
    return numbersOf(answer[capability]);
  };
  const giveUp = (): void => {
    givenUp = busy;
    if (busy) kill();
    else drop();
  };
  const stop = async (): Promise<void> => {
    await session?.stop();
    release();
  };
  try {
    return { subject: subjectOf(await start(), call), sent, atOnce: AT_ONCE, giveUp, stop };
  } catch (error) {
    kill();
    await stop();
    throw error;
  }
}

/** The subject that a process says it is. */
function subjectOf(
  { version: _, capabilities, ...declared }: Started,
  call: (capability: Capability, given: readonly unknown[]) => Promise<unknown>,
): Subject {
  const subject: Record<string, unknown> = { ...declared };
  for (const capability of capabilities) {
    const [first, member] = capability.split(".", 2) as [string, string?];
    // One that does not exist is named by the laws, with the nearest.
    const answer = (...given: readonly unknown[]): Promise<unknown> =>
      isCallable(capability)
        ? call(capability, given)
        : Promise.reject(new Unanswered(`there is no capability ${capability}`));
    if (member === undefined) subject[first] = answer;
    else subject[first] = { ...subject[first] as object, [member]: answer };
  }
  return subject as unknown as Subject;
}

/** The exit status of a program that Ctrl-C ended. */
const INTERRUPTED = 130;
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Kills when this process ends, also by a signal; returns what undoes that. */
function endedWith(kill: () => void): () => void {
  const interrupted = (): never => {
    kill();
    Deno.exit(INTERRUPTED);
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, interrupted);
  addEventListener("unload", kill);
  return () => {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, interrupted);
    removeEventListener("unload", kill);
  };
}
