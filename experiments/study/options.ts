/**
 * The command line of a study.
 *
 * @module
 */

import { toCamelCase } from "@std/text";
import { givenIn } from "../command/arguments.ts";
import type { Command } from "../command/help.ts";
import {
  type FlagOf,
  flagsOf,
  type Given,
  option,
  optional,
  plain,
  type Table,
  type ValuedFlagOf,
  type ValueOf,
  valueOf,
} from "../command/option.ts";
import { folder, type Kind, nameOf, threadCount, wholeFrom } from "../command/option_kind.ts";
import { savedOptions } from "../command/saved_options.ts";
import { UsageError } from "../command/usage_error.ts";
import { ENGINE_NAMES, type EngineName } from "../digits/names.ts";

const RUN = "The run", FILES = "Files", ELSE = "Else";

/** The options that every study has. */
export const COMMON = {
  "quick": plain(RUN, "a small run that is done in less than a minute"),
  "seed": option(RUN, "0", wholeFrom(0), "of all that is random; the seeds of the parts are made from it"),
  "engine": option(
    RUN,
    "auto",
    nameOf(ENGINE_NAMES),
    "what computes; auto is native where a BLAS is found and permitted, else wasm",
  ),
  "out": optional(FILES, folder("a folder"), "the run's folder (default: in runs/, named by the options)"),
  "resume": optional(
    FILES,
    folder("the folder of a run"),
    "continue that run with the options in its manifest; what it has done is not done again",
  ),
  "retry-failed": plain(FILES, "beside --resume: try the parts again that failed"),
  "threads": optional(
    ELSE,
    threadCount,
    "how many threads compute, with the same bits (default: what GRAE_THREADS says, else all cores)",
  ),
  "quiet": plain(ELSE, "show no progress"),
  "help": plain(ELSE, "show this, and do nothing else"),
} as const satisfies Table;

