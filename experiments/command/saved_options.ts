/**
 * The options of a run that goes on, from its manifest.
 *
 * @module
 */

import { DataError } from "../../lib/data/error.ts";
import { toCamelCase } from "@std/text";
import { type FlagOf, flagsOf, type Given, type Table } from "./option.ts";
import { UsageError } from "./usage_error.ts";

/** Options that are of a sitting, not of the run. */
const NOT_SAVED: readonly string[] = ["resume", "retry-failed", "threads", "quiet", "help"];

/** The text that a command line would give for a value in a manifest; null for none. */
function textOf(value: unknown): string | null {
  if (value === null || value === false) return null;
  if (value === true) return "";
  const one = (part: unknown): string => typeof part === "string" ? part : JSON.stringify(part);
  return Array.isArray(value) ? value.map(one).join(",") : one(value);
}

/**
 * The options in a manifest, held to all that a command line is.
 *
 * @param json what the manifest has as options
 * @param file the manifest's name, for the message
 * @param table the options that there are
 * @param read the options of a run, from the texts of those that are given
 * @throws DataError if they are not the options of a run: one is missing, unknown, or no value of its kind, or their
 * combination has no meaning
 */
export function savedOptions<T extends Table, Options extends object>(
  json: unknown,
  file: string,
  table: T,
  read: (given: Given<T>) => Options,
): Options {
  const fail = (why: string): never => {
    throw new DataError(file, why);
  };
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return fail(`its options must be an object, but they are ${JSON.stringify(json)}`);
  }
  const keys = new Map<string, FlagOf<T>>(
    flagsOf(table).filter((flag) => !NOT_SAVED.includes(flag)).map((flag) => [toCamelCase(flag), flag]),
  );
  const saved = new Map<string, unknown>(Object.entries(json));
  for (const key of saved.keys()) {
    if (!keys.has(key)) {
      fail(`its options must be those of this version, but ${JSON.stringify(key)} is none of them`);
    }
  }
  const given = new Map<FlagOf<T>, string>();
  for (const [key, flag] of keys) {
    if (!saved.has(key)) fail(`its options must have ${key}, but they have none`);
    const text = textOf(saved.get(key));
    if (text !== null) given.set(flag, text);
  }
  const options = readAgain(() => read(given), fail);
  for (const [key, value] of Object.entries(options)) {
    // Such as a number in quotes, or no value where there must be one.
    if (JSON.stringify(value) !== JSON.stringify(saved.get(key))) {
      const must = table[keys.get(key)!]!.value?.what ?? "true or false";
      fail(`its ${key} must be ${must}, but it is ${JSON.stringify(saved.get(key))}`);
    }
  }
  return options;
}

function readAgain<Options>(read: () => Options, fail: (why: string) => never): Options {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) fail(`its options are of no use: ${error.message}`);
    throw error;
  }
}
