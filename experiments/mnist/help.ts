/**
 * What `deno task mnist --help` prints.
 *
 * @module
 */

import { type Command, helpOf } from "../command/help.ts";
import { OPTIONS } from "./option_table.ts";
import { trainOptions } from "./train_options.ts";

const EXAMPLES: Command["examples"] = [
  ["", "panel (a) of the slide MNIST"],
  ["--posterior mean-field --latent 16", "mean-field, 16 latents"],
  ["--objective grae-star --beta 0.1", "its counterpart without samples"],
  ["--epochs 1 --limit 1000 --hidden 64", "a look, in seconds"],
  ["--data mnist --out runs/all", "MNIST from a folder of its files"],
  ["--resume runs/all --epochs 40", "go on, to 40 epochs"],
  ["--beta-warmup 5 --clip-gradient 100", "β rises in the first 5 epochs"],
];

/**
 * The help.
 *
 * @param description the task's description, of which its grants are printed; if left out, that in deno.json
 */
export function helpText(description?: string): string {
  const command: Command = {
    task: "mnist",
    about: "Trains a β-VAE, or one of its deterministic counterparts, on handwritten digits.",
    table: OPTIONS,
    examples: EXAMPLES,
    notes: [[
      "The run's folder",
      "A run leaves its manifest, metrics, checkpoint, pictures and report in its folder, which must not hold a " +
      `run already: here ${
        trainOptions(new Map()).out
      }, and so on by the options. Ctrl-C stops a run and says ` +
      "how to resume it. A run whose learning rate follows a schedule keeps its number of epochs when it is resumed.",
    ]],
  };
  return helpOf(command, description);
}
