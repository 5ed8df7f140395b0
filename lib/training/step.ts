/**
 * One training step as a function of state, batch and key, and the reverse pass in it.
 *
 * @module
 */

import { type Key, type Recordable, replayable, tf, valueAndGradients } from "../engine/mod.ts";
import { bindModel, type Model, type ModelDescription } from "../model/mod.ts";
import type { ObjectiveValue } from "../objective/mod.ts";
import { adam, type AdamOptions, type AdamState } from "./adam.ts";
import { DataCheck } from "./data_check.ts";
import { learningRateAt } from "./minimise.ts";
import { numberAt, type Schedule } from "./schedule.ts";

/** The numbers of a step by name, as float32 scalars: in a replay too, each step has its own. */
export interface StepNumbers {
  /** β. */
  readonly beta: tf.Tensor;
  /** What else was given as `numbers`. */
  readonly [name: string]: tf.Tensor;
}

/**
 * An objective of a model and data, with everything else decided but a key and the numbers of the step. A loss may take β from
 * them, or have its own; a loss that is replayed must take from them what changes from step to step.
 *
 * ```ts
 * import { graeLoss } from "../objective/mod.ts";
 * import type { Loss } from "./mod.ts";
 *
 * const loss: Loss = (model, x, key, { beta }) => graeLoss(model, x, key, beta);
 * ```
 */
export type Loss = (model: Model, x: tf.Tensor, key: Key, numbers: StepNumbers) => ObjectiveValue;

/** A loss with the numbers of its step decided. */
export type DecidedLoss = (model: Model, x: tf.Tensor, key: Key) => ObjectiveValue;

/** The numbers that a step is given, by name. */
export interface NumberOptions {
  /** β > 0: a number, or a function of the step; none by default, for a loss that has its own. */
  readonly beta?: Schedule;
  /** Other numbers for the loss: each a number, or a function of the step; none by default. */
  readonly numbers?: Readonly<Record<string, Schedule>>;
}

/**
 * The numbers of a step.
 *
 * @param step how many steps were taken before it
 * @throws RangeError if one of them is no finite float32 number, or β is not above 0
 */
export function numbersAt({ beta, numbers }: NumberOptions, step: number): Readonly<Record<string, number>> {
  const at: Record<string, number> = {};
  const all = { ...(beta === undefined ? {} : { beta }), ...numbers };
  for (const [name, schedule] of Object.entries(all)) {
    const value = at[name] = numberAt(schedule, step), single = Math.fround(value);
    if (name === "beta" ? single > 0 && single < Infinity : Number.isFinite(single)) continue;
    const must = name === "beta"
      ? "β must be a number above 0 in float32"
      : `the number "${name}" must be finite in float32`;
    throw new RangeError(`training: ${must}, but for step ${step + 1} it is ${value}`);
  }
  return at;
}

/** Tensors by their names; a name that there is not is refused. */
function named(names: readonly string[], tensors: readonly tf.Tensor[]): StepNumbers {
  const all = new Map<string | symbol, tf.Tensor>(names.map((name, i) => [name, tensors[i]!]));
  return new Proxy({} as StepNumbers, {
    get: (_, name) => {
      if (all.has(name) || typeof name === "symbol") return all.get(name);
      throw new TypeError(
        `training: the loss asks for the number "${name}" of its step, which must be given as an option, but is not; given ` +
          `are ${names.join(", ") || "none"}`,
      );
    },
  });
}

/**
 * A loss at given numbers, to be called outside of a step.
 *
 * @param numbers β and others, as float32 has them
 */
export const lossAt =
  (loss: Loss, numbers: Readonly<Record<string, number>>): DecidedLoss => (model, x, key) =>
    loss(
      model,
      x,
      key,
      named(Object.keys(numbers), Object.values(numbers).map((value) => tf.tensor(value, []))),
    );

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
  /** At parameters, for a batch `[batch, data]`, with the numbers of the step that so many were taken before. */
  (parameters: readonly tf.Tensor[], x: tf.Tensor, key: Key, step: number): PassResult;
  /**
   * Compares a replay with a call, where there were replays since the last comparison.
   *
   * @throws ReplayError if they differ
   */
  check(parameters: readonly tf.Tensor[], x: tf.Tensor, key: Key, step: number): void;
}

/** What {@link reversePass} may be told. */
export interface PassOptions extends NumberOptions {
  /** Whether it is replayed (see {@link replayable}): then the loss must be pure. No by default. */
  readonly replay?: boolean;
}

/**
 * The loss and its gradient by one reverse pass. It makes no tensor but those that it returns.
 *
 * @param loss what is differentiated, in all parameters
 * @throws when it is called: TypeError or RangeError for x (see {@link Likelihood.support}); ReplayError if
 * it is to be replayed and the loss turns out not to be pure
 */
export function reversePass(
  description: ModelDescription,
  loss: Loss,
  options: PassOptions = {},
): ReversePass {
  return passFor("reversePass", description, loss, options);
}

