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

/** In about 8 minutes on 2 cores with a BLAS. */
export const DEFAULTS: MetricOptions = {
  quick: false,
  seed: 0,
  seeds: 10,
  epochs: 20,
  batch: 128,
  learningRate: 2e-3,
  hidden: [128],
  activation: "relu",
  limit: null,
  data: null,
};

/** In under a minute: smaller networks that see fewer digits less often, as many seeds. */
export const QUICK: MetricOptions = {
  ...DEFAULTS,
  quick: true,
  epochs: 4,
  limit: 3000,
  hidden: [32],
};
