/**
 * The numbers among a command's options: what is taken at the ends of their ranges and refused just beyond, and their defaults.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as v from "valibot";
import { flagOf, type OptionTable, UsageError, valueOf } from "./options.ts";

/** The next float64 above and below. */
const next = (x: number): number => x + Number.EPSILON * x,
  before = (x: number): number => x - Number.EPSILON * x;
const [SMALLEST, LARGEST] = [2 ** -149, (2 - 2 ** -23) * 2 ** 127];

/** Texts at the ends of a range, which are taken, and just beyond, which are refused. */
export interface Range {
  /** At the ends. */
  readonly taken: readonly (string | number)[];
  /** Just beyond. */
  readonly refused: readonly (string | number)[];
}

/** Whole numbers from one on. */
export const from = (least: number): Range => ({
  taken: [least, 2 ** 53 - 1],
  refused: [least - 1, 2 ** 53, least + 0.5],
});
/** Whole numbers of a range. */
export const between = (least: number, most: number): Range => ({
  taken: [least, most],
  refused: [least - 1, most + 1],
});
/** Halfway to the next number, float32 rounds up to infinity, or down to 0. */
const OVERFLOWS = 2 ** 128 - 2 ** 103, VANISHES = 2 ** -150;
/** Numbers above 0, in float32 too. */
export const POSITIVE: Range = {
  taken: [SMALLEST, next(VANISHES), LARGEST, before(OVERFLOWS)],
  refused: [0, VANISHES, OVERFLOWS],
};
/** Numbers from 0. */
export const FROM_ZERO: Range = { taken: [0, LARGEST], refused: [-SMALLEST, OVERFLOWS] };
/** Of the inverse, too: that of 2⁻¹²⁸ and of less overflows. */
export const BETA: Range = {
  taken: [next(2 ** -128) + 2 ** -149, LARGEST],
  refused: [0, 2 ** -128, OVERFLOWS],
};
/** Numbers from 0 to below 1. */
export const SHARE: Range = { taken: [0, before(1)], refused: [-SMALLEST, 1] };
/** Lists of numbers of a range. */
export const list = ({ taken, refused }: Range): Range => ({
  taken: [...taken, taken.join()],
  refused: [...refused.map((beyond) => `${taken[0]},${beyond}`), ""],
});

/** A range with the default, and that with `--quick` where it is another; no default where there is none. */
export type Numbers = readonly [
  range: Range,
  standard?: number | readonly number[] | undefined,
  quick?: number | readonly number[],
];

/** A default that is no number, and that with `--quick` where it is another; "all" of a list that may have all names. */
export type Choice = readonly [standard: unknown, quick?: unknown];

const isNumber = ([, { kind }]: [string, OptionTable[string]]): boolean =>
  /^(N|NUMBER)\b/.test(kind?.placeholder ?? "");

/** Requires that these are all defaults of a table that are no numbers, and that toggles are off. */
export function assertChoices(options: OptionTable, choices: Readonly<Record<string, Choice>>): void {
  const others = Object.entries(options).filter((entry) => !isNumber(entry));
  const found = others.flatMap(([key, { kind, standard, quick }]) => {
    if (kind === null) assertEquals([standard, quick], [false, undefined], `the toggle --${flagOf(key)}`);
    if (kind === null || standard === null && quick === undefined) return [];
    const isAll = Array.isArray(standard) && standard.length === kind.names?.length;
    return [[key, [isAll ? "all" : standard, ...quick === undefined ? [] : [quick]]] as const];
  });
  assertEquals(Object.fromEntries(found), { ...choices });
}

/** Requires that these are all numbers of a table, with their ranges and defaults. */
export function assertNumbers(options: OptionTable, numbers: Readonly<Record<string, Numbers>>): void {
  const found = Object.entries(options).filter(isNumber);
  assertEquals(found.map(([key]) => key).sort(), Object.keys(numbers).sort());
  for (const [key, { kind, standard, quick }] of found) {
    const [{ taken, refused }, ...defaults] = numbers[key]!;
    for (const text of taken) valueOf(key, kind!, String(text));
    for (const text of refused) {
      const { message } = assertThrows(
        () => valueOf(key, kind!, String(text)),
        UsageError,
        undefined,
        `${key} ${text}`,
      );
      assert(message.startsWith(`--${key} must be ${kind!.what}, but it is "${text}"`), message);
    }
    for (const value of [standard, quick ?? standard]) {
      if (value !== null) assert(v.is(kind!.schema, value), `--${flagOf(key)} ${value}`);
    }
    assertEquals(
      [standard ?? undefined, quick],
      [defaults[0], defaults[1]],
      `the default of --${flagOf(key)}`,
    );
  }
}
