/**
 * The options of `deno task metric`. No tensors are loaded here, so that `--help` need not wait for them.
 *
 * @module
 */

import type { ActivationName } from "../digits/names.ts";

/** What the study trains, and on what. */
export interface MetricOptions {
  /** Whether the sizes are those of a look in under a minute. */
  readonly quick: boolean;
  /** The first seed: a whole number in [0, 2⁵³ − seeds). */
  readonly seed: number;
  /** How many models of each panel and control are trained, with seeds one after the other, ≥ 1. */
  readonly seeds: number;
  /** How often each training digit is seen, ≥ 1. */
  readonly epochs: number;
  /** How many digits to a step, ≥ 1. */
  readonly batch: number;
  /** The learning rate of Adam, > 0. */
  readonly learningRate: number;
  /** The widths of the encoder's hidden layers; those of the decoder are the reverse. */
  readonly hidden: readonly number[];
  /** The activation of hidden layers. */
  readonly activation: ActivationName;
  /** How many of the training digits are used at the most; null for all. */
  readonly limit: number | null;
  /** A folder of IDX files; null for the digits that come with the library. */
  readonly data: string | null;
}

/**
 * In about 6 minutes on 2 cores with a BLAS. Two hidden layers show blocks where β = .2 makes entries outside them cheap:
 * with panel (a) the ratio ends at .46 to .48 over the first seeds, with one layer of 64 to 256 units at .47 to .84.
 */
export const DEFAULTS: MetricOptions = {
  quick: false,
  seed: 0,
  seeds: 10,
  epochs: 6,
  batch: 64,
  learningRate: 2e-3,
  hidden: [128, 64],
  activation: "relu",
  limit: null,
  data: null,
};

/**
 * In under a minute: smaller networks that see fewer digits, once, and as many seeds. ELU, for in so few steps ReLU leaves
 * more latents unused: over ten seeds the ratio ends at .36 and .30 with panels (c) and (d), with ReLU at .49 and .58.
 */
export const QUICK: MetricOptions = {
  ...DEFAULTS,
  quick: true,
  epochs: 1,
  batch: 32,
  learningRate: 5e-3,
  hidden: [64, 32],
  activation: "elu",
  limit: 6400,
};
