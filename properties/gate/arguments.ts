/**
 * From the words of a command line to options with names that exist and values that are there.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { unknownName, UsageError } from "./usage.ts";

/** What a command takes. */
export interface Accepted {
  /** Options with a value. */
  readonly values: readonly string[];
  /** Options without. */
  readonly switches: readonly string[];
}

/** What it was given. */
export interface Given {
  /** The value of an option, if it was given; the last one, if it was given more than once. */
  readonly value: (option: string) => string | undefined;
  /** Every value of an option, also where commas separate them. */
  readonly list: (option: string) => readonly string[];
  /** Whether an option without a value was given. */
  readonly on: (option: string) => boolean;
}

/**
 * Reads a command line.
 *
 * @throws UsageError for an option that is not accepted, one without its value, or a word that belongs to no option
 */
export function readArguments(words: readonly string[], { values, switches }: Accepted): Given {
  const parsed = parseArgs([...words], {
    string: [...values],
    boolean: [...switches],
    collect: [...values],
    alias: { help: "h" },
    unknown: (word: string, option?: string) => {
      if (option === undefined) throw new UsageError(`"${word}" belongs to no option`);
      const valid = [...values, ...switches].map((name) => `--${name}`);
      throw unknownName("option", word.split("=")[0]!, valid);
    },
  });
  const all = (option: string): readonly string[] => (parsed as Record<string, string[]>)[option] ?? [];
  for (const option of values) {
    if (all(option).some((value) => value === "")) throw new UsageError(`--${option} needs a value`);
  }
  return {
    value: (option) => all(option).at(-1),
    list: (option) =>
      all(option).flatMap((value) => value.split(",")).map((value) => value.trim()).filter(Boolean),
    on: (option) => (parsed as Record<string, unknown>)[option] === true,
  };
}
