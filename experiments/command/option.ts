/**
 * Options in a table: what a command reads, explains and refuses by.
 *
 * @module
 */

import type { Kind } from "./option_kind.ts";

/** An option. */
export interface Option {
  /** The heading under which the help has it. */
  readonly group: string;
  /** What the option is, in the help. */
  readonly about: string;
  /** Its value; null if it takes none. */
  readonly value: Kind<unknown> | null;
  /** The value that stands for it where it is not given; null if there is no single one. */
  readonly fallback: string | null;
  /** The value that stands for it beside --quick; left out where that is the fallback. */
  readonly quick?: string;
}

/** Options by name, in the order of the help. */
export type Table = Readonly<Record<string, Option>>;

/** The name of an option. */
export type FlagOf<T extends Table> = keyof T & string;

/** The name of an option that takes a value. */
export type ValuedFlagOf<T extends Table> = {
  [F in FlagOf<T>]: T[F]["value"] extends Kind<unknown> ? F : never;
}[FlagOf<T>];

/** The value of an option; null where it is not given and has no default. */
export type ValueOf<T extends Table, F extends FlagOf<T>> =
  | (T[F]["value"] extends Kind<infer V> ? V : never)
  | (T[F]["fallback"] extends string ? never : null);

/** The options that are given, as texts by name; that of one without a value is "". */
export type Given<T extends Table> = ReadonlyMap<FlagOf<T>, string>;

/** An option whose value has a default. */
export const option = <V>(group: string, fallback: string, value: Kind<V>, about: string, quick?: string) => (
  { group, about, value, fallback, ...(quick === undefined ? {} : { quick }) } as const
);
/** An option without a default, but perhaps with a value beside --quick. */
export const optional = <V>(group: string, value: Kind<V>, about: string, quick?: string) => (
  { group, about, value, fallback: null, ...(quick === undefined ? {} : { quick }) } as const
);
/** An option that takes no value. */
export const plain = (group: string, about: string) => (
  { group, about, value: null, fallback: null } as const
);

/** The names of all options, in the order of the help. */
export const flagsOf = <T extends Table>(table: T): readonly FlagOf<T>[] => Object.keys(table) as FlagOf<T>[];

/**
 * The value of an option: of its text if it is given, else of its default.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { option, valueOf } from "./option.ts";
 * import { wholeFrom } from "./option_kind.ts";
 *
 * const table = { epochs: option("Training", "15", wholeFrom(1), "how often each digit is seen", "2") };
 * assertEquals(valueOf(table, new Map([["epochs", "7"]]), "epochs"), 7);
 * assertEquals(valueOf(table, new Map(), "epochs"), 15);
 * ```
 *
 * @throws UsageError if the text is no value of this option
 */
export function valueOf<const T extends Table, F extends ValuedFlagOf<T>>(
  table: T,
  given: ReadonlyMap<string, string>,
  flag: F,
): ValueOf<T, F> {
  const { value, fallback, quick }: Option = table[flag]!;
  const standard = given.has("quick") ? quick ?? fallback : fallback;
  const text = given.get(flag) ?? standard;
  return (text === null ? null : value!.parse(flag, text)) as ValueOf<T, F>;
}
