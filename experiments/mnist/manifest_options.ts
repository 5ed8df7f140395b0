/**
 * The options of a run that goes on, from its manifest.
 *
 * @module
 */

import { DataError } from "../../lib/data/error.ts";
import { toCamelCase } from "@std/text";
import { type Flag, FLAGS, OPTIONS } from "./option_table.ts";
import { type TrainOptions, trainOptions } from "./train_options.ts";
import { UsageError } from "./usage_error.ts";

/** The key in `TrainOptions` of each option that defines a run. */
const KEYS: ReadonlyMap<string, Flag> = new Map(
  FLAGS.filter((flag) => !["resume", "quiet", "help"].includes(flag)).map((
    flag,
  ) => [toCamelCase(flag), flag]),
);

/** The text that a command line would give for a value in a manifest. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const json = JSON.stringify(value);
  return Array.isArray(value) ? json.slice(1, -1) : json;
}

/**
 * The options in a manifest, held to all that a command line is.
 *
 * @param json what the manifest has as options
 * @param file the manifest's name, for the message
 * @throws DataError if they are not the options of a run: one is missing, unknown, or no value of its kind, or their
 * combination has no meaning
 */
export function optionsOf(json: unknown, file: string): TrainOptions {
  const fail = (why: string): never => {
    throw new DataError(file, why);
  };
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return fail(`its options must be an object, but they are ${JSON.stringify(json)}`);
  }
  const saved = new Map(Object.entries(json));
  for (const key of saved.keys()) {
    if (!KEYS.has(key)) {
      fail(`its options must be those of this version, but ${JSON.stringify(key)} is none of them`);
    }
  }
  const given = new Map<Flag, string>();
  for (const [key, flag] of KEYS) {
    if (!saved.has(key)) fail(`its options must have ${key}, but they have none`);
    if (saved.get(key) !== null) given.set(flag, textOf(saved.get(key)));
  }
  const options = readAgain(given, fail);
  for (const [key, value] of Object.entries(options)) {
    // Such as a number in quotes, or no value where there must be one.
    if (JSON.stringify(value) !== JSON.stringify(saved.get(key))) {
      const must = OPTIONS[KEYS.get(key)!].value!.what;
      fail(`its ${key} must be ${must}, but it is ${JSON.stringify(saved.get(key))}`);
    }
  }
  return options;
}

function readAgain(given: Map<Flag, string>, fail: (why: string) => never): TrainOptions {
  try {
    return trainOptions(given);
  } catch (error) {
    if (error instanceof UsageError) fail(`its options are of no use: ${error.message}`);
    throw error;
  }
}
