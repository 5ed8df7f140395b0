/**
 * The connection to a queue's server. BullMQ and ioredis are loaded here, and only when a queue is asked for.
 *
 * @module
 */

import process from "node:process";
import type { Queue, QueueEvents, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { type Address, shown, withoutSecrets } from "./address.ts";

/** The queue has done, or was given, what cannot be stood behind. */
export class QueueError extends Error {
  override readonly name = "QueueError";
}

/** How long a server may take to answer at first, in milliseconds. */
const FIRST = 10_000;

/** BullMQ's classes. */
interface Bull {
  readonly Queue: typeof Queue;
  readonly QueueEvents: typeof QueueEvents;
  readonly Worker: typeof Worker;
  readonly WaitingError: new () => Error;
}

/** A connection. */
export interface Connection extends AsyncDisposable {
  readonly redis: Redis;
  readonly bull: Bull;
  /** Takes errors of what shares the connection: of an outage one line is said, and one when it is over. */
  readonly onError: (error: Error) => void;
}

/** The packages. Their logger lists all variables when it is loaded, which no task may: it sees none. */
async function packages(): Promise<{ bull: Bull; Redis: typeof Redis }> {
  const own = Object.getOwnPropertyDescriptor(process, "env")!;
  Object.defineProperty(process, "env", { ...own, value: {} });
  try {
    const [bull, { Redis }] = await Promise.all([import("bullmq"), import("ioredis")]);
    return { bull, Redis };
  } finally {
    Object.defineProperty(process, "env", own);
  }
}

/**
 * Connects to a server.
 *
 * @param say shows a line: that the server does not answer, and that it does again
 * @throws (rejects) QueueError if it does not answer, or refuses; the signal's reason if it is aborted
 */
export async function connected(
  address: Address,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Connection> {
  const { bull, Redis } = await packages();
  // No event comes of a signal that was aborted meanwhile.
  signal.throwIfAborted();
  const { tls, ...server } = address;
  const redis = new Redis({
    ...server,
    ...(tls ? { tls: {} } : {}),
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(100 * times, 1000),
  });
  const where = shown(address);
  let answers = true;
  let last: Error | null = null;
  const onError = (error: Error): void => {
    last = error;
    if (!ready || !answers || redis.status === "ready") return;
    answers = false;
    say(`${where} does not answer: ${reason(error)}; waiting for it`);
  };
  let ready = false;
  redis.on("error", onError);
  redis.on("ready", () => {
    if (!answers) say(`${where} answers again`);
    answers = true;
  });
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(FIRST)]);
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => reject(signal.aborted ? signal.reason : refused(where, last));
      patience.addEventListener("abort", stop);
      // A wrong password does not become right by waiting.
      redis.on("error", (error) => error.name === "ReplyError" && reject(refused(where, error)));
      redis.once("ready", resolve);
      redis.connect().catch((error) => last ??= error);
    });
    ready = true;
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  return { redis, bull, onError, [Symbol.asyncDispose]: () => Promise.resolve(redis.disconnect()) };
}

const reason = (error: Error): string => withoutSecrets(error.message || error.name).split("\n")[0]!;

const refused = (where: string, error: Error | null): QueueError =>
  new QueueError(
    `the queue ${where} must answer within ${FIRST / 1000} s, but ${
      error === null ? "it says nothing" : `there is: ${reason(error)}`
    }; start redis-server or valkey-server there, or give its address, user and password by --queue`,
  );

/** Waits for a promise, whatever it comes to, so many milliseconds at most. */
export async function within(most: number, promise: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const late = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, most);
    over.signal.addEventListener("abort", () => clearTimeout(timer));
  });
  await Promise.race([promise.catch(() => {}), late]);
  over.abort();
}
