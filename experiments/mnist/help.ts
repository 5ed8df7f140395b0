/**
 * What `deno task mnist --help` prints.
 *
 * @module
 */

import deno from "../../deno.json" with { type: "json" };
import { type Flag, FLAGS, type Option, OPTIONS } from "./option_table.ts";
import { trainOptions } from "./train_options.ts";

const WIDTH = 100;
const MARGIN = 26;

const EXAMPLES: readonly (readonly [string, string])[] = [
  ["", "panel (a) of the slide MNIST"],
  ["--posterior mean-field --latent 16", "mean-field, 16 latents"],
  ["--objective grae-star --beta 0.1", "its counterpart without samples"],
  ["--epochs 1 --limit 1000 --hidden 64", "a look, in seconds"],
  ["--data mnist --out runs/all", "MNIST from a folder of its files"],
  ["--resume runs/all --epochs 40", "go on, to 40 epochs"],
];

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

function entry(flag: Flag): string {
  const { about, value, fallback }: Option = OPTIONS[flag];
  const head = `  --${flag}${value ? ` ${value.placeholder}` : ""} `.padEnd(MARGIN);
  const names = value?.names ? `; one of ${value.names.join(", ")}` : "";
  const standard = fallback === null ? "" : ` (default ${fallback})`;
  return head + wrapped(`${about}${names}${standard}`, MARGIN);
}

/** The task's own description, which says what it grants. */
const DESCRIPTION =
  (deno.tasks as Readonly<Record<string, { readonly description: string }>>)["mnist"]?.description ?? "";

/**
 * The help: every option with its values and default, examples, where the files go, and what the task may do.
 *
 * @param description the task's description; what it says from "Grants" on is printed
 */
export function helpText(description: string = DESCRIPTION): string {
  const groups = Object.entries(Object.groupBy(FLAGS, (flag) => OPTIONS[flag].group));
  const grants = description.indexOf("Grants");
  return [
    "Trains a β-VAE, or one of its deterministic counterparts, on handwritten digits.",
    "",
    "Usage: deno task mnist [options]",
    ...groups.flatMap(([group, flags]) => ["", group, ...flags.map(entry)]),
    "",
    "Examples",
    ...EXAMPLES.map(([args, about]) => `  ${`deno task mnist ${args}`.padEnd(52)}  # ${about}`),
    "",
    "The run's folder",
    `  ${
      wrapped(
        "A run leaves its manifest, metrics, checkpoint, pictures and report in its folder, which must not hold a " +
          `run already: here ${
            trainOptions(new Map()).out
          }, and so on by the options. Ctrl-C stops a run and says ` +
          "how to resume it.",
        2,
      )
    }`,
    ...(grants < 0 ? [] : ["", "Permissions", `  ${wrapped(description.slice(grants), 2)}`]),
    "",
  ].join("\n");
}
