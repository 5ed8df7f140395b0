/**
 * Command lines that ask for what there is not.
 *
 * @module
 */

import { closestString } from "@std/text";

/** A mistake in how a command was called; its message says what would be right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * A mistake about a name: what there is, and what is nearest.
 *
 * @param kind what is named, such as "law"
 */
export function unknownName(kind: string, given: string, valid: readonly string[]): UsageError {
  const nearest = closestString(given, [...valid], { caseSensitive: false });
  return new UsageError(
    `there is no ${kind} ${given}${nearest === undefined ? "" : `; the nearest is ${nearest}`}. There are: ${
      valid.join(", ")
    }`,
  );
}

/** A number of threads, from 1 to the number of cores; undefined where none is given. */
export function threadCount(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const cores = navigator.hardwareConcurrency, value = Number(given);
  if (!/^\d+$/.test(given) || value < 1 || value > cores) {
    throw new UsageError(
      `--threads takes a whole number from 1 to the number of cores, which is ${cores}, not "${given}"`,
    );
  }
  return value;
}

/** A whole number from 0 on, or from `least` on. */
export function wholeNumber(option: string, given: string, least = 0): number {
  const value = Number(given);
  if (!/^\d+$/.test(given) || !Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`--${option} takes a whole number from ${least} on, not "${given}"`);
  }
  return value;
}
