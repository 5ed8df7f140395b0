/**
 * The options of `deno task mnist`: the one table from which they are read, explained and refused.
 *
 * @module
 */

import {
  ACTIVATION_NAMES,
  ENGINE_NAMES,
  LIKELIHOOD_NAMES,
  OBJECTIVE_NAMES,
  POSTERIOR_NAMES,
  SCHEDULE_NAMES,
} from "../digits/names.ts";
import { option, optional, plain, type Table } from "../command/option.ts";
import {
  beta,
  folder,
  fromZero,
  nameOf,
  positive,
  threadCount,
  wholeFrom,
  wholes,
} from "../command/option_kind.ts";

const loss = "What is minimised", model = "The model", training = "Training", files = "Files", other = "Else";

/** The options by name, in the order of the help. The defaults are panel (a) of the slide "MNIST". */
export const OPTIONS = {
  "objective": option(loss, "beta-vae", nameOf(OBJECTIVE_NAMES), "the loss"),
  "posterior": option(
    loss,
    "block",
    nameOf(POSTERIOR_NAMES),
    "the family of q(z|x), for beta-vae, taylor-hessian, taylor-jacobian and profiled",
  ),
  "likelihood": option(loss, "gaussian", nameOf(LIKELIHOOD_NAMES), "p(x|z); gaussian has variance 1"),
  "beta": option(loss, "0.2", beta, "β, the weight of the KL term"),
  "latent": option(model, "8", wholeFrom(1), "d, how many latents"),
  "block": option(
    model,
    "2",
    wholeFrom(1),
    "b, how many latents to a block, for --posterior block and --objective grae-block; must divide d",
  ),
  "hidden": option(
    model,
    "500,500",
    wholes,
    "the widths of the encoder's hidden layers; the decoder's are the reverse",
  ),
  "activation": option(model, "relu", nameOf(ACTIVATION_NAMES), "the activation of hidden layers"),
  "epochs": option(training, "15", wholeFrom(1), "how often each training digit is seen"),
  "batch": option(training, "128", wholeFrom(1), "how many digits to a step"),
  "learning-rate": option(training, "0.001", positive, "the learning rate of Adam"),
  "learning-rate-schedule": option(
    training,
    "constant",
    nameOf(SCHEDULE_NAMES),
    "how it changes over all epochs: cosine falls along half a period to 0; step to a tenth halfway, and to a hundredth for the last quarter",
  ),
  "beta-warmup": option(
    training,
    "0",
    fromZero,
    "epochs, whole or not, in which β rises to --beta, by the same at every step; scores are at --beta throughout",
  ),
  "clip-gradient": optional(
    training,
    positive,
    "scale a gradient down to this norm, over all parameters, where it is above it (default: never)",
  ),
  "weight-decay": option(
    training,
    "0",
    fromZero,
    "decoupled, as in AdamW: a step takes this times its learning rate of every parameter away from it",
  ),
  "seed": option(training, "0", wholeFrom(0), "of all that is random: weights, batches and samples"),
  "engine": option(
    training,
    "auto",
    nameOf(ENGINE_NAMES),
    "what computes; auto is native where a BLAS is found and permitted, else wasm",
  ),
  "data": optional(
    files,
    folder("a folder"),
    "read MNIST's IDX files, gzipped or not, from this folder (default: 10,000 digits that come with the task)",
  ),
  "limit": optional(files, wholeFrom(1), "train on the first N training digits only (default: all)"),
  "out": optional(files, folder("a folder"), "the run's folder (default: in runs/, named by the options)"),
  "resume": optional(
    files,
    folder("the folder of a run"),
    "continue that run with the options in its manifest; beside it only --data (where its data are), --epochs, --threads and --quiet have a meaning",
  ),
  "threads": optional(
    other,
    threadCount,
    "how many threads compute, with the same bits (default: what GRAE_THREADS says, else all cores)",
  ),
  "quiet": plain(other, "show no progress"),
  "help": plain(other, "show this, and do nothing else"),
} as const satisfies Table;

/** The name of an option. */
export type Flag = keyof typeof OPTIONS;
