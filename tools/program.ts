/**
 * `deno task program`: a training step as the engine records it.
 *
 * @module
 */

import { OBJECTIVE_NAMES, OPTIMISED_OUT } from "../experiments/digits/names.ts";
import { setUp } from "../experiments/digits/setup.ts";
import { exitStatus } from "../experiments/runner/command.ts";
import { oneOf, option, parseCommand, type Values, whole, wholes } from "../experiments/runner/options.ts";
import { writeOut } from "../experiments/runner/progress.ts";
import { key, startEngine, tf } from "../lib/engine/mod.ts";
import { programOf } from "../lib/engine/program/program.ts";
import { initialModelParameters } from "../lib/model/mod.ts";
import { passFunction } from "../lib/training/step.ts";

/** Pixels of a handwritten digit. */
const DATA = 784;

/** The options of `deno task program`. */
export const OPTIONS = {
  objective: option("Step", oneOf(OBJECTIVE_NAMES), "grae", "the loss"),
  latent: option("Step", whole(1), 8, "d, the number of latents"),
  hidden: option("Step", wholes, [500, 500], "widths of the encoder's hidden layers"),
  batch: option("Step", whole(1), 128, "images to a batch"),
  engine: option("Step", oneOf(["wasm", "native"]), "wasm", "the engine; native needs a BLAS"),
} as const;

const COMMAND = {
  task: "program",
  about:
    "Prints a training step on digits as the engine records it: the loss and its gradient as operations, each " +
    "with its buffers, their bytes and lifetimes, and the jobs for the threads. Adam, one more job, is not recorded.",
  options: OPTIONS,
  examples: [["", "GRAE"], ["--objective beta-vae --hidden 64 --latent 2 --batch 16", "a small β-VAE"]],
} as const;

/** A step of an objective as text; see `printProgram`. */
export async function stepAsText(
  { objective, latent, hidden, batch, engine }: Values<typeof OPTIONS>,
): Promise<string> {
  const { description } = await startEngine(engine);
  const setup = setUp({
    ...{ objective, latent, hidden, likelihood: "gaussian", activation: "relu", beta: 1 },
    posterior: objective in OPTIMISED_OUT ? null : "full",
    block: 1,
  }, { height: 1, width: DATA });
  const parameters = initialModelParameters(setup.description, key(0));
  const inputs = [...parameters, tf.zeros([batch, DATA]), tf.tensor(1, [])];
  const f = passFunction(setup.description, setup.loss, ["beta"]);
  return `${objective} on ${description}\n${programOf(f, inputs, key(1))}\n`;
}

if (import.meta.main) {
  Deno.exit(
    await exitStatus("program", async () => {
      const parsed = parseCommand(COMMAND, Deno.args);
      writeOut(parsed.help ?? await stepAsText(parsed.values));
      return 0;
    }),
  );
}
