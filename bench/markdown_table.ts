/**
 * Tables in Markdown, and the numbers in them.
 *
 * @module
 */

import type { Spread } from "./statistics.ts";

/** A table: the first columns are words, the others numbers. */
export function table(
  words: readonly string[],
  numbers: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = [...words.map(() => "---"), ...numbers.map(() => "---:")];
  return [[...words, ...numbers], rule, ...rows].map(line).join("\n");
}

/** A number with a given count of digits behind the point. */
export const fixed = (value: number, digits = 1): string => value.toFixed(digits);
/** Where the middle half lies. */
export const quartiles = ({ lower, upper }: Spread, digits = 1): string =>
  `${fixed(lower, digits)}–${fixed(upper, digits)}`;
/** A ratio, or a dash where the divisor is missing. */
export const ratio = (over: number | undefined, under: number | undefined): string =>
  over === undefined || under === undefined ? "–" : fixed(over / under, over / under < 10 ? 2 : 1);
