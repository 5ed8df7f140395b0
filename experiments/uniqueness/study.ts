/**
 * Does the choice of Q make the learned model unique? The toy model x = ν(Wz) + ε, with the true W known.
 *
 * @module
 */

import * as v from "valibot";
import { fit, orientations } from "../../properties/contract/results.ts";
import { count, finite } from "../../properties/contract/run.ts";
import { runStudy } from "../runner/command.ts";
import {
  beta,
  distinctWholes,
  type Kind,
  option,
  positive,
  shareBelowOne,
  someOf,
  UsageError,
  type Values,
  whole,
} from "../runner/options.ts";
import { type CommonOptions, study } from "../runner/study.ts";

const latentCounts: Kind<readonly number[]> = {
  ...distinctWholes,
  what: "different whole numbers from 2, with commas between them",
  schema: v.pipe(distinctWholes.schema, v.check((latents) => latents.every((latent) => latent >= 2), "")),
};
const ACTIVATIONS = fit.entries.activation.options;
const MODEL = "The models", TRAINING = "Training", TURNING = "Turning";

/** The options of the study; a quick one has two latents and a linear decoder alone, as many models, and shorter trainings. */
export const TABLE = {
  latents: option(MODEL, latentCounts, [2, 3, 4, 5], "numbers of latents, from 2; 4 with blocks", [2]),
  activations: option(MODEL, someOf(ACTIVATIONS), ACTIVATIONS, "ν of data and decoder", ["identity"]),
  noise: option(MODEL, positive, 0.05, "the standard deviation of the data's noise"),
  beta: option(MODEL, beta, 1, "β, the weight of the KL term"),
  seeds: option(TRAINING, whole(2), 20, "how many models with two latents are fitted of each kind"),
  seedsBeyondPlane: option(TRAINING, whole(2), 5, "how many with more latents"),
  orientations: option(
    TRAINING,
    whole(2),
    100,
    "how many models have their angle to W tested for uniformity",
  ),
  examples: option(TRAINING, whole(1), 4096, "how many examples each model has"),
  batch: option(TRAINING, whole(1), 32, "how many of them to a step"),
  stepsPerLatent: option(
    TRAINING,
    whole(1),
    1500,
    "steps for each of 2 latents; d have d²/2 times as many",
    450,
  ),
  learningRate: option(TRAINING, positive, 0.001, "the largest learning rate of gradient descent", 0.002),
  momentum: option(TRAINING, shareBelowOne, 0.96, "its momentum"),
  adamRate: option(TRAINING, positive, 0.02, "the largest learning rate of Adam"),
  turned: option(TURNING, whole(1), 20, "how many trained models of a kind are turned"),
  angles: option(TURNING, whole(2), 13, "angles from 0 to π/2 by which they are turned", 5),
  turnedSteps: option(TURNING, whole(1), 600, "steps in which q follows a turned decoder", 200),
};
/** The options of a run. */
export type UniquenessOptions = Values<typeof TABLE> & CommonOptions;

const rows = v.array(v.array(finite));
const curve = v.object({
  family: fit.entries.family,
  /** The two latents that are turned, from 0, which is that of the longest column. */
  plane: v.tuple([count, count]),
  /** Loss less that of the same model unturned, by a mean-field q or one of blocks, in nats: `[member][angle]` */
  excess: rows,
  /** The same in theory; null where ν is not the identity. */
  theory: v.nullable(rows),
});
/** The results of parts. */
export const partSchema = v.variant("kind", [
  /** The fits of one ensemble, to all three kinds of W. */
  v.object({ kind: v.literal("fits"), fits: v.array(fit) }),
  /** The angles of one large ensemble to W, and its decoders as (a, b) in the plane of W turned and scaled. */
  v.object({
    kind: v.literal("orientations"),
    ...orientations.entries,
    plane: v.array(v.tuple([finite, finite])),
  }),
  /** Trained mean-field models whose latents were turned by angles in radians. */
  v.object({
    kind: v.literal("turn"),
    activation: fit.entries.activation,
    latent: count,
    angles: v.array(finite),
    curves: v.array(curve),
  }),
]);
/** The result of a part. */
export type UniquenessPart = v.InferOutput<typeof partSchema>;
/** In which plane latents are turned, and in which family q follows. */
export type Turn = Pick<v.InferOutput<typeof curve>, "family" | "plane">;

/** The study of uniqueness. */
export const uniquenessStudy = study({
  name: "uniqueness",
  title: "Uniqueness",
  question:
    "Does the choice of the variational family make the learned model unique? Data x = ν(Wz) + ε with a known W; " +
    'slides "Latent variable models and Uniqueness" to "Generative model of data".',
  about: "Fits x = ν(Wz) + ε from many starts with each family of posteriors, and compares the fits with W.",
  options: TABLE,
  examples: [
    ["", "all cases, twenty seeds with two latents; about twenty minutes"],
    ["--quick", "two latents and a linear decoder, in about a minute"],
    ["--latents 2 --activations tanh --seeds 50", "one kind, more seeds"],
    ["--resume runs/uniqueness-seed0", "go on where it was stopped"],
  ],
  resolve(options) {
    if (options.batch <= options.examples) return options;
    throw new UsageError(
      `--batch must be at most --examples, but it is ${options.batch} of ${options.examples}; give one of them another value`,
    );
  },
  result: partSchema,
  async prepare(options) {
    // Loaded here, so that --help need not wait for it.
    const [{ partsOf }, { conclude }] = await Promise.all([import("./parts.ts"), import("./results.ts")]);
    return { data: null, parts: partsOf(options), conclude: (parts) => conclude(options, parts) };
  },
});

if (import.meta.main) await runStudy(uniquenessStudy);
