/**
 * The command line of `deno task mnist`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { valueOf } from "./given.ts";
import { type Flag, FLAGS, OPTIONS } from "./option_table.ts";
import { type TrainOptions, trainOptions } from "./train_options.ts";
import { nearest, UsageError } from "./usage_error.ts";

export { helpText } from "./help.ts";
export { optionsOf } from "./manifest_options.ts";
export type { TrainOptions } from "./train_options.ts";
export { UsageError } from "./usage_error.ts";

/** What a command line asks for. */
export type Parsed =
  | { readonly kind: "help" }
  | { readonly kind: "train"; readonly options: TrainOptions; readonly quiet: boolean }
  | {
    readonly kind: "resume";
    /** The folder of the run that goes on. */
    readonly dir: string;
    /** The folder of its data; null for the embedded digits. */
    readonly data: string | null;
    /** How many epochs it is to have in the end; null for as many as its manifest says. */
    readonly epochs: number | null;
    /** Whether to show no progress. */
    readonly quiet: boolean;
  };

interface ParseArgsOptions {
  readonly string: readonly string[];
  readonly boolean: readonly string[];
  readonly collect: readonly string[];
  readonly unknown: (arg: string, key?: string) => never;
}
const parse: (args: string[], options: ParseArgsOptions) => Readonly<Record<string, readonly unknown[]>> =
  parseArgs;

const VALUED = FLAGS.filter((flag) => OPTIONS[flag].value !== null);
const PLAIN = FLAGS.filter((flag) => OPTIONS[flag].value === null);
/** What may be given beside --resume. */
const BESIDE_RESUME: readonly Flag[] = ["resume", "data", "epochs", "quiet"];
/** Why some may not, beyond that the manifest has them. */
const NOT_BESIDE: Readonly<Partial<Record<Flag, string>>> = {
  out: " (a run goes on in its own folder)",
  engine: " (only the same engine ends with the same weights, bit for bit)",
};

/** Refuses what is no option. */
function refuseUnknown(arg: string, isOption: boolean): never {
  const name = arg.replace(/=.*$/s, "");
  const meant = nearest(name.replace(/^-*(no-)?/, ""), FLAGS);
  const all = `options are ${FLAGS.map((flag) => `--${flag}`).join(", ")}`;
  const quoted = JSON.stringify(isOption ? name : arg);
  const what = isOption ? `unknown option ${quoted.slice(1, -1)}` : `${quoted} is not an option`;
  throw new UsageError(
    meant === null ? `${what}; the ${all}` : `${what}; did you mean --${meant}? The ${all}`,
  );
}

/** Refuses a value for an option that takes none, which the parser would take for true or drop. */
function refuseValuesOfPlain(args: readonly string[]): void {
  for (const flag of PLAIN) {
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
function withOddValues(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1) ?? "";
    if (/^$|^-(\.?\d|inf)/i.test(arg) && VALUED.some((flag) => before === `--${flag}`)) {
      joined[joined.length - 1] = `${before}=${arg}`;
    } else joined.push(arg);
  }
  return joined;
}

/** The options that are given, each once and with a value if it takes one; that of the others is "". */
function givenIn(args: readonly string[]): Map<Flag, string> {
  refuseValuesOfPlain(args);
  const parsed = parse(withOddValues(args), {
    string: VALUED,
    boolean: PLAIN,
    collect: FLAGS,
    unknown: (arg, key) => refuseUnknown(arg, key !== undefined),
  });
  const rest = parsed["_"]?.[0];
  if (rest !== undefined) {
    if (args.includes("--") && String(rest).startsWith("-")) {
      throw new UsageError(
        `${JSON.stringify(rest)} comes after --, where there are no options: leave out --`,
      );
    }
    refuseUnknown(String(rest), false);
  }
  const given = new Map<Flag, string>();
  for (const flag of FLAGS) {
    const values = parsed[flag] ?? [];
    if (values.length > 1) throw new UsageError(`--${flag} is given ${values.length} times; give it once`);
    if (values[0] === "") throw new UsageError(`--${flag} needs a value: ${OPTIONS[flag].value!.what}`);
    if (values.length === 1) given.set(flag, OPTIONS[flag].value ? String(values[0]) : "");
  }
  return given;
}

/**
 * What a command line asks for: help, which goes before all else; to train; or to resume a run.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseOptions } from "./options.ts";
 *
 * const parsed = parseOptions(["--objective", "grae-block", "--block", "4"]);
 * assertEquals(parsed.kind === "train" && parsed.options.block, 4);
 * ```
 *
 * @param args the arguments, as `Deno.args`
 * @throws UsageError if an option or value is unknown, given twice or missing, or a combination has no meaning
 */
export function parseOptions(args: readonly string[]): Parsed {
  if (args.includes("--help") || args.includes("-h")) return { kind: "help" };
  const given = givenIn(args);
  const quiet = given.has("quiet");
  if (!given.has("resume")) return { kind: "train", options: trainOptions(given), quiet };
  const others = [...given.keys()].filter((flag) => !BESIDE_RESUME.includes(flag));
  if (others.length > 0) {
    throw new UsageError(
      "--resume continues a run with the options in its manifest, and beside it only --data (where its data are), " +
        "--epochs and --quiet have a " +
        `meaning: leave out ${others.map((flag) => `--${flag}${NOT_BESIDE[flag] ?? ""}`).join(", ")}`,
    );
  }
  return {
    kind: "resume",
    dir: valueOf(given, "resume")!,
    data: valueOf(given, "data"),
    epochs: given.has("epochs") ? valueOf(given, "epochs") : null,
    quiet,
  };
}
