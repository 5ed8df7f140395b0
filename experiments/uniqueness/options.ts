/**
 * What a uniqueness study is told.
 *
 * @module
 */

import type { TrueActivation } from "../../properties/laws/trained.ts";

/** The options of a study; JSON keeps them as they are. */
export interface UniquenessOptions {
  /** Everything random follows from it: a whole number in [0, 2⁵³). */
  readonly seed: number;
  /** Members of a fleet with two latents, ≥ 2: each has its own W, data and start. */
  readonly seeds: number;
  /** Members of a fleet with more latents, ≥ 2. */
  readonly seedsBeyondPlane: number;
  /** Members of the fleets whose angles are tested for uniformity, ≥ 2. */
  readonly landings: number;
  /** Members of the fleets that are turned, ≥ 1. */
  readonly turned: number;
  /** The numbers of latents, each from 2; at 4 blocks of 2 are trained in place of the isotropic family. */
  readonly latents: readonly number[];
  /** ν */
  readonly activations: readonly TrueActivation[];
  /** σ > 0 of the data's noise and of the likelihood. */
  readonly noise: number;
  /** β > 0 */
  readonly beta: number;
  /** Examples per member, ≥ batch. */
  readonly examples: number;
  /** Examples of a member to a step, ≥ 1. */
  readonly batch: number;
  /** Steps of a training for each latent where there are two, ≥ 1; {@link stepsFor} has those of others. */
  readonly stepsPerLatent: number;
  /** The largest learning rate of gradient descent, > 0. */
  readonly learningRate: number;
  /** Its momentum, in [0, 1). */
  readonly momentum: number;
  /** The largest learning rate of Adam, > 0. */
  readonly adamRate: number;
  /** Angles from 0 to π/2 that trained models are turned by, ≥ 2. */
  readonly angles: number;
  /** Steps in which q follows a turned decoder, ≥ 1. */
  readonly turnedSteps: number;
}

/** A whole study. */
export const DEFAULTS: UniquenessOptions = {
  seed: 0,
  seeds: 20,
  seedsBeyondPlane: 5,
  landings: 100,
  turned: 20,
  latents: [2, 3, 4, 5],
  activations: ["identity", "leaky-relu", "tanh"],
  noise: 0.05,
  beta: 1,
  examples: 4096,
  batch: 32,
  stepsPerLatent: 1500,
  learningRate: 0.001,
  momentum: 0.96,
  adamRate: 0.02,
  angles: 13,
  turnedSteps: 600,
};

/** A study of two latents and a linear decoder alone: as many models of each kind, and shorter trainings by larger steps. */
export const QUICK: UniquenessOptions = {
  ...DEFAULTS,
  latents: [2],
  activations: ["identity"],
  stepsPerLatent: 450,
  learningRate: 0.002,
  angles: 5,
  turnedSteps: 200,
};

/**
 * How many steps a training takes: stepsPerLatent · d²/2.
 *
 * The more latents, the closer are neighbouring norms and the smaller the last: what tells columns apart weakens faster than
 * their number grows.
 */
export const stepsFor = (
  latent: number,
  { stepsPerLatent }: Pick<UniquenessOptions, "stepsPerLatent">,
): number => Math.round(stepsPerLatent * latent ** 2 / 2);
