/**
 * One training step as a pure function.
 *
 * @module
 */

import { type Key, type Recordable, replayable, tf, valueAndGradients } from "../engine/mod.ts";
import { bindModel, type Model, type ModelDescription } from "../model/mod.ts";
import type { ObjectiveValue } from "../objective/mod.ts";
import { adam, type AdamState, tensorsOf } from "./adam.ts";

/** An objective with everything but model, data and key decided. */
export type Loss = (model: Model, x: tf.Tensor, key: Key) => ObjectiveValue;

/** What a step says of itself; tensors, so that nothing waits for them. */
export interface StepInfo {
  /** The loss before the update: a scalar. */
  readonly loss: tf.Tensor;
  /** Each term's mean over the batch: scalars. */
  readonly terms: Readonly<Record<string, tf.Tensor>>;
}

/** A step `(state, x, key) → [state, info]`, until it is disposed of. */
export interface TrainingStep {
  /** The next state, and what the step says of itself; the old state is the caller's. */
  (state: AdamState, x: tf.Tensor, key: Key): [AdamState, StepInfo];
  /** Gives back what its recordings hold. */
  [Symbol.dispose](): void;
}

/** What a training step may be told. */
export interface StepOptions {
  /** Whether it is replayed after two calls (see {@link replayable}): then the loss must be pure. No by default. */
  readonly replay?: boolean;
}

/**
 * The loss and its gradient by one reverse pass, then Adam.
 *
 * It makes no tensor but those that it returns.
 *
 * @param loss what is minimised, in all parameters
 * @param learningRate > 0
 * @throws ReplayError, when it is called, if it is to be replayed and the loss turns out not to be pure
 */
export function trainingStep(
  description: ModelDescription,
  loss: Loss,
  learningRate: number,
  { replay = false }: StepOptions = {},
): TrainingStep {
  let names: readonly string[] = [];
  const reversePass: Recordable = (inputs, key) => {
    const { value, gradients, info } = valueAndGradients((parameters) => {
      const { loss: scalar, terms } = loss(bindModel(description, parameters), inputs.at(-1)!, key);
      return { value: scalar, info: terms };
    }, inputs.slice(0, -1));
    names = Object.keys(info);
    return [...gradients, value, ...Object.values(info).map((term) => tf.mean(term))];
  };
  const replayed = replay ? replayable(reversePass) : null;
  const pass = replayed ?? reversePass;
  const step = (state: AdamState, x: tf.Tensor, key: Key): [AdamState, StepInfo] => {
    const scope = tf.openScope();
    let survivors: tf.Tensor[] = [];
    try {
      const made = pass([...state.parameters, x], key);
      const [value, ...terms] = made.splice(state.parameters.length);
      const next = adam(state, made, learningRate);
      survivors = [...tensorsOf(next), value!, ...terms];
      return [next, { loss: value!, terms: Object.fromEntries(names.map((name, i) => [name, terms[i]!])) }];
    } finally {
      scope.close(survivors);
    }
  };
  return Object.assign(step, { [Symbol.dispose]: () => replayed?.[Symbol.dispose]() });
}
