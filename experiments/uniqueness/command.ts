/**
 * The command line of `deno task uniqueness`.
 *
 * @module
 */

import type { Table } from "../command/option.ts";
import {
  beta,
  differentWholes,
  namesOf,
  positive,
  shareBelowOne,
  wholeFrom,
} from "../command/option_kind.ts";
import { COMMON, FOLDER_NOTE, type StudyCommand } from "../study/options.ts";
import { sized, sizesOf } from "../study/training_table.ts";
import { DEFAULTS, QUICK } from "./options.ts";

const MODEL = "The models", TRAINING = "Training", TURNING = "Turning";
const of = sizesOf(DEFAULTS, QUICK);

const TABLE = {
  "latents": sized(
    MODEL,
    of("latents"),
    differentWholes,
    "the numbers of latents, from 2; at 4 blocks of 2 are trained in place of the isotropic family",
  ),
  "activations": sized(
    MODEL,
    of("activations"),
    namesOf(["identity", "leaky-relu", "tanh"]),
    "ν of the data and of the decoder",
  ),
  "noise": sized(MODEL, of("noise"), positive, "the standard deviation of the data's noise"),
  "beta": sized(MODEL, of("beta"), beta, "β, the weight of the KL term"),
  "seeds": sized(
    TRAINING,
    of("seeds"),
    wholeFrom(2),
    "how many models with two latents are fitted of each kind",
  ),
  "seeds-beyond-plane": sized(TRAINING, of("seedsBeyondPlane"), wholeFrom(2), "how many with more latents"),
  "landings": sized(TRAINING, of("landings"), wholeFrom(2), "of how many the angle is tested for uniformity"),
  "examples": sized(TRAINING, of("examples"), wholeFrom(1), "how many examples each model has"),
  "batch": sized(TRAINING, of("batch"), wholeFrom(1), "how many of them to a step"),
  "steps-per-latent": sized(
    TRAINING,
    of("stepsPerLatent"),
    wholeFrom(1),
    "the steps of a training for each latent of two; with d it has d²/2 times as many",
  ),
  "learning-rate": sized(
    TRAINING,
    of("learningRate"),
    positive,
    "the largest learning rate of gradient descent",
  ),
  "momentum": sized(TRAINING, of("momentum"), shareBelowOne, "its momentum"),
  "adam-rate": sized(TRAINING, of("adamRate"), positive, "the largest learning rate of Adam"),
  "turned": sized(TURNING, of("turned"), wholeFrom(1), "how many trained models of a kind are turned"),
  "angles": sized(TURNING, of("angles"), wholeFrom(2), "angles from 0 to π/2 by which they are turned"),
  "turned-steps": sized(
    TURNING,
    of("turnedSteps"),
    wholeFrom(1),
    "steps in which q follows a turned decoder",
  ),
  ...COMMON,
} as const satisfies Table;

/** The command. */
export const COMMAND: StudyCommand<typeof TABLE> = {
  task: "uniqueness",
  about: "Fits x = ν(Wz) + ε from many starts, and asks where each family of posteriors lands.",
  table: TABLE,
  examples: [
    ["", "all cases, twenty seeds with two latents; about twenty minutes"],
    ["--quick", "two latents and a linear decoder, in about a minute"],
    ["--latents 2 --activations tanh --seeds 50", "one kind, more seeds"],
    ["--resume runs/uniqueness-seed0", "go on where it was stopped"],
  ],
  notes: [FOLDER_NOTE],
};
