/**
 * The command line of `deno task report`.
 *
 * @module
 */

import { normalize } from "@std/path";
import { givenIn } from "../command/arguments.ts";
import { type Command, helpOf } from "../command/help.ts";
import { option, plain, type Table, valueOf } from "../command/option.ts";
import { folder } from "../command/option_kind.ts";
import { UsageError } from "../command/usage_error.ts";

const FOLDERS = "Folders";

const TABLE = {
  "runs": option(FOLDERS, "runs", folder("a folder"), "where the runs are, each in a folder of its own"),
  "evidence": option(FOLDERS, "evidence", folder("a folder"), "where the gate left its evidence"),
  "out": option(FOLDERS, "site", folder("a folder"), "the site's folder; a site that is there is replaced"),
  "help": plain("Else", "show this, and do nothing else"),
} as const satisfies Table;

const COMMAND: Command = {
  task: "report",
  about: "Gathers all complete runs and the gate's evidence into a site of plain pages that open from disk.",
  table: TABLE,
  examples: [
    ["", "runs/ and evidence/ into site/"],
    ["--runs /tmp/runs --out /tmp/site", "runs from elsewhere"],
  ],
  notes: [[
    "What is left out",
    "A folder that is damaged, or whose run is not complete, is named on stderr and on the index, with the reason. " +
    "The old site goes only when the new one is whole.",
  ]],
};

/** The folders of a report. */
export interface ReportOptions {
  /** Where the runs are. */
  readonly runs: string;
  /** Where the gate left its evidence. */
  readonly evidence: string;
  /** The site's folder. */
  readonly out: string;
}

/** What a command line asks for. */
export type Parsed = { readonly kind: "help" } | { readonly kind: "report"; readonly options: ReportOptions };

/** What `deno task report --help` prints. */
export const helpText = (): string => helpOf(COMMAND);

/**
 * What a command line asks for.
 *
 * @throws UsageError if an option or value is unknown, given twice or missing, or the site cannot have that folder
 */
export function parseReport(args: readonly string[]): Parsed {
  if (args.includes("--help") || args.includes("-h")) return { kind: "help" };
  const given = givenIn(TABLE, args);
  const out = (normalize as (path: string) => string)(valueOf(TABLE, given, "out")).replace(/\/+$/, "");
  // It is replaced as a whole, so that it needs a name.
  if (out === "" || /(^|\/)\.{1,2}$/.test(out)) {
    throw new UsageError(
      `--out must be a folder with a name, which is replaced as a whole, but it is ${
        JSON.stringify(valueOf(TABLE, given, "out"))
      }`,
    );
  }
  const runs = valueOf(TABLE, given, "runs"), evidence = valueOf(TABLE, given, "evidence");
  return { kind: "report", options: { runs, evidence, out } };
}
