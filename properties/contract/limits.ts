/**
 * Limits of time: for a call of a subject, and for all calls of a law, shrinking included.
 *
 * A call that computes without a pause cannot be stopped from the thread that it has; it is seen when it ends. `deno task verify`
 * gives subjects a thread or a process of their own.
 *
 * @module
 */

import { Unanswered } from "./ledger.ts";

/** How long a subject may take. */
export interface Limits {
  /** For one call, in seconds. */
  readonly callSeconds: number;
  /** For all calls of a law, in seconds. */
  readonly lawSeconds: number;
}

/** The limits unless told otherwise. */
export const defaultLimits: Limits = { callSeconds: 30, lawSeconds: 300 };

/** Longer times are no timer's. */
const LONGEST = 2_000_000;

/** @throws RangeError unless both are times that a timer takes */
export function requireLimits(limits: Limits): Limits {
  for (const key of ["callSeconds", "lawSeconds"] as const) {
    const seconds = limits[key];
    if (!(seconds > 0 && seconds <= LONGEST)) {
      throw new RangeError(
        `verify: ${key} must be a number of seconds above 0 and at most ${LONGEST}, but is ${seconds}`,
      );
    }
  }
  return limits;
}

/** The time of a law that has begun. */
export interface LawTime extends Limits {
  /** When it is over, by `performance.now()`. */
  readonly end: number;
  /** Told that a call was given up, whose answer nobody awaits any more. */
  readonly onGiveUp?: () => void;
}

/** The time of a law that begins now. @param together calls that share a message, and so its time */
export function lawTime(limits: Limits, together = 1, onGiveUp?: () => void): LawTime {
  return {
    callSeconds: limits.callSeconds * together,
    lawSeconds: limits.lawSeconds,
    end: performance.now() + 1000 * limits.lawSeconds,
    ...(onGiveUp && { onGiveUp }),
  };
}

/** @throws Unanswered if the time of the law is over */
export function requireTime({ end, lawSeconds }: LawTime): void {
  if (performance.now() >= end) throw new Unanswered(`the ${lawSeconds} s of the law were over`);
}

/** @throws Unanswered if a call that began at a time has taken longer than it may */
export function requireInTime(time: LawTime, name: string, began: number): void {
  const seconds = (performance.now() - began) / 1000;
  if (seconds > time.callSeconds) {
    throw new Unanswered(
      `${name} took ${Number(seconds.toPrecision(2))} s, but the limit of a call is ${time.callSeconds} s`,
    );
  }
}

/** The answer of a call, or what is thrown (rejects): Unanswered once its time, or that of the law, is over. */
export async function inTime<T>(time: LawTime, name: string, answer: Promise<T>): Promise<T> {
  const call = 1000 * time.callSeconds, rest = time.end - performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Unanswered(
          call <= rest
            ? `${name} did not answer within ${time.callSeconds} s`
            : `the ${time.lawSeconds} s of the law were over before ${name} answered`,
        ),
      );
      time.onGiveUp?.();
    }, Math.max(0, Math.min(call, rest)));
  });
  try {
    return await Promise.race([answer, over]);
  } finally {
    clearTimeout(timer);
  }
}
