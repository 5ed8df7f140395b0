/**
 * The options that are given, as texts, and their values.
 *
 * @module
 */

import {
  type Given as GivenOf,
  type ValuedFlagOf,
  type ValueOf,
  valueOf as valueIn,
} from "../command/option.ts";
import { OPTIONS } from "./option_table.ts";

/** The texts of the options that are given, by name. */
export type Given = GivenOf<typeof OPTIONS>;

/**
 * The value of an option: of its text if it is given, else of its default.
 *
 * @throws UsageError if the text is no value of this option
 */
export function valueOf<F extends ValuedFlagOf<typeof OPTIONS>>(
  given: Given,
  flag: F,
): ValueOf<typeof OPTIONS, F> {
  return valueIn(OPTIONS, given, flag);
}
