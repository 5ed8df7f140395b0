/**
 * How an abused program ended, and whether it may end so.
 *
 * @module
 */

import { foldIn, integers, type Key } from "../../lib/engine/key.ts";

/** The kinds of abuse, in the order of the table. */
export const KINDS = ["flips", "kills", "doubles", "fills", "starves"] as const;
/** A kind of abuse. */
export type Kind = typeof KINDS[number];

/** The programs: the training, a small study of four parts, and the report of both. */
export const SUBJECTS = ["mnist", "powers", "report"] as const;
/** The name of a program that is abused. */
export type SubjectName = typeof SUBJECTS[number];

/** How a program ended. */
export interface End {
  /** The exit status; null if a signal ended it, or it had to be stopped because it hung. */
  readonly status: number | null;
  /** What it said beside progress. */
  readonly said: string;
  /** Whether it did not end by itself within {@link PATIENCE}. */
  readonly hung?: boolean;
  /** The largest resident size seen, in bytes, where it was measured. */
  readonly peak?: number;
}

/** How long a program may take, in milliseconds: many times what the slowest takes on a busy machine. */
export const PATIENCE = 120_000;

/**
 * What a try came to. `refused`: in one line that names the file or folder. `same`: the bits of a run that nobody
 * abused. `silent`: status 0 and other bits. `trace`: a stack trace. `other`: a hang, a refusal that is not one line,
 * or files, memory or processes that should not be there.
 */
export type Verdict = "refused" | "same" | "silent" | "trace" | "other";

/** A try and what it came to. */
export interface Try {
  readonly kind: Kind;
  /** Its number, from 0, which with the seed decides all that it does. */
  readonly number: number;
  /** What was done, in words. */
  readonly what: string;
  readonly verdict: Verdict;
  /** What the program said, or what is wrong. */
  readonly why: string;
}

/** What a try came to, before it has a name. */
export type Found = Pick<Try, "what" | "verdict" | "why">;

/** Numbers drawn one after the other, the same for the same key. */
export class Draws {
  #drawn = 0;
  constructor(readonly key: Key) {}

  /** A whole number from 0 to below `most`, which is at most 2³¹ − 1. */
  below(most: number): number {
    return integers(foldIn(this.key, this.#drawn++), 1, most)[0]!;
  }

  /** One of some values. */
  pick<T>(values: readonly T[]): T {
    if (values.length === 0) {
      throw new RangeError("Draws.pick: there must be a value to pick, but there is none");
    }
    return values[this.below(values.length)]!;
  }

  /** Whether something happens that happens once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  /** A number from 0 to below 1. */
  share(): number {
    return this.below(1 << 30) / (1 << 30);
  }
}

/** A frame of a stack, an error that nobody caught, or a panic of Deno. */
const TRACE = /^\s+at .+:\d+:\d+\)?$|^error: Uncaught|panicked at|^\s*\d+: <unknown>/m;

/** What is wrong with how a program ended, whatever it had been to do; null if nothing. */
export function problemOf({ status, said, hung }: End): Pick<Found, "verdict" | "why"> | null {
  if (TRACE.test(said)) return { verdict: "trace", why: said.trim() };
  if (hung) return { verdict: "other", why: `it did not end within ${PATIENCE / 1000} s` };
  if (status === null || status === 0) return null;
  if (status !== 130 && said.trim() === "") {
    return { verdict: "other", why: `it ended with status ${status} and said nothing` };
  }
  return null;
}

/**
 * What a program that ended by itself came to.
 *
 * @param names what its refusal must name: a folder or file
 * @param difference what in its folder differs from a run that nobody abused; null if nothing
 */
export async function judged(
  end: End,
  names: string,
  difference: () => Promise<string | null>,
): Promise<Pick<Found, "verdict" | "why">> {
  const problem = problemOf(end);
  if (problem !== null) return problem;
  const { status, said } = end;
  if (status === null) return { verdict: "other", why: "a signal ended it that nobody sent" };
  if (status === 0) {
    const differs = await difference();
    return differs === null ? { verdict: "same", why: "" } : { verdict: "silent", why: differs };
  }
  const line = said.trim();
  if (line.includes("\n")) return { verdict: "other", why: `a refusal must be one line, but is ${line}` };
  if (!line.includes(names)) return { verdict: "other", why: `a refusal must name ${names}, but is ${line}` };
  return { verdict: "refused", why: line };
}
