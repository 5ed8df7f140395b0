/**
 * Handwritten digits by one objective: a study of one part, whose state is kept epoch by epoch.
 *
 * @module
 */

import { DATA_OPTIONS, fitOptions, networkOptions, type Resolved, resolveImages } from "../digits/options.ts";
import {
  LIKELIHOOD_NAMES,
  OBJECTIVE_NAMES,
  OPTIMISED_OUT,
  POSTERIOR_NAMES,
  type PosteriorName,
} from "../digits/names.ts";
import { runStudy } from "../runner/command.ts";
import {
  beta,
  fromZero,
  oneOf,
  option,
  optional,
  positive,
  UsageError,
  type Values,
  whole,
} from "../runner/options.ts";
import { type CommonOptions, study } from "../runner/study.ts";
import { resultSchema } from "./metrics.ts";

/** Panel (a) of the slide "MNIST" in under 3 minutes on 2 cores; a quick run in seconds. */
const STANDARD = {
  hidden: [500, 500],
  activation: "relu",
  epochs: 15,
  batch: 128,
  learningRate: 1e-3,
} as const;
const QUICK = { hidden: [64], epochs: 1, limit: 2000 };

/** How the learning rate may change. */
const SCHEDULES = ["constant", "cosine", "step"] as const;

const OPTIONS = {
  objective: option("What is minimised", oneOf(OBJECTIVE_NAMES), "beta-vae", "the loss"),
  posterior: option(
    "What is minimised",
    oneOf(POSTERIOR_NAMES),
    "block",
    "family of q(z|x), for beta-vae, taylor-hessian, taylor-jacobian and profiled",
  ),
  likelihood: option(
    "What is minimised",
    oneOf(LIKELIHOOD_NAMES),
    "gaussian",
    "p(x|z), whose σ is 1 in gaussian and learned in gaussian-…: one, one a channel, or one a number (docs/likelihoods.md)",
  ),
  beta: option("What is minimised", beta, 0.2, "β, the factor on the KL term"),
  latent: option("Model", whole(1), 8, "d, the number of latents"),
  block: option(
    "Model",
    whole(1),
    2,
    "b, latents to a block, for --posterior block and --objective grae-block; must divide d",
  ),
  ...networkOptions(STANDARD, QUICK),
  ...fitOptions(STANDARD, QUICK),
  learningRateSchedule: option(
    "Training",
    oneOf(SCHEDULES),
    "constant",
    "how it changes over all epochs: cosine falls along half a period to 0; step to a tenth halfway, and to a hundredth for the last quarter",
  ),
  betaWarmup: option(
    "Training",
    fromZero,
    0,
    "epochs, whole or not, in which β rises to --beta, by the same at every step; scores are at --beta throughout",
  ),
  clipGradient: optional(
    "Training",
    positive,
    "scale a gradient down to this norm, over all parameters, where it is above it (default: never)",
  ),
  weightDecay: option(
    "Training",
    fromZero,
    0,
    "decoupled, as in AdamW: a step takes this times its learning rate of every parameter but log σ away from it",
  ),
  ...DATA_OPTIONS,
} as const;

/** The options of a run: posterior is null where none is learned, and block where no family has blocks. */
export type MnistOptions = Omit<Resolved<Values<typeof OPTIONS>>, "posterior" | "block"> & {
  readonly posterior: PosteriorName | null;
  readonly block: number | null;
};

/** @throws UsageError if an option is given that has no meaning, d is not divisible by b, or β never reaches its value */
function resolve(values: Values<typeof OPTIONS> & CommonOptions, given: ReadonlySet<string>): MnistOptions {
  const { objective, latent, betaWarmup, epochs, likelihood, binarise } = values;
  if (likelihood === "continuous-bernoulli" && binarise !== "none") {
    throw new UsageError(
      `--likelihood continuous-bernoulli is a density of pixels between 0 and 1, but --binarise ${binarise} makes them 0 or ` +
        "1: take --likelihood bernoulli",
    );
  }
  const standing = (name: string): string => given.has(name) ? "" : " (its default)";
  const optimisedOut = OPTIMISED_OUT[objective];
  if (optimisedOut && given.has("posterior")) {
    throw new UsageError(
      `--posterior has no meaning with --objective ${objective}, which has no learned posterior: Σ is already ` +
        `optimised out; its family is ${optimisedOut}`,
    );
  }
  const posterior = optimisedOut ? null : values.posterior;
  const block = (optimisedOut ?? posterior) === "block" ? values.block : null;
  if (block === null && given.has("block")) {
    const by = given.has("posterior") ? "posterior" : "objective";
    throw new UsageError(
      `--block has no meaning with --${by} ${values[by]}: ` +
        "only --posterior block and --objective grae-block divide the latents into blocks",
    );
  }
  if (block !== null && latent % block !== 0) {
    const [d, b] = [`${latent}${standing("latent")}`, `${block}${standing("block")}`];
    throw new UsageError(`--latent ${d} is not divisible by --block ${b}`);
  }
  if (betaWarmup > epochs) {
    const most = `${epochs}${standing("epochs")}`;
    throw new UsageError(
      `--beta-warmup ${betaWarmup} is longer than --epochs ${most}: no step would have the β of --beta`,
    );
  }
  return { ...resolveImages(values, given), posterior, block };
}

/** The study. */
export const mnistStudy = study({
  name: "mnist",
  title: "Handwritten digits",
  question: 'What does a decoder of handwritten digits learn by one objective? Slide "MNIST".',
  about: "Trains a β-VAE, or one of its deterministic counterparts, on handwritten digits.",
  options: OPTIONS,
  examples: [
    ["", "panel (a) of the slide MNIST"],
    ["--posterior mean-field --latent 16", "mean-field, 16 latents"],
    ["--objective grae-star --beta 0.1", "its counterpart without samples"],
    ["--quick", "a look, in seconds"],
    ["--data mnist --out runs/all", "MNIST from a folder of its files"],
    ["--resume runs/all --data mnist --epochs 40", "go on, to 40 epochs"],
    ["--dataset shapes --architecture conv32", "pictures of shapes, and convolutions"],
    ["--beta-warmup 5 --clip-gradient 100", "β rises in the first 5 epochs"],
  ],
  resolve,
  extendable: ["epochs"],
  result: resultSchema,
  // Loaded here, so that --help need not wait for it.
  prepare: async (options) => (await import("./training.ts")).prepare(options),
});

if (import.meta.main) await runStudy(mnistStudy);
