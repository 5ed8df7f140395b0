/**
 * The options that define a run.
 *
 * @module
 */

import { defaultFolder } from "./default_folder.ts";
import { familyOfRun } from "./family_of_run.ts";
import { type Given, valueOf } from "./given.ts";
import type { DigitsModel } from "../digits/setup.ts";
import type { EngineName, ScheduleName } from "../digits/names.ts";
import { UsageError } from "../command/usage_error.ts";

/** The options that define a run, all resolved; JSON keeps them as they are. */
export interface TrainOptions extends DigitsModel {
  /** How often each training digit is seen, ≥ 1. */
  readonly epochs: number;
  /** How many digits to a step, ≥ 1. */
  readonly batch: number;
  /** The learning rate, > 0. */
  readonly learningRate: number;
  /** How the learning rate changes over all epochs. */
  readonly learningRateSchedule: ScheduleName;
  /** Epochs in which β rises, from 0 to at most all; 0 for none. */
  readonly betaWarmup: number;
  /** The largest norm of a gradient, > 0; null for any. */
  readonly clipGradient: number | null;
  /** Decoupled weight decay, ≥ 0. */
  readonly weightDecay: number;
  /** The seed, a whole number in [0, 2⁵³). */
  readonly seed: number;
  /** The engine that was asked for. */
  readonly engine: EngineName;
  /** A folder of IDX files; null for the embedded digits. */
  readonly data: string | null;
  /** How many of the training digits to use, ≥ 1; null for all. */
  readonly limit: number | null;
  /** The run's folder. */
  readonly out: string;
}

/**
 * The options of a run, from the texts of those that are given.
 *
 * @throws UsageError if a text is no value of its option, or a combination has no meaning
 */
export function trainOptions(given: Given): TrainOptions {
  const options = {
    ...familyOfRun(given),
    likelihood: valueOf(given, "likelihood"),
    beta: valueOf(given, "beta"),
    latent: valueOf(given, "latent"),
    hidden: valueOf(given, "hidden"),
    activation: valueOf(given, "activation"),
    epochs: valueOf(given, "epochs"),
    batch: valueOf(given, "batch"),
    learningRate: valueOf(given, "learning-rate"),
    learningRateSchedule: valueOf(given, "learning-rate-schedule"),
    betaWarmup: valueOf(given, "beta-warmup"),
    clipGradient: valueOf(given, "clip-gradient"),
    weightDecay: valueOf(given, "weight-decay"),
    seed: valueOf(given, "seed"),
    engine: valueOf(given, "engine"),
    data: valueOf(given, "data"),
    limit: valueOf(given, "limit"),
  };
  const { betaWarmup, epochs } = options;
  if (betaWarmup > epochs) {
    const mark = given.has("epochs") ? "" : " (its default)";
    throw new UsageError(
      `--beta-warmup ${betaWarmup} is longer than --epochs ${epochs}${mark}: no step would have the β of --beta`,
    );
  }
  return { ...options, out: valueOf(given, "out") ?? defaultFolder(options) };
}
