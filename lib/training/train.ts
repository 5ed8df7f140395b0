/**
 * The training loop.
 *
 * @module
 */

import { foldIn, type Key, read, tf } from "../engine/mod.ts";
import { NotPositiveDefiniteError } from "../linalg/mod.ts";
import { bindModel, type ModelDescription } from "../model/mod.ts";
import { adam, type AdamOptions, type AdamState, assertState, tensorsOf } from "./adam.ts";
import { DataCheck } from "./data_check.ts";
import { firstNonFinite, NonFiniteLossError } from "./non_finite.ts";
import type { Schedule } from "./schedule.ts";
import {
  learningRateAt,
  type Loss,
  lossAt,
  numbersAt,
  type PassOptions,
  type PassResult,
  type ReversePass,
  uncheckedPass,
} from "./step.ts";

/** What a step reports. */
export interface StepReport {
  /** Steps taken, this one included. */
  readonly step: number;
  /** The epoch of the step, from 0. */
  readonly epoch: number;
  /** The loss before the update. */
  readonly loss: number;
  /** Means of the terms over the batch. */
  readonly terms: Readonly<Record<string, number>>;
}

/** What {@link train} takes. */
export interface TrainOptions extends PassOptions, Omit<AdamOptions, "overwrite"> {
  /** The model, apart from its parameters. */
  readonly description: ModelDescription;
  /** What is minimised. */
  readonly loss: Loss;
  /** > 0: a number, or a function of the step. */
  readonly learningRate: Schedule;
  /** Batches in an epoch. */
  readonly stepsPerEpoch: number;
  /** The run ends when so many epochs are complete, those before a resumption counted in. */
  readonly epochs: number;
  /** Step t draws from `foldIn(key, t)`, whenever it is taken. */
  readonly key: Key;
  /**
   * Batch `index` of an epoch, `[batch, data]`: a new tensor, which the loop disposes of. The batches of an epoch go through all
   * data: in the first one after the start, every number is checked.
   */
  readonly batch: (epoch: number, index: number) => tf.Tensor;
  /** Called after every step. */
  readonly onStep?: (report: StepReport) => void;
  /** Called when an epoch is complete, with the number of complete epochs. */
  readonly onEpoch?: (state: AdamState, epochs: number) => Promise<void>;
  /** Stops the run after the step in progress. */
  readonly signal?: AbortSignal;
  /**
   * Whether steps are replayed from a recording of the first ones, which saves tfjs's bookkeeping: 1.4 to 2.3 of 10 to 30 ms
   * (native engine, 2 cores). The loss must be a pure function of its arguments then: it takes a β that changes as an
   * argument. A replay is compared with a call at the steps 2, 3, 4, 8, 16, … and at the last one. No by default.
   */
  readonly replay?: boolean;
}

/** How a run ended. */
export interface TrainResult {
  /** The state after the last step; its tensors are the caller's. */
  readonly state: AdamState;
  /** Whether the signal stopped it before its last epoch was complete. */
  readonly interrupted: boolean;
}

/** Longest time without giving timers and signals a turn, in milliseconds. */
const TURN = 50;

/**
 * Trains from a state, which it takes over: its tensors are disposed of, and overwritten where no other shares their numbers.
 *
 * Everything random is a function of the step number, so a run that is stopped and taken up again goes through
 * the same states as one that is not.
 *
 * @throws (rejects) TypeError and RangeError for a batch that is not one or has numbers outside of the likelihood's support, with
 * their index; NonFiniteLossError when the loss turns non-finite; ReplayError if the loss is to be replayed, but is not
 * pure; RangeError for the learning rate or the numbers of a step; TypeError if the loss asks for a number that is not given.
 * Nothing of that step is kept
 */
