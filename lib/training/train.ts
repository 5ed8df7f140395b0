/**
 * The training of a model.
 *
 * @module
 */

import { assertFloat32, cloneKey, foldIn, type Key, read, tf } from "../engine/mod.ts";
import { NotPositiveDefiniteError } from "../linalg/mod.ts";
import { bindModel, type ModelDescription } from "../model/mod.ts";
import { type AdamOptions, type AdamState, assertState } from "./adam.ts";
import { DataCheck } from "./data_check.ts";
import { minimise, type MinimiseResult } from "./minimise.ts";
import { firstNonFinite, NonFiniteLossError } from "./non_finite.ts";
import { adamOptimiser, type Optimiser, type TrainingState } from "./optimiser.ts";
import type { Schedule } from "./schedule.ts";
import {
  adamOptionsFor,
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
export interface TrainOptions<State extends TrainingState = AdamState>
  extends PassOptions, Omit<AdamOptions, "overwrite"> {
  /** The model, apart from its parameters. */
  readonly description: ModelDescription;
  /** What is minimised. */
  readonly loss: Loss;
  /** Above 0: a number, or a function of the step. */
  readonly learningRate: Schedule;
  /** The rule by which a step is taken; Adam by default, which alone has a weight decay and clips gradients. */
  readonly optimiser?: Optimiser<State>;
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
  /** Called after every step too, with the state after it, whose tensors stay the loop's, and the number of steps taken. */
  readonly onState?: (state: State, steps: number) => Promise<void>;
  /** Called when an epoch is complete, with the number of complete epochs. */
  readonly onEpoch?: (state: State, epochs: number) => Promise<void>;
  /** Stops the run after the step in progress. */
  readonly signal?: AbortSignal;
  /**
   * Whether steps are replayed from a recording of the first ones, which saves tfjs's bookkeeping: 1.4 to 2.3 of 10 to 30 ms
   * (native engine, 2 cores). The loss must be a pure function of its arguments then: it takes a β that changes as an
   * argument. A replay is compared with a call at the steps 2, 3, 4, 8, 16, … and at the last one. No by default.
   */
  readonly replay?: boolean;
}

/**
 * Trains from a state of the optimiser, which it takes over: its tensors are disposed of, and overwritten where no other shares their numbers.
 *
 * Everything random is a function of the step number, so a run that is stopped and taken up again goes through
 * the same states as one that is not.
 *
 * @throws (rejects) TypeError and RangeError for a batch that is not one or has numbers outside of the likelihood's support, with
 * their index; NonFiniteLossError when the loss turns non-finite; ReplayError if the loss is to be replayed, but is not
 * pure; RangeError for the learning rate or the numbers of a step; TypeError if the loss asks for a number that is not given.
 * Nothing of that step is kept
 */
export async function train<State extends TrainingState = AdamState>(
  initial: State,
  options: TrainOptions<State>,
): Promise<MinimiseResult<State>> {
  const { description, loss, stepsPerEpoch, epochs, signal } = options;
  const optimiser = optimiserFor(initial, options);
  using pass = uncheckedPass(description, loss, options);
  const check = new DataCheck("train", description);
  const steps = stepsPerEpoch * epochs;
  const keyAt = (step: number): Key => foldIn(options.key, step);
  /** The key of a step that was taken, to look at its loss again. */
  const again = (step: number): Key => cloneKey(keyAt(step));
  // Of the step in progress.
  let x: tf.Tensor | null = null;
  let report: Pick<StepReport, "loss" | "terms">;
  const gradients = async (state: State, step: number): Promise<readonly tf.Tensor[]> => {
    const [epoch, index] = [Math.floor(step / stepsPerEpoch), step % stepsPerEpoch];
    x = options.batch(epoch, index);
    // The steps of the first epoch after the start go through all data.
    await assertData(check, x, `batch ${index} of epoch ${epoch}`, step < initial.step + stepsPerEpoch);
    const { gradients, ...found } = await checkedPass(state, x, keyAt(step), pass, options);
    report = found;
    return gradients;
  };
  const onStep = async (state: State, step: number): Promise<void> => {
    const epoch = Math.floor((step - 1) / stepsPerEpoch);
    options.onStep?.({ step, epoch, ...report });
    await options.onState?.(state, step);
    const complete = step % stepsPerEpoch === 0;
    if (complete || signal?.aborted) await assertStillFinite(state, x!, again(step - 1), options);
    if (step === steps || signal?.aborted) pass.check(state.parameters, x!, again(step - 1), step - 1);
    x!.dispose();
    if (complete) await options.onEpoch?.(state, epoch + 1);
  };
  try {
    return await minimise(initial, {
      optimiser,
      gradients,
      rate: options.learningRate,
      from: initial.step,
      steps,
      onStep,
      ...(signal ? { signal } : {}),
    });
  } finally {
    // TypeScript does not see that a step sets it.
    (x as tf.Tensor | null)?.dispose();
  }
}

/** The optimiser of a training, whose state was given. @throws TypeError if they do not fit */
function optimiserFor<State extends TrainingState>(
  initial: State,
  { optimiser, ...options }: TrainOptions<State>,
): Optimiser<State> {
  if (!optimiser) {
    const state = initial as TrainingState as AdamState;
    if (!state.first || !state.second) {
      throw new TypeError(
        "train: the state must be Adam's, of initialAdamState, but it has no moments; give the optimiser that made it",
      );
    }
    assertState("train", state);
    return adamOptimiser(adamOptionsFor(options.description, options)) as unknown as Optimiser<State>;
  }
  const { weightDecay, undecayed, clipGradient } = options;
  if ([weightDecay, undecayed, clipGradient].some((given) => given !== undefined)) {
    throw new TypeError(
      "train: weightDecay, undecayed and clipGradient are Adam's, but another optimiser is given; let its step do them",
    );
  }
  initial.parameters.forEach((p, i) => assertFloat32("train", `parameter ${i}`, p));
  return optimiser;
}

/**
 * Requires data that the likelihood has a density for; only their shape, where they were seen before.
 */
async function assertData(check: DataCheck, x: tf.Tensor, name: string, isNew: boolean): Promise<void> {
  if (!isNew) return check.assertShape(x, name);
  check.enter(x, name);
  await check.settle();
}

/** What a loss is judged with. */
type Judged = Pick<TrainOptions, "description" | "loss" | "beta" | "numbers">;

/** A step whose loss is not finite. */
interface Failed {
  readonly parameters: readonly tf.Tensor[];
  readonly x: tf.Tensor;
  readonly key: Key;
  /** Steps taken, this one included. */
  readonly step: number;
  /** Whether it is the loss after the update. */
  readonly after: boolean;
}

/** Throws with what made the loss of a step non-finite. */
async function fail(
  { parameters, x, key, step, after }: Failed,
  options: Judged,
  value: number,
  cause?: unknown,
): Promise<never> {
  const loss = lossAt(options.loss, numbersAt(options, step - 1));
  const where = await firstNonFinite(options.description, parameters, loss, x, cloneKey(key));
  throw new NonFiniteLossError(step, value, where, { after, cause });
}

/**
 * Requires that the loss of the last batch is finite after the update too: the state is about to be handed out, and
 * would be saved.
 */
async function assertStillFinite(
  { parameters, step }: TrainingState,
  x: tf.Tensor,
  key: Key,
  options: Judged,
): Promise<void> {
  const scope = tf.openScope();
  let value = NaN;
  let cause: unknown;
  try {
    const model = bindModel(options.description, parameters);
    const loss = lossAt(options.loss, numbersAt(options, step - 1));
    value = (await read(loss(model, x, key).loss))[0]!;
  } catch (error) {
    if (!(error instanceof NotPositiveDefiniteError)) throw error;
    cause = error;
  } finally {
    scope.close();
  }
  if (!Number.isFinite(value)) await fail({ parameters, x, key, step, after: true }, options, value, cause);
}

/** A pass whose loss is finite, or an error that says where it is not. */
async function checkedPass(
  { parameters, step }: TrainingState,
  x: tf.Tensor,
  key: Key,
  pass: ReversePass,
  options: Judged,
): Promise<Pick<StepReport, "loss" | "terms"> & Pick<PassResult, "gradients">> {
  const at = { parameters, x, key, step: step + 1, after: false };
  let result: PassResult;
  try {
    result = pass(parameters, x, key, step);
  } catch (error) {
    if (!(error instanceof NotPositiveDefiniteError)) throw error;
    return await fail(at, options, NaN, error);
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
  return { gradients, loss, terms };
}
