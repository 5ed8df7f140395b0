/**
 * The arguments of a command, read by its table of options.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { type FlagOf, flagsOf, type Table } from "./option.ts";
import { nearest, UsageError } from "./usage_error.ts";

interface ParseArgsOptions {
  readonly string: readonly string[];
  readonly boolean: readonly string[];
  readonly collect: readonly string[];
  readonly unknown: (arg: string, key?: string) => never;
}
const parse: (args: string[], options: ParseArgsOptions) => Readonly<Record<string, readonly unknown[]>> =
  parseArgs;

/** Refuses what is no option. */
function refuseUnknown(flags: readonly string[], arg: string, isOption: boolean): never {
  const name = arg.replace(/=.*$/s, "");
  const meant = nearest(name.replace(/^-*(no-)?/, ""), flags);
  const all = `options are ${flags.map((flag) => `--${flag}`).join(", ")}`;
  const quoted = JSON.stringify(isOption ? name : arg);
  const what = isOption ? `unknown option ${quoted.slice(1, -1)}` : `${quoted} is not an option`;
  throw new UsageError(
    meant === null ? `${what}; the ${all}` : `${what}; did you mean --${meant}? The ${all}`,
  );
}

/** Refuses a value for an option that takes none, which the parser would take for true or drop. */
function refuseValuesOfPlain(plain: readonly string[], args: readonly string[]): void {
  for (const flag of plain) {
    args.forEach((arg, i) => {
      const next = args[i + 1];
      const value = arg.startsWith(`--${flag}=`)
        ? arg.slice(flag.length + 3)
        : arg === `--${flag}` && (next === "true" || next === "false")
        ? next
        : null;
      if (value !== null) {
        throw new UsageError(`--${flag} takes no value, but it is given ${JSON.stringify(value)}`);
      }
    });
  }
}

/** Negative numbers and "" after an option joined to it, so that they are refused as values, not as options. */
function withOddValues(valued: readonly string[], args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1) ?? "";
    if (/^$|^-(\.?\d|inf)/i.test(arg) && valued.some((flag) => before === `--${flag}`)) {
      joined[joined.length - 1] = `${before}=${arg}`;
    } else joined.push(arg);
  }
  return joined;
}

/**
 * The options that are given, each once and with a value if it takes one; that of the others is "".
 *
 * @throws UsageError if an option is unknown, given twice, or without its value
 */
export function givenIn<T extends Table>(table: T, args: readonly string[]): Map<FlagOf<T>, string> {
  const flags = flagsOf(table);
  const valued = flags.filter((flag) => table[flag]!.value !== null);
  const plain = flags.filter((flag) => table[flag]!.value === null);
  refuseValuesOfPlain(plain, args);
  const parsed = parse(withOddValues(valued, args), {
    string: valued,
    boolean: plain,
    collect: flags,
    unknown: (arg, key) => refuseUnknown(flags, arg, key !== undefined),
  });
  const rest = parsed["_"]?.[0];
  if (rest !== undefined) {
    if (args.includes("--") && String(rest).startsWith("-")) {
      throw new UsageError(
        `${JSON.stringify(rest)} comes after --, where there are no options: leave out --`,
      );
    }
    refuseUnknown(flags, String(rest), false);
  }
  const given = new Map<FlagOf<T>, string>();
  for (const flag of flags) {
    const values = parsed[flag] ?? [];
    if (values.length > 1) throw new UsageError(`--${flag} is given ${values.length} times; give it once`);
    if (values[0] === "") throw new UsageError(`--${flag} needs a value: ${table[flag]!.value!.what}`);
    if (values.length === 1) given.set(flag, table[flag]!.value ? String(values[0]) : "");
  }
  return given;
}