export async function train(initial: AdamState, options: TrainOptions): Promise<TrainResult> {
  const { description, loss, stepsPerEpoch, epochs, signal } = options;
  assertState("train", initial);
  using pass = uncheckedPass(description, loss, options);
  const check = new DataCheck("train", description);
  let state = initial;
  let turn = performance.now();
  while (state.step < stepsPerEpoch * epochs) {
    if (signal?.aborted) return { state, interrupted: true };
    const epoch = Math.floor(state.step / stepsPerEpoch);
    const index = state.step % stepsPerEpoch;
    const x = options.batch(epoch, index);
    await assertData(check, x, `batch ${index} of epoch ${epoch}`, state, initial.step + stepsPerEpoch);
    const key = foldIn(options.key, state.step);
    const { gradients, learningRate, ...report } = await checkedPass(state, x, key, pass, options);
    state = adam(state, gradients, learningRate, { ...options, overwrite: true });
    tf.dispose([...gradients]);
    options.onStep?.({ step: state.step, epoch, ...report });
    const complete = state.step % stepsPerEpoch === 0;
    if (complete || signal?.aborted) await assertStillFinite(state, x, key, options);
    if (state.step === stepsPerEpoch * epochs || signal?.aborted) assertReplayed(state, x, key, pass);
    x.dispose();
    if (complete) await options.onEpoch?.(state, epoch + 1);
    if (performance.now() - turn > TURN) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      turn = performance.now();
    }
  }
  return { state, interrupted: false };
}

/** Requires that what was replayed up to the last step was right. */
function assertReplayed(state: AdamState, x: tf.Tensor, key: Key, pass: ReversePass): void {
  try {
    pass.check(state.parameters, x, key, state.step - 1);
  } catch (error) {
    tf.dispose([x, ...tensorsOf(state)]);
    throw error;
  }
}

/**
 * Requires data that the likelihood has a density for, in the steps before `until`: those of one epoch, which go through all
 * data.
 */
async function assertData(
  check: DataCheck,
  x: tf.Tensor,
  name: string,
  state: AdamState,
  until: number,
): Promise<void> {
  try {
    if (state.step >= until) check.assertShape(x, name);
    else {
      check.enter(x, name);
      await check.settle();
    }
  } catch (error) {
    tf.dispose([x, ...tensorsOf(state)]);
    throw error;
  }
}

/** Disposes of what a failed step leaves, and throws with what made its loss non-finite. */
async function fail(
  at: { state: AdamState; x: tf.Tensor; key: Key; step: number; after: boolean },
  options: TrainOptions,
  value: number,
  cause?: unknown,
): Promise<never> {
  const { state, x, key, step, after } = at;
  const loss = lossAt(options.loss, numbersAt(options, step - 1));
  const where = await firstNonFinite(options.description, state.parameters, loss, x, key);
  tf.dispose([x, ...tensorsOf(state)]);
  throw new NonFiniteLossError(step, value, where, { after, cause });
}

/**
 * Requires that the loss of the last batch is finite after the update too: the state is about to be handed out, and
 * would be saved.
 */
async function assertStillFinite(
  state: AdamState,
  x: tf.Tensor,
  key: Key,
  options: TrainOptions,
): Promise<void> {
  const at = { state, x, key, step: state.step, after: true };
  const scope = tf.openScope();
  let value = NaN;
  let cause: unknown;
  try {
    const model = bindModel(options.description, state.parameters);
    const loss = lossAt(options.loss, numbersAt(options, state.step - 1));
    value = (await read(loss(model, x, key).loss))[0]!;
  } catch (error) {
    if (!(error instanceof NotPositiveDefiniteError)) throw error;
    cause = error;
  } finally {
    scope.close();
  }
  if (!Number.isFinite(value)) await fail(at, options, value, cause);
}

/** A pass whose loss is finite, or an error that says where it is not. */
async function checkedPass(
  state: AdamState,
  x: tf.Tensor,
  key: Key,
  pass: ReversePass,
  options: TrainOptions,
): Promise<Pick<StepReport, "loss" | "terms"> & Pick<PassResult, "gradients"> & { learningRate: number }> {
  const at = { state, x, key, step: state.step + 1, after: false };
  let result: PassResult;
  let learningRate: number;
  try {
    learningRate = learningRateAt(options.learningRate, state.step);
    result = pass(state.parameters, x, key, state.step);
  } catch (error) {
    if (error instanceof NotPositiveDefiniteError) return await fail(at, options, NaN, error);
    tf.dispose([x, ...tensorsOf(state)]);
    throw error;
  }
  const { gradients, info } = result;
  const loss = (await read(info.loss))[0]!;
  const terms: Record<string, number> = {};
  for (const [name, term] of Object.entries(info.terms)) terms[name] = (await read(term))[0]!;
  tf.dispose([info.loss, ...Object.values(info.terms)]);
  if (!Number.isFinite(loss)) {
    tf.dispose([...gradients]);
    return await fail(at, options, loss);
  }
  return { gradients, learningRate, loss, terms };
}
