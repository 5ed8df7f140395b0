/**
 * What a comparison of objectives is told; nothing here loads tensors.
 *
 * @module
 */

import type { ActivationName } from "../digits/names.ts";

/** The options of a comparison, all resolved; JSON keeps them as they are. */
export interface CompareOptions {
  /** Whether the trainings are shortened to see that all works. */
  readonly quick: boolean;
  /** The first seed, a whole number in [0, 2⁵³). */
  readonly seed: number;
  /** How many seeds, ≥ 1: this one and those after it. */
  readonly seeds: number;
  /** The values of β > 0, all different. */
  readonly betas: readonly number[];
  /** d ≥ 1, the number of latents. */
  readonly latent: number;
  /** The widths of the encoder's hidden layers; those of the decoder are the reverse. */
  readonly hidden: readonly number[];
  /** The activation with which every objective is trained. */
  readonly activation: ActivationName;
  /** Another one, with which the β-VAE alone is trained too, to see the approximations where g is smooth. */
  readonly smooth: ActivationName;
  /** How often each training digit is seen, ≥ 1. */
  readonly epochs: number;
  /** How many digits to a step, ≥ 1. */
  readonly batch: number;
  /** The learning rate of Adam, > 0. */
  readonly learningRate: number;
  /** How many of the training digits to use, ≥ 1; null for all. */
  readonly limit: number | null;
  /** How many of the held-out digits trained models are judged on, ≥ 1; null for all. */
  readonly judged: number | null;
  /** How many of these the objectives are compared on along a training, ≥ 1. */
  readonly tracked: number;
  /** Pairs ±ε of draws to a held-out digit, ≥ 2, of which the β-VAE loss is the mean. */
  readonly pairs: number;
  /** Columns drawn for a tracked digit, ≥ 2, of which the stochastic GRAE* is the mean. */
  readonly columns: number;
  /** How many of these the posterior is contracted at, ≥ 1. */
  readonly contracted: number;
  /** Pairs ±ε of draws to a digit at which it is, ≥ 2. */
  readonly contractedPairs: number;
  /** How often the posterior's covariance is halved, ≥ 3. */
  readonly halvings: number;
  /** A folder of IDX files; null for the embedded digits. */
  readonly data: string | null;
}

/** The comparison by default. */
export const DEFAULTS: CompareOptions = {
  quick: false,
  seed: 0,
  seeds: 3,
  betas: [0.1, 0.2, 0.4, 0.6, 0.8, 1, 2],
  latent: 8,
  hidden: [128, 128],
  activation: "relu",
  smooth: "tanh",
  epochs: 8,
  batch: 128,
  learningRate: 1e-3,
  limit: null,
  judged: null,
  tracked: 200,
  pairs: 16,
  columns: 8,
  contracted: 32,
  contractedPairs: 64,
  halvings: 6,
  data: null,
};

/** The same with trainings so short that all of them take less than a minute. */
export const QUICK: CompareOptions = {
  ...DEFAULTS,
  quick: true,
  latent: 4,
  hidden: [32],
  epochs: 6,
  batch: 50,
  learningRate: 3e-3,
  limit: 600,
  judged: 200,
  tracked: 40,
  pairs: 8,
  contracted: 8,
  contractedPairs: 32,
};
