/**
 * One training step as a pure function.
 *
 * @module
 */

import { type Key, tf, valueAndGradients } from "../engine/mod.ts";
import { bindModel, type Model, type ModelDescription } from "../model/mod.ts";
import type { ObjectiveValue } from "../objective/mod.ts";
import { adam, type AdamState } from "./adam.ts";

/** An objective with everything but model, data and key decided. */
export type Loss = (model: Model, x: tf.Tensor, key: Key) => ObjectiveValue;

/** What a step says of itself; tensors, so that nothing waits for them. */
export interface StepInfo {
  /** The loss before the update: a scalar. */
  readonly loss: tf.Tensor;
  /** Each term's mean over the batch: scalars. */
  readonly terms: Readonly<Record<string, tf.Tensor>>;
}

/**
 * A step `(state, x, key) → [state, info]`: the loss and its gradient by one reverse pass, then Adam.
 *
 * It makes no tensor but those that it returns, and leaves the old state to its caller.
 *
 * @param loss what is minimised, in all parameters
 * @param learningRate > 0
 */
export function trainingStep(
  description: ModelDescription,
  loss: Loss,
  learningRate: number,
): (state: AdamState, x: tf.Tensor, key: Key) => [AdamState, StepInfo] {
  return (state, x, key) => {
    const scope = tf.openScope();
    let survivors: tf.Tensor[] = [];
    try {
      const { value, gradients, info } = valueAndGradients((parameters) => {
        const { loss: scalar, terms } = loss(bindModel(description, parameters), x, key);
        return { value: scalar, info: terms };
      }, state.parameters);
      const next = adam(state, gradients, learningRate);
      const terms = Object.fromEntries(Object.entries(info).map(([name, term]) => [name, tf.mean(term)]));
      survivors = [...next.parameters, ...next.first, ...next.second, value, ...Object.values(terms)];
      return [next, { loss: value, terms }];
    } finally {
      scope.close(survivors);
    }
  };
}
