/**
 * The command line of `deno task serve`.
 *
 * @module
 */

import { givenIn } from "../command/arguments.ts";
import { type Command, helpOf } from "../command/help.ts";
import { option, plain, type Table, valueOf } from "../command/option.ts";
import { folder, type Kind, wholeFrom } from "../command/option_kind.ts";
import { UsageError } from "../command/usage_error.ts";

/** Where it listens: reached from this computer alone. */
export const HOST = "127.0.0.1";

const MOST = 65535;

/** A port; 0 is any that is free. */
const port: Kind<number> = {
  placeholder: "N",
  what: `a whole number from 0 to ${MOST}`,
  parse(flag, text) {
    const value = /^\d+$/.test(text) ? wholeFrom(0).parse(flag, text) : NaN;
    if (value <= MOST) return value;
    throw new UsageError(`--${flag} must be ${this.what}, but it is ${JSON.stringify(text)}`);
  },
};

const TABLE = {
  "site": option("What is served, and where", "site", folder("a folder"), "the folder of a site"),
  "port": option(
    "What is served, and where",
    "8000",
    port,
    "the port of 127.0.0.1; 0 takes any that is free",
  ),
  "help": plain("Else", "show this, and do nothing else"),
} as const satisfies Table;

const COMMAND: Command = {
  task: "serve",
  about: "Serves the site that deno task report made, to browsers on this computer alone, until Ctrl-C.",
  table: TABLE,
  examples: [["", "site/ at http://127.0.0.1:8000/"], [
    "--site /tmp/site --port 0",
    "another site, at a free port",
  ]],
  notes: [],
};

/** What is served, and where. */
export interface ServeOptions {
  /** The folder of a site. */
  readonly site: string;
  /** The port of 127.0.0.1; 0 for any that is free. */
  readonly port: number;
}

/** What a command line asks for. */
export type Parsed = { readonly kind: "help" } | { readonly kind: "serve"; readonly options: ServeOptions };

/** What `deno task serve --help` prints. */
export const helpText = (): string => helpOf(COMMAND);

/**
 * What a command line asks for.
 *
 * @throws UsageError if an option or value is unknown, given twice or missing
 */
export function parseServe(args: readonly string[]): Parsed {
  if (args.includes("--help") || args.includes("-h")) return { kind: "help" };
  const given = givenIn(TABLE, args);
  return {
    kind: "serve",
    options: { site: valueOf(TABLE, given, "site"), port: valueOf(TABLE, given, "port") },
  };
}
