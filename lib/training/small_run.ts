/**
 * Training runs of a few steps, for tests.
 *
 * @module
 */

import { foldIn, type Key, normal, read, tf } from "../engine/mod.ts";
import {
  describeModel,
  family,
  gaussian,
  initialModelParameters,
  type ModelDescription,
} from "../model/mod.ts";
import { betaVaeLoss, graeLoss } from "../objective/mod.ts";
import { type AdamState, initialAdamState, type Loss, tensorsOf, type TrainOptions } from "./mod.ts";

/** A small model, with a learned posterior or without. */
export const description = (withFamily = true): ModelDescription =>
  describeModel({
    data: 6,
    latent: 2,
    hidden: [8],
    activation: "tanh",
    likelihood: gaussian(0.1),
    family: withFamily ? family("full", 2) : null,
  });
/** A loss that draws. */
export const betaVae: Loss = (model, x, k) => betaVaeLoss(model, x, k, 0.5);
/** A loss that does not. */
export const grae: Loss = (model, x, k) => graeLoss(model, x, k, 0.5);

/** Its parts, drawn from the keys of these numbers. */
export interface SmallRun {
  /** A run of twelve steps. */
  readonly options: (overrides?: Partial<TrainOptions>) => TrainOptions;
  /** Where it starts. */
  readonly start: (model?: ModelDescription) => AdamState;
}

export const smallRun = (key: (index: number) => Key): SmallRun => ({
  options: (overrides = {}) => ({
    description: description(),
    loss: betaVae,
    learningRate: 0.01,
    stepsPerEpoch: 4,
    epochs: 3,
    key: key(5),
    batch: (epoch, i) => tf.tensor(normal(foldIn(foldIn(key(9), epoch), i), 3 * 6), [3, 6]),
    ...overrides,
  }),
  start: (model = description()) => initialAdamState(initialModelParameters(model, key(1))),
});
/** All numbers of a state, bit by bit. */
export const bits = async (state: AdamState): Promise<string> =>
  (await Promise.all(tensorsOf(state).map(read))).map((v) => [...new Uint32Array(v.buffer)].join()).join(";");
