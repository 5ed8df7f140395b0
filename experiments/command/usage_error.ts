/**
 * The error of a command line that cannot be followed.
 *
 * @module
 */

import { closestString, levenshteinDistance } from "@std/text";

/** A command line that cannot be followed: its message is one line; the exit status is 2. */
export class UsageError extends Error {
  /** The class's name, as errors carry it. */
  override readonly name = "UsageError";
}

const distance: (a: string, b: string) => number = levenshteinDistance;
const closest: (word: string, words: readonly string[]) => string = closestString;

/** The one of `words` that was probably meant by `word`: it differs in at most a third of its letters, or null. */
export function nearest(word: string, words: readonly string[]): string | null {
  const candidate = closest(word, words);
  const most = Math.ceil(Math.max(word.length, candidate.length) / 3);
  return distance(word.toLowerCase(), candidate) <= most ? candidate : null;
}
