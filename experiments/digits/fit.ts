/**
 * Training on digits without a folder.
 *
 * @module
 */

import { foldIn, key as keyOf, type tf } from "../../lib/engine/mod.ts";
import type { Split } from "../../lib/data/mod.ts";
import { initialModelParameters } from "../../lib/model/mod.ts";
import { initialAdamState, tensorsOf, train } from "../../lib/training/mod.ts";
import type { PartContext } from "../runner/study.ts";
import { batchesOf } from "./images.ts";
import { type DigitsModel, type Setup, setUp } from "./setup.ts";

/** What is trained, and how long. */
export interface FitOptions extends DigitsModel {
  /** How often each training digit is seen, ≥ 1. */
  readonly epochs: number;
  /** How many digits to a step, ≥ 1. */
  readonly batch: number;
  /** The learning rate of Adam, > 0. */
  readonly learningRate: number;
  /** Of the start, the order and the noise: a whole number in [0, 2⁵³). */
  readonly seed: number;
}

/** A model with its parameters. */
export interface Fitted {
  readonly setup: Setup;
  readonly parameters: readonly tf.Tensor[];
}

/** What watches a fit. */
export interface FitWatch extends Pick<PartContext, "signal" | "progress"> {
  /** Called before the first epoch with 0, and after each with their number; the parameters stay the fit's. */
  readonly onEpoch?: (fitted: Fitted, epochs: number) => Promise<void>;
}

/** What each random stream of a fit is folded from: as in a run, so that the same options train the same model. */
export const [INITIAL, ORDER, NOISE, PIXELS] = [0, 1, 2, 7];

/**
 * Trains on the digits of a split.
 *
 * @returns the model; its parameters are the caller's to dispose of
 * @throws (rejects) NonFiniteLossError; the signal's reason if it is aborted
 */
export async function fitDigits(options: FitOptions, split: Split, watch: FitWatch): Promise<Fitted> {
  const { signal, progress, onEpoch } = watch;
  const { train: digits } = split;
  const { epochs, batch } = options;
  const setup = setUp(options, digits.height * digits.width);
  const key = keyOf(options.seed);
  const stepsPerEpoch = Math.ceil(digits.count / batch);
  const initial = initialAdamState(initialModelParameters(setup.description, foldIn(key, INITIAL)));
  await onEpoch?.({ setup, parameters: initial.parameters }, 0);
  const { state, interrupted } = await train(initial, {
    description: setup.description,
    loss: setup.loss,
    learningRate: options.learningRate,
    beta: options.beta,
    stepsPerEpoch,
    epochs,
    key: foldIn(key, NOISE),
    batch: batchesOf(digits, batch, foldIn(key, ORDER), foldIn(key, PIXELS)),
    replay: true,
    onStep: ({ step }) => progress(step / (stepsPerEpoch * epochs)),
    signal,
    ...(onEpoch ? { onEpoch: ({ parameters }, epoch) => onEpoch({ setup, parameters }, epoch) } : {}),
  });
  const { parameters } = state;
  for (const tensor of tensorsOf(state)) {
    if (interrupted || !parameters.includes(tensor)) tensor.dispose();
  }
  if (interrupted) signal.throwIfAborted();
  return { setup, parameters };
}
