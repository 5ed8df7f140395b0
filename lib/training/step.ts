/**
 * One training step as a function of state, batch and key, and the reverse pass in it.
 *
 * @module
 */

import { type Key, type Recordable, replayable, tf, valueAndGradients } from "../engine/mod.ts";
import { bindModel, type Model, type ModelDescription } from "../model/mod.ts";
import type { ObjectiveValue } from "../objective/mod.ts";
import { adam, type AdamOptions, type AdamState } from "./adam.ts";

/** An objective with everything but model, data and key decided. */
export type Loss = (model: Model, x: tf.Tensor, key: Key) => ObjectiveValue;

/** What a step says of itself; tensors, so that nothing waits for them. */
export interface StepInfo {
  /** The loss before the update: a scalar. */
  readonly loss: tf.Tensor;
  /** Each term's mean over the batch: scalars. */
  readonly terms: Readonly<Record<string, tf.Tensor>>;
}

/** What {@link reversePass} finds; the tensors are the caller's. */
export interface PassResult {
  /** Of the loss, in each parameter. */
  readonly gradients: readonly tf.Tensor[];
  /** What the step will say of itself. */
  readonly info: StepInfo;
}

/** A loss and its gradient, until what its recordings hold is disposed of. */
export interface ReversePass extends Disposable {
  /** At parameters, for a batch `[batch, data]`. */
  (parameters: readonly tf.Tensor[], x: tf.Tensor, key: Key): PassResult;
}

/** What {@link reversePass} may be told. */
export interface PassOptions {
  /** Whether it is replayed (see {@link replayable}): then the loss must be pure. No by default. */
  readonly replay?: boolean;
}

/**
 * The loss and its gradient by one reverse pass. It makes no tensor but those that it returns.
 *
 * @param loss what is differentiated, in all parameters
 * @throws ReplayError, when it is called, if it is to be replayed and the loss turns out not to be pure
 */
export function reversePass(
  description: ModelDescription,
  loss: Loss,
  { replay = false }: PassOptions = {},
): ReversePass {
  let names: readonly string[] = [];
  const called: Recordable = (inputs, key) => {
    const scope = tf.openScope();
    let made: tf.Tensor[] = [];
    try {
      const { value, gradients, info } = valueAndGradients((parameters) => {
        const { loss: scalar, terms } = loss(bindModel(description, parameters), inputs.at(-1)!, key);
        return { value: scalar, info: terms };
      }, inputs.slice(0, -1));
      names = Object.keys(info);
      made = [...gradients, value, ...Object.values(info).map((term) => tf.mean(term))];
      return made;
    } finally {
      scope.close(made);
    }
  };
  const replayed = replay ? replayable(called) : null;
  const pass = (parameters: readonly tf.Tensor[], x: tf.Tensor, key: Key): PassResult => {
    const made = (replayed ?? called)([...parameters, x], key);
    const [value, ...terms] = made.slice(parameters.length);
    return {
      gradients: made.slice(0, parameters.length),
      info: { loss: value!, terms: Object.fromEntries(names.map((name, i) => [name, terms[i]!])) },
    };
  };
  return Object.assign(pass, { [Symbol.dispose]: () => replayed?.[Symbol.dispose]() });
}

/** A step `(state, x, key) → [state, info]`, until what its recordings hold is disposed of. */
export interface TrainingStep extends Disposable {
  /** The next state, and what the step says of itself. */
  (state: AdamState, x: tf.Tensor, key: Key): [AdamState, StepInfo];
}

/**
 * One training step: the loss and its gradient, then Adam.
 *
 * It makes no tensor but those that it returns, and leaves the old state to its caller, unless that is to be overwritten.
 *
 * @param loss what is minimised, in all parameters
 * @param learningRate > 0
 * @throws ReplayError, when it is called, if it is to be replayed and the loss turns out not to be pure
 */
export function trainingStep(
  description: ModelDescription,
  loss: Loss,
  learningRate: number,
  options: PassOptions & AdamOptions = {},
): TrainingStep {
  const pass = reversePass(description, loss, options);
  const step = (state: AdamState, x: tf.Tensor, key: Key): [AdamState, StepInfo] => {
    const { gradients, info } = pass(state.parameters, x, key);
    try {
      return [adam(state, gradients, learningRate, options), info];
    } finally {
      gradients.forEach((gradient) => gradient.dispose());
    }
  };
  return Object.assign(step, { [Symbol.dispose]: pass[Symbol.dispose] });
}
