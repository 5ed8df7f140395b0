/**
 * What a study of samples is told; nothing here loads tensors.
 *
 * @module
 */

import type { ActivationName } from "../digits/names.ts";

/** The options of a study of samples, all resolved; JSON keeps them as they are. */
export interface SamplesOptions {
  /** Whether the trainings are shortened to see that all works. */
  readonly quick: boolean;
  /** The first seed, a whole number in [0, 2⁵³); that of the classifier too. */
  readonly seed: number;
  /** How many seeds, ≥ 1: this one and those after it. */
  readonly seeds: number;
  /** β > 0 of every model. */
  readonly beta: number;
  /** d ≥ 1, the number of latents. */
  readonly latent: number;
  /** The widths of the encoder's hidden layers; those of the decoder are the reverse. */
  readonly hidden: readonly number[];
  /** The activation of hidden layers. */
  readonly activation: ActivationName;
  /** How often each training digit is seen, ≥ 1. */
  readonly epochs: number;
  /** How many digits to a step, ≥ 1. */
  readonly batch: number;
  /** The learning rate of Adam, > 0. */
  readonly learningRate: number;
  /** How many of the training digits the models are trained on, ≥ 1; null for all. The classifier has all of them. */
  readonly limit: number | null;
  /** The widths of the classifier's hidden layers; the last is the number of features in which distances are. */
  readonly classifierHidden: readonly number[];
  /** How often the classifier sees each training digit, ≥ 1. */
  readonly classifierEpochs: number;
  /** A folder of IDX files; null for the embedded digits. */
  readonly data: string | null;
}

/** The study by default. */
export const DEFAULTS: SamplesOptions = {
  quick: false,
  seed: 0,
  seeds: 10,
  beta: 0.2,
  latent: 8,
  hidden: [128, 128],
  activation: "relu",
  epochs: 10,
  batch: 128,
  learningRate: 1e-3,
  limit: null,
  classifierHidden: [256, 64],
  classifierEpochs: 10,
  data: null,
};

/** The same with short trainings. */
export const QUICK: SamplesOptions = {
  ...DEFAULTS,
  quick: true,
  hidden: [32],
  epochs: 4,
  batch: 40,
  learningRate: 5e-3,
  limit: 1000,
  classifierHidden: [64, 32],
  classifierEpochs: 4,
};