/** The same under the name of the public function that is given the data. */
function passFor(
  doing: string,
  description: ModelDescription,
  loss: Loss,
  options: PassOptions,
): ReversePass {
  const data = new DataCheck(doing, description);
  const pass = uncheckedPass(description, loss, options);
  const { check } = pass;
  const checked = (parameters: readonly tf.Tensor[], x: tf.Tensor, key: Key, step: number): PassResult => {
    data.enter(x);
    return pass(parameters, x, key, step);
  };
  return Object.assign(checked, { check, [Symbol.dispose]: pass[Symbol.dispose] });
}

/**
 * The function that a reverse pass records: parameters, x and the numbers of the step ↦ the gradients, the loss, and the mean
 * of each term.
 *
 * @param given the names of the numbers
 * @param onTerms is told the names of the terms at each call
 */
export function passFunction(
  description: ModelDescription,
  loss: Loss,
  given: readonly string[],
  onTerms: (names: readonly string[]) => void = () => {},
): Recordable {
  return (inputs, key) => {
    const scope = tf.openScope();
    let made: tf.Tensor[] | undefined;
    const count = inputs.length - 1 - given.length;
    const numbers = named(given, inputs.slice(count + 1));
    try {
      const { value, gradients, info } = valueAndGradients((parameters) => {
        const { loss: scalar, terms } = loss(
          bindModel(description, parameters),
          inputs[count]!,
          key,
          numbers,
        );
        return { value: scalar, info: terms };
      }, inputs.slice(0, count));
      onTerms(Object.keys(info));
      made = [...gradients, value, ...Object.values(info).map((term) => tf.mean(term))];
      return made;
    } finally {
      scope.close(made);
    }
  };
}

/** {@link reversePass} for data that are known to be right. */
export function uncheckedPass(
  description: ModelDescription,
  loss: Loss,
  options: PassOptions,
): ReversePass {
  const given = [...(options.beta === undefined ? [] : ["beta"]), ...Object.keys(options.numbers ?? {})];
  let names: readonly string[] = [];
  const called = passFunction(description, loss, given, (terms) => names = terms);
  const replayed = options.replay ?? false ? replayable(called) : null;
  const withNumbers = <T>(step: number, f: (numbers: readonly tf.Tensor[]) => T): T => {
    const numbers = Object.values(numbersAt(options, step)).map((value) => tf.tensor(value, []));
    try {
      return f(numbers);
    } finally {
      tf.dispose(numbers);
    }
  };
  const pass = (parameters: readonly tf.Tensor[], x: tf.Tensor, key: Key, step: number): PassResult => {
    const made = withNumbers(step, (numbers) => (replayed ?? called)([...parameters, x, ...numbers], key));
    const [value, ...terms] = made.slice(parameters.length);
    return {
      gradients: made.slice(0, parameters.length),
      info: { loss: value!, terms: Object.fromEntries(names.map((name, i) => [name, terms[i]!])) },
    };
  };
  const check: ReversePass["check"] = (parameters, x, key, step) =>
    withNumbers(step, (numbers) => replayed?.check([...parameters, x, ...numbers], key));
  return Object.assign(pass, { check, [Symbol.dispose]: () => replayed?.[Symbol.dispose]() });
}

/** Options of Adam for a model: parameters of the likelihood, which come last, do not decay unless they are told to. */
export const adamOptionsFor = <Options extends AdamOptions>(
  { likelihood: { learned } }: ModelDescription,
  options: Options,
): Options & AdamOptions => ({ undecayed: learned?.shapes.length ?? 0, ...options });

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
 * ```ts
 * import { graeLoss } from "../objective/mod.ts";
 * import type { ModelDescription } from "../model/mod.ts";
 * import { trainingStep, warmUpSchedule } from "./mod.ts";
 *
 * // GRAE whose β rises to 0.2 in the first 100 steps.
 * const warmedUp = (model: ModelDescription) =>
 *   trainingStep(model, (m, x, key, { beta }) => graeLoss(m, x, key, beta), 1e-3, {
 *     beta: warmUpSchedule(0.2, 100),
 *     replay: true,
 *   });
 * ```
 *
 * @param loss what is minimised, in all parameters
 * @param learningRate > 0: a number, or a function of the step
 * @throws when it is called: RangeError for the learning rate, the numbers of the step, or x (see {@link Likelihood.support});
 *   TypeError for x, or if the loss asks for a number that is not given; ReplayError if it is to be replayed and the loss turns
 *   out not to be pure
 */
export function trainingStep(
  description: ModelDescription,
  loss: Loss,
  learningRate: Schedule,
  options: PassOptions & AdamOptions = {},
): TrainingStep {
  const pass = passFor("trainingStep", description, loss, options);
  const rules = adamOptionsFor(description, options);
  const step = (state: AdamState, x: tf.Tensor, key: Key): [AdamState, StepInfo] => {
    const rate = learningRateAt(learningRate, state.step);
    const { gradients, info } = pass(state.parameters, x, key, state.step);
    try {
      return [adam(state, gradients, rate, rules), info];
    } finally {
      gradients.forEach((gradient) => gradient.dispose());
    }
  };
  return Object.assign(step, { [Symbol.dispose]: pass[Symbol.dispose] });
}