/** The option that every study on digits has. */
export const DIGITS = {
  "data": optional(
    FILES,
    folder("a folder"),
    "read MNIST's IDX files, gzipped or not, from this folder (default: 10,000 digits that come with the task)",
  ),
} as const satisfies Table;

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}`
  : S;
type Saved<T extends Table> = Exclude<
  FlagOf<T>,
  "resume" | "retry-failed" | "threads" | "quiet" | "help" | "out" | "engine"
>;

/** The options that a run looks at itself. */
export interface RunOptions {
  /** The engine that was asked for. */
  readonly engine: EngineName;
  /** The run's folder. */
  readonly out: string;
}

/** What the help of every study says of its run's folder. */
export const FOLDER_NOTE: Command["notes"][number] = [
  "The run's folder",
  "A run keeps what each of its parts found as soon as it is done, and leaves manifest.json, results.json, " +
  "findings.json, pictures and report.html. Ctrl-C stops a run and says how to resume it.",
];

/** The options that define a run, all resolved; JSON keeps them as they are. */
export type OptionsOf<T extends Table> =
  & {
    readonly [F in Saved<T> as Camel<F>]: T[F]["value"] extends Kind<unknown> ? ValueOf<T, F> : boolean;
  }
  & RunOptions;

/** A study's command: its table holds {@link COMMON} beside its own options. */
export interface StudyCommand<T extends Table> extends Command {
  readonly table: T;
}

/** What a command line asks for. */
export type Parsed<T extends Table> =
  | { readonly kind: "help" }
  | {
    readonly kind: "start";
    readonly options: OptionsOf<T>;
    readonly quiet: boolean;
    readonly threads?: number;
  }
  | {
    readonly kind: "resume";
    /** The folder of the run that goes on. */
    readonly dir: string;
    /** The folder of its data; null for the embedded digits. */
    readonly data: string | null;
    /** Whether parts that failed are tried again. */
    readonly retryFailed: boolean;
    readonly quiet: boolean;
    /** How many threads compute; left out for as many as the engine takes by itself. */
    readonly threads?: number;
  };

/** What may be given beside --resume. */
const BESIDE_RESUME: readonly string[] = ["resume", "data", "retry-failed", "threads", "quiet"];

/**
 * The options of a run, from the texts of those that are given.
 *
 * @throws UsageError if a text is no value of its option
 */
export function optionsOf<T extends Table>(command: StudyCommand<T>, given: Given<T>): OptionsOf<T> {
  const { table, task } = command;
  const options: Record<string, unknown> = {};
  for (const flag of flagsOf(table)) {
    if (["resume", "retry-failed", "threads", "quiet", "help"].includes(flag)) continue;
    options[toCamelCase(flag)] = table[flag]!.value === null
      ? given.has(flag)
      : valueOf(table, given, flag as ValuedFlagOf<T>);
  }
  options["out"] ??= defaultFolder(task, table, options);
  return options as OptionsOf<T>;
}

/**
 * runs/… by the task, whether it is quick, the seed, and whatever else differs from its default, so that the same
 * options have the same folder. Of `data` it says only that they are others.
 */
function defaultFolder(task: string, table: Table, options: Readonly<Record<string, unknown>>): string {
  const parts = [task, ...(options["quick"] ? ["quick"] : []), `seed${options["seed"]}`];
  for (const [flag, { value, fallback, quick }] of Object.entries(table)) {
    const found = options[toCamelCase(flag)];
    if (value === null || found === null || found === undefined || flag === "seed" || flag === "out") {
      continue;
    }
    const standard = options["quick"] ? quick ?? fallback : fallback;
    if (String(found) === (standard === null ? null : String(value.parse(flag, standard)))) continue;
    parts.push(flag === "data" ? "data" : `${flag}${Array.isArray(found) ? found.join("x") : found}`);
  }
  return `runs/${parts.join("-")}`;
}

/**
 * What a command line asks for: help, which goes before all else; to start a run; or to resume one.
 *
 * @param args the arguments, as `Deno.args`
 * @throws UsageError if an option or value is unknown, given twice or missing, or a combination has no meaning
 */
export function parseStudy<T extends Table>(command: StudyCommand<T>, args: readonly string[]): Parsed<T> {
  if (args.includes("--help") || args.includes("-h")) return { kind: "help" };
  const given = givenIn(command.table, args);
  const texts: ReadonlyMap<string, string> = given;
  const count = texts.get("threads");
  const sitting = {
    quiet: texts.has("quiet"),
    ...(count === undefined ? {} : { threads: threadCount.parse("threads", count) }),
  };
  const dir = texts.get("resume");
  if (dir === undefined && texts.has("retry-failed")) {
    throw new UsageError("--retry-failed has a meaning beside --resume alone");
  }
  if (dir === undefined) return { kind: "start", options: optionsOf(command, given), ...sitting };
  const others = [...texts.keys()].filter((flag) => !BESIDE_RESUME.includes(flag));
  if (others.length > 0) {
    const sittings = "--retry-failed, --threads";
    const beside = "data" in command.table ? `--data (where its data are), ${sittings}` : sittings;
    throw new UsageError(
      `--resume continues a run with the options in its manifest, and beside it only ${beside} and --quiet have a meaning: ` +
        `leave out ${others.map((flag) => `--${flag}`).join(", ")}`,
    );
  }
  const path = folder("a folder");
  const data = texts.get("data");
  return {
    kind: "resume",
    dir: path.parse("resume", dir),
    data: data === undefined ? null : path.parse("data", data),
    retryFailed: texts.has("retry-failed"),
    ...sitting,
  };
}

/**
 * The options in a manifest, held to all that a command line is.
 *
 * @throws DataError if they are not the options of a run of this study
 */
export function optionsInManifest<T extends Table>(
  command: StudyCommand<T>,
  json: unknown,
  file: string,
): OptionsOf<T> {
  return savedOptions(json, file, command.table, (given) => optionsOf(command, given));
}
