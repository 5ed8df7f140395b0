/**
 * Options of a command. Each is declared once, with a schema: from it come the flag, its help, its errors, and the check of
 * saved values.
 *
 * The command line itself is commander's.
 *
 * @module
 */

import { closestString, levenshteinDistance, toKebabCase } from "@std/text";
import { Command as Program, CommanderError, Option as Flag } from "commander";
import * as v from "valibot";
import deno from "../../deno.json" with { type: "json" };
import { taskCommand } from "../../tools/shell.ts";

/** A command line that cannot be followed: its message is one line; the exit status is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A kind of value. */
export interface Kind<T> {
  /** What stands for a value in the help. */
  readonly placeholder: string;
  /** What a value must be: "a number above 0". */
  readonly what: string;
  /** The values, where they have names. */
  readonly names?: readonly string[];
  /** Whether a value may hold a password: then no error shows it. */
  readonly secret?: true;
  /** What a value must be, on the command line and in a manifest. */
  readonly schema: v.GenericSchema<unknown, T>;
  /** The JSON value that a text stands for, if it stands for one; the schema decides. */
  readonly fromText: (text: string) => unknown;
}

/** An option; `T` is the type of its value. */
export interface Option<T> {
  /** The heading under which the help has it. */
  readonly group: string;
  readonly about: string;
  /** Null for a switch, which takes no value. */
  readonly kind: Kind<unknown> | null;
  /** The value where it is not given. */
  readonly standard: T;
  /** The value where it is not given but --quick is; the standard if left out. */
  readonly quick?: T | undefined;
}

/** Options by name, in camel case and in the order of the help: `learningRate` is `--learning-rate`. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** The values of a table. */
export type Values<T extends OptionTable> = {
  readonly [K in keyof T]: T[K] extends Option<infer V> ? V : never;
};

/** An option with a default. */
export const option = <T>(
  group: string,
  kind: Kind<T>,
  standard: T,
  about: string,
  quick?: T,
): Option<T> => ({ group, about, kind, standard, quick });
/** An option without a default; null where it is not given. In a quick run it may have one. */
export const optional = <T>(group: string, kind: Kind<T>, about: string, quick?: T): Option<T | null> => ({
  group,
  about,
  kind,
  standard: null,
  quick,
});
/** An option that takes no value. */
export const toggle = (group: string, about: string): Option<boolean> => ({
  group,
  about,
  kind: null,
  standard: false,
});

