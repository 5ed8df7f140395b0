/**
 * Training on digits without a folder.
 *
 * @module
 */

import { cloneKey, foldIn, type Key, key as keyOf, read, tf } from "../../lib/engine/mod.ts";
import type { Split } from "../../lib/data/mod.ts";
import { initialModelParameters, modelParameterShapes } from "../../lib/model/mod.ts";
import { type AdamState, initialAdamState, tensorsOf, train } from "../../lib/training/mod.ts";
import type { NamedTensor } from "../runner/kept.ts";
import type { PartContext } from "../runner/study.ts";
import { batchesOf } from "./images.ts";
import { OPTIMISED_OUT } from "./names.ts";
import { type DigitsModel, type Setup, setUp } from "./setup.ts";

/** A model and its training. */
export interface FitOptions extends DigitsModel {
  readonly epochs: number;
  readonly batch: number;
  /** The learning rate of Adam, > 0. */
  readonly learningRate: number;
  /** Of the start, the order and the noise. */
  readonly seed: number;
}

/** What a fit takes where it is not told, but a posterior, which is mean-field where one is learned. */
const STANDARD = {
  likelihood: "gaussian",
  block: null,
  hidden: [500, 500],
  activation: "relu",
  batch: 128,
  learningRate: 1e-3,
} as const satisfies Partial<FitOptions>;
type Given = Partial<FitOptions> & Omit<FitOptions, keyof typeof STANDARD | "posterior">;

/** A model with its parameters. */
export interface Fitted {
  readonly setup: Setup;
  readonly parameters: readonly tf.Tensor[];
}

/** A trained model, and what its first step did to Adam. */
export interface Trained extends Fitted {
  /** Adam's means of the gradients of all biases after the first step: a tenth of these gradients. */
  readonly firstStep: readonly NamedTensor[];
}

/** What a part keeps of a trained model: its parameters by name, and {@link Trained.firstStep}. */
export async function keptOf(
  { setup: { description }, parameters, firstStep }: Trained,
): Promise<NamedTensor[]> {
  const shapes = modelParameterShapes(description);
  const values = await Promise.all(parameters.map(read));
  return [
    ...shapes.map(({ name, shape }, i) => ({ name, shape: [...shape], values: values[i]! })),
    ...firstStep,
  ];
}

/** The biases among tensors that stand for parameters of these shapes, under names that begin so. */
export async function biasesOf(
  prefix: string,
  shapes: readonly { readonly name: string; readonly shape: readonly number[] }[],
  tensors: readonly tf.Tensor[],
): Promise<NamedTensor[]> {
  const biases = shapes.map((one, i) => ({ ...one, tensor: tensors[i]! })).filter(({ shape }) =>
    shape.length === 1
  );
  return await Promise.all(
    biases.map(async ({ name, shape, tensor }) => ({
      ...{ name: prefix + name, shape: [...shape] },
      values: Float32Array.from(await read(tensor)),
    })),
  );
}

/** The signal that stops a fit, and the observers of its progress. */
interface FitWatch extends Pick<PartContext, "signal" | "progress" | "log"> {
  /** Called before the first epoch with 0, and after each with their number; the parameters stay the fit's. */
  readonly onEpoch?: (fitted: Fitted, epochs: number) => Promise<void>;
}

/** The random streams of a training. */
export const [INITIAL, ORDER, NOISE, PIXELS] = [0, 1, 2, 7];

/** A training: the model, its key, its steps, its initial state, and the task for {@link train}. */
export function trainingOf(options: FitOptions, { train: images }: Split) {
  const { epochs, batch } = options;
  const setup = setUp(options, images);
  const { description, loss } = setup;
  const key = keyOf(options.seed);
  /** The key of one of a training's streams, the same whenever it is taken up. */
  const stream = (index: number): Key => cloneKey(foldIn(key, index));
  const stepsPerEpoch = Math.ceil(images.count / batch);
  return {
    setup,
    key,
    stepsPerEpoch,
    /** All steps of the training. */
    steps: stepsPerEpoch * epochs,
    initial: (): AdamState => initialAdamState(initialModelParameters(description, stream(INITIAL))),
    /** For {@link train}, beside the schedules. */
    task: () => ({
      ...{ description, loss, stepsPerEpoch, epochs },
      key: stream(NOISE),
      batch: batchesOf(images, batch, stream(ORDER), stream(PIXELS)),
      replay: true,
    }),
  };
}

/**
 * Trains on the digits of a split.
 *
 * @returns the model; its parameters are the caller's to dispose of
 * @throws (rejects) NonFiniteLossError; the signal's reason if it is aborted
 */
export async function fitDigits(given: Given, split: Split, watch: FitWatch): Promise<Trained> {
  const posterior = given.objective in OPTIMISED_OUT ? null : "mean-field";
  const options: FitOptions = { ...STANDARD, posterior, ...given };
  const { signal, progress, log, onEpoch } = watch;
  const { setup, steps, initial, task } = trainingOf(options, split);
  const start = initial();
  await onEpoch?.({ setup, parameters: start.parameters }, 0);
  let firstStep: NamedTensor[] = [];
  const { state, interrupted } = await train(start, {
    ...task(),
    learningRate: options.learningRate,
    beta: options.beta,
    onStep: ({ step, loss, terms }) => {
      log?.(step, { loss, ...terms });
      progress(step / steps);
    },
    onState: async ({ first }, step) => {
      if (step === 1) {
        firstStep = await biasesOf("first_step.adam.first.", modelParameterShapes(setup.description), first);
      }
    },
    signal,
    ...(onEpoch ? { onEpoch: ({ parameters }, epoch) => onEpoch({ setup, parameters }, epoch) } : {}),
  });
  const { parameters } = state;
  for (const tensor of tensorsOf(state)) {
    if (interrupted || !parameters.includes(tensor)) tensor.dispose();
  }
  if (interrupted) signal.throwIfAborted();
  return { setup, parameters, firstStep };
}
