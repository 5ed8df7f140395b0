/**
 * What `--help` prints.
 *
 * @module
 */

import deno from "../../deno.json" with { type: "json" };
import { flagsOf, type Option, type Table } from "./option.ts";

const WIDTH = 100;
const MARGIN = 26;

/** A command, as its help has it. */
export interface Command {
  /** The name of its task. */
  readonly task: string;
  /** What it does, in a sentence. */
  readonly about: string;
  /** Its options. */
  readonly table: Table;
  /** Arguments, and what they are for. */
  readonly examples: readonly (readonly [args: string, about: string])[];
  /** What else there is to say, by heading. */
  readonly notes: readonly (readonly [heading: string, text: string])[];
}

/** Text in lines of at most WIDTH characters that begin `margin` from the left. */
function wrapped(text: string, margin: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = `${lines.at(-1)} ${word}`.trimStart();
    if (line.length > WIDTH - margin && lines.at(-1) !== "") lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines.join(`\n${" ".repeat(margin)}`);
}

function entry(flag: string, { about, value, fallback, quick }: Option): string {
  const name = `  --${flag}${value ? ` ${value.placeholder}` : ""}`;
  const head = name.length < MARGIN ? name.padEnd(MARGIN) : `${name}\n${" ".repeat(MARGIN)}`;
  const names = value?.names ? `; one of ${value.names.join(", ")}` : "";
  const shorter = quick === undefined ? "" : `; ${quick} with --quick`;
  const standard = fallback === null ? shorter.replace("; ", "") : `default ${fallback}${shorter}`;
  return head + wrapped(`${about}${names}${standard && ` (${standard})`}`, MARGIN);
}

/** A task's own description, which says what it grants. */
const descriptionOf = (task: string): string =>
  (deno.tasks as Readonly<Record<string, { readonly description: string }>>)[task]?.description ?? "";

/**
 * The help: every option with its values and default, examples, notes, and what the task may do.
 *
 * @param description the task's description; what it says from "Grants" on is printed
 */
export function helpOf(
  { task, about, table, examples, notes }: Command,
  description: string = descriptionOf(task),
): string {
  const groups = Object.entries(Object.groupBy(flagsOf(table), (flag) => table[flag]!.group));
  const grants = description.indexOf("Grants");
  const all = [...notes, ...(grants < 0 ? [] : [["Permissions", description.slice(grants)] as const])];
  return [
    about,
    "",
    `Usage: deno task ${task} [options]`,
    ...groups.flatMap(([group, flags]) => ["", group, ...flags!.map((flag) => entry(flag, table[flag]!))]),
    "",
    "Examples",
    ...examples.map(([args, what]) => `  ${`deno task ${task} ${args}`.padEnd(52)}  # ${what}`),
    ...all.flatMap(([heading, text]) => ["", heading, `  ${wrapped(text, 2)}`]),
    "",
  ].join("\n");
}