const isDecimal = (text: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
const numberOf = (text: string): unknown => isDecimal(text) ? Number(text) : text;
const listOf = (fromText: (text: string) => unknown) => (text: string): unknown =>
  text.split(",").map(fromText);

function numbers(
  what: string,
  ...checks: readonly [is: (value: number) => boolean, why: string][]
): Kind<number> {
  const schema = checks.reduce<v.GenericSchema<unknown, number>>(
    (so, [is, why]) => v.pipe(so, v.check(is, why)),
    v.pipe(v.number(), v.finite()),
  );
  return { placeholder: "NUMBER", what, schema, fromText: numberOf };
}

const FINITE: [(value: number) => boolean, string] = [
  (value) => Number.isFinite(Math.fround(value)),
  "which is infinite in float32",
];
/** A number from 0 that is finite in float32. */
export const fromZero: Kind<number> = numbers("a number from 0", [(value) => value >= 0, ""], FINITE);
/** A number above 0 that is still above 0 and finite in float32. */
export const positive: Kind<number> = numbers(
  "a number above 0",
  [(value) => value > 0, ""],
  [(value) => Math.fround(value) > 0, "which is 0 in float32"],
  FINITE,
);
/** β: a {@link positive} number of which losses also take the inverse. */
export const beta: Kind<number> = {
  ...positive,
  schema: v.pipe(
    positive.schema,
    v.check(
      (value) => Number.isFinite(Math.fround(1 / Math.fround(value))),
      "whose inverse is infinite in float32",
    ),
  ),
};
/** A number from 0 to below 1. */
export const shareBelowOne: Kind<number> = numbers(
  "a number from 0 to below 1",
  [(value) => value >= 0 && value < 1, ""],
);

/** A whole number in a range; its end is included. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): Kind<number> {
  return {
    placeholder: "N",
    what: `a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? "" : ` to ${most}`}`,
    schema: v.pipe(
      v.number(),
      v.integer(),
      v.minValue(least),
      v.check((value) => value <= most, `which is above ${most}`),
    ),
    fromText: (text) => /^\d+$/.test(text) ? Number(text) : text,
  };
}

/** A list of values of a kind, with commas between them. */
function list<T>(item: Kind<T>, what: string, distinct: boolean): Kind<readonly T[]> {
  return {
    placeholder: `${item.placeholder},${item.placeholder},…`,
    what: `${what}, with commas between them`,
    ...(item.names ? { names: item.names } : {}),
    schema: v.pipe(
      v.array(item.schema),
      v.minLength(1),
      v.check((values) => !distinct || new Set(values).size === values.length, ""),
    ),
    fromText: listOf(item.fromText),
  };
}
/** Whole numbers from 1: `500,500`. */
export const wholes: Kind<readonly number[]> = list(whole(1), "whole numbers from 1", false);
/** Different whole numbers from 1. */
export const distinctWholes: Kind<readonly number[]> = list(whole(1), "different whole numbers from 1", true);
/** Different values of β. */
export const betas: Kind<readonly number[]> = list(beta, "different numbers above 0", true);

/** One of some names. */
export const oneOf = <const Name extends string>(names: readonly Name[]): Kind<Name> => ({
  placeholder: "NAME",
  what: `one of ${names.join(", ")}`,
  names,
  schema: v.picklist(names),
  fromText: (text) => text,
});
/** Some of some names, each once. */
export const someOf = <const Name extends string>(names: readonly Name[]): Kind<readonly Name[]> =>
  list(oneOf(names), `different names among ${names.join(", ")}`, true);

/** A path. */
export const path = (what: string): Kind<string> => ({
  placeholder: "PATH",
  what: `${what} without control characters`,
  // deno-lint-ignore no-control-regex
  schema: v.pipe(v.string(), v.minLength(1), v.regex(/^[^\x00-\x1f\x7f]+$/)),
  fromText: (text) => text,
});

/** A share of some things: the I-th of every N, as `I/N`. */
export const shareOf: Kind<readonly [index: number, count: number]> = {
  placeholder: "I/N",
  what: "I/N with whole numbers, I from 1 to N",
  schema: v.pipe(
    v.strictTuple([whole(1).schema, whole(1).schema]),
    v.check(([index, count]) => index <= count, ""),
  ),
  fromText: (text) => text.split("/").map(whole(1).fromText),
};

/** `learningRate` ↦ `learning-rate`. */
export const flagOf = (name: string): string => (toKebabCase as (text: string) => string)(name);

/** The one of some words that was probably meant: it differs in a third of its letters at most; null if there is none. */
function nearest(word: string, words: readonly string[]): string | null {
  const candidate = (closestString as (word: string, words: readonly string[]) => string)(word, words);
  const distance = (levenshteinDistance as (a: string, b: string) => number)(
    word.toLowerCase(),
    candidate.toLowerCase(),
  );
  return distance <= Math.ceil(Math.max(word.length, candidate.length) / 3) ? candidate : null;
}

/**
 * The value of an option from its text.
 *
 * @throws UsageError if the text stands for none
 */
export function valueOf<T>(flag: string, kind: Kind<T>, text: string): T {
  const { success, output, issues } = v.safeParse(kind.schema, kind.fromText(text));
  if (success) return output;
  const [{ type, message }] = issues;
  const note = type === "check" && message !== "" ? message : undefined;
  const meant = kind.names && !text.includes(",") ? nearest(text, kind.names) : null;
  throw new UsageError(
    `--${flag} must be ${kind.what}, but it is ${
      kind.secret ? "none, and may hold a password" : JSON.stringify(text)
    }${note === undefined ? "" : `, ${note}`}${meant === null ? "" : `; did you mean ${meant}?`}`,
  );
}

/** A command, for its help and its errors. */
export interface Command<T extends OptionTable> {
  /** The name of its task. */
  readonly task: string;
  /** What it does, in a sentence. */
  readonly about: string;
  readonly options: T;
  /** A value that stands by itself, such as a file, and must be there unless it is optional; none if left out. */
  readonly operand?: { readonly name: string; readonly about: string; readonly isOptional?: true };
  readonly examples: readonly (readonly [args: string, about: string])[];
  /** What else there is to say, by heading. */
  readonly notes?: readonly (readonly [heading: string, text: string])[];
}

/** What a command line asks for. */
type Parsed<T extends OptionTable> =
  | { readonly help: string }
  | {
    readonly help: null;
    readonly values: Values<T>;
    /** The value that stands by itself; an empty text where there is none. */
    readonly operand: string;
    /** Names of the options that were given, in camel case. */
    readonly given: ReadonlySet<string>;
  };

/** Whether a value is a list of all names of its kind. */
const isAll = (value: unknown, { names }: Kind<unknown>): boolean =>
  Array.isArray(value) && names !== undefined && value.length === names.length;

const textOf = (value: unknown): string => Array.isArray(value) ? value.join(",") : String(value);

/** An operand as commander has it. */
const nameOf = ({ name, isOptional }: NonNullable<Command<OptionTable>["operand"]>): string =>
  isOptional ? `[${name}]` : `<${name}>`;

/** The commander program of a command. */
function programOf<T extends OptionTable>(
  { task, about, options, operand, examples, notes = [] }: Command<T>,
  take: (name: string, text: string | null) => void,
): Program {
  const program = new Program(taskCommand(task)).description(about).usage(
    operand ? `${operand.isOptional ? `[${operand.name}]` : operand.name} [options]` : "[options]",
  ).exitOverride()
    .allowExcessArguments(false).helpOption("-h, --help", "show this, and do nothing else")
    .configureOutput({
      writeOut: () => {},
      writeErr: () => {},
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ helpWidth: 100 });
  for (const [name, { group, about, kind, standard, quick }] of Object.entries(options)) {
    const flag = new Flag(`--${flagOf(name)}${kind === null ? "" : ` <${kind.placeholder}>`}`).helpGroup(
      `${group}:`,
    );
    const names = kind?.names ? `; one of ${kind.names.join(", ")}` : "";
    const shown = [
      ...(standard === null || kind === null
        ? []
        : [`default ${isAll(standard, kind) ? "all" : textOf(standard)}`]),
      ...(quick === undefined || textOf(quick) === textOf(standard) ? [] : [`${textOf(quick)} with --quick`]),
    ];
    flag.description = `${about}${names}${shown.length === 0 ? "" : ` (${shown.join("; ")})`}`;
    program.addOption(flag);
    program.on(`option:${flagOf(name)}`, (text?: string) => take(name, kind === null ? null : text ?? ""));
  }
  if (operand) program.argument(nameOf(operand), operand.about);
  const lines = [
    "",
    "Examples:",
    ...examples.flatMap(([args, what]) => [`  # ${what}`, `  ${`${taskCommand(task)} ${args}`.trimEnd()}`]),
    ...[...notes, permissionsOf(task)].flatMap(([heading, text]) =>
      text === ""
        ? []
        : ["", `${heading}:`, program.createHelp().boxWrap(`  ${text}`, 100).replaceAll("\n", "\n  ")]
    ),
  ];
  return program.addHelpText("after", lines.join("\n"));
}

/** What a task's description in deno.json says that it may do. */
function permissionsOf(task: string): readonly [string, string] {
  const tasks: Readonly<Record<string, { readonly description: string }>> = deno.tasks;
  const text = tasks[task]?.description ?? "";
  const from = text.indexOf("Grants");
  return ["Permissions", from < 0 ? "" : text.slice(from)];
}

/**
 * What a command line asks for. `--help` goes before all else.
 *
 * @param args the arguments, as `Deno.args`
 * @throws UsageError if an option or value is unknown, given twice or missing
 */
export function parseCommand<T extends OptionTable>(command: Command<T>, args: readonly string[]): Parsed<T> {
  const { options } = command;
  const texts = new Map<string, string | null>();
  const program = programOf(command, (name, text) => {
    if (texts.has(name)) throw new UsageError(`--${flagOf(name)} is given twice; give it once`);
    texts.set(name, text);
  });
  if (args.some((arg) => arg === "--help" || arg === "-h")) {
    let help = "";
    program.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
    return { help };
  }
  try {
    program.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const message = error.message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ");
    const all = error.code === "commander.unknownOption"
      ? `; the options are ${Object.keys(options).map((name) => `--${flagOf(name)}`).join(", ")}`
      : "";
    throw new UsageError(message + all, { cause: error });
  }
  const given = new Set(texts.keys());
  const values = Object.fromEntries(
    Object.entries(options).map(([name, { kind, standard, quick }]) => {
      const text = texts.get(name);
      if (text === null) return [name, true];
      if (text !== undefined) return [name, valueOf(flagOf(name), kind!, text)];
      return [name, given.has("quick") && quick !== undefined ? quick : standard];
    }),
  );
  return { help: null, values: values as Values<T>, given, operand: program.args[0] ?? "" };
}

/** The values of a table where nothing is given, but --quick perhaps. */
export function standardOf<T extends OptionTable>(table: T, quick = false): Values<T> {
  const valueOf = ({ standard, quick: small }: Option<unknown>): unknown =>
    quick && small !== undefined ? small : standard;
  return Object.fromEntries(Object.entries(table).map(([name, one]) => [name, valueOf(one)])) as Values<T>;
}

/** What saved values of a table must be: each of its kind, or null where the option may be absent or is resolved away. */
export const savedSchema = (table: OptionTable): v.GenericSchema<unknown, Record<string, unknown>> =>
  v.strictObject(
    Object.fromEntries(
      Object.entries(table).map((
        [name, { kind }],
      ) => [name, kind === null ? v.boolean() : v.nullable(kind.schema)]),
    ),
  );
