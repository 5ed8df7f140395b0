/**
 * The options that are given, as texts, and their values.
 *
 * @module
 */

import { type Flag, OPTIONS } from "./option_table.ts";
import type { Kind } from "./option_kind.ts";

/** The texts of the options that are given, by name. */
export type Given = ReadonlyMap<Flag, string>;

type Table = typeof OPTIONS;
/** The names of the options that take a value. */
type ValuedFlag = { [F in Flag]: Table[F]["value"] extends Kind<unknown> ? F : never }[Flag];
/** The value of an option; null where it is not given and has no default. */
type ValueOf<F extends ValuedFlag> =
  | (Table[F]["value"] extends Kind<infer T> ? T : never)
  | (Table[F]["fallback"] extends string ? never : null);

/**
 * The value of an option: of its text if it is given, else of its default.
 *
 * @throws UsageError if the text is no value of this option
 */
export function valueOf<F extends ValuedFlag>(given: Given, flag: F): ValueOf<F> {
  const { value, fallback } = OPTIONS[flag];
  const text = given.get(flag) ?? fallback;
  return (text === null ? null : value.parse(flag, text)) as ValueOf<F>;
}
