/**
 * A small classifier of digits, in whose last hidden layer samples are compared.
 *
 * @module
 */

import { foldIn, type Key, read, tf, valueAndGradients } from "../../lib/engine/mod.ts";
import { batches, type Dataset, gatherBatch } from "../../lib/data/mod.ts";
import {
  bindNetwork,
  dense,
  initialParameters,
  parameterShapes,
  type Sequential,
  sequential,
} from "../../lib/network/mod.ts";
import { adam, type AdamState, initialAdamState, tensorsOf } from "../../lib/training/mod.ts";
import { imagesOf } from "../digits/images.ts";
import type { PartWatch } from "../study/study.ts";
import { crossEntropy } from "./cross_entropy.ts";

/** What is trained, and how long. */
export interface ClassifierOptions {
  /** The widths of the hidden layers, all ReLU; the last is the number of features. */
  readonly hidden: readonly number[];
  /** How often each digit is seen. */
  readonly epochs: number;
  /** How many digits to a step, ≥ 1. */
  readonly batch: number;
  /** The learning rate of Adam, > 0. */
  readonly learningRate: number;
}

/** A trained classifier; plain numbers, so that it may be kept where tensors would have to be disposed of. */
export interface Classifier {
  readonly network: Sequential;
  readonly parameters: readonly Float32Array[];
}

/** A classifier on the engine. */
export interface BoundClassifier {
  /** What the last layer takes: images `[batch, pixels]` ↦ `[batch, features]`. */
  features(x: tf.Tensor): tf.Tensor;
  /** What the softmax takes: images `[batch, pixels]` ↦ `[batch, 10]`. */
  logits(x: tf.Tensor): tf.Tensor;
}

const DIGITS = 10;
/** Images per batch where nothing is trained. */
const BATCH = 500;
/** Longest time without giving timers and signals a turn, in milliseconds. */
const TURN = 50;
/** What each random stream is folded from. */
const [INITIAL, ORDER] = [0, 1];

/**
 * Trains a classifier by softmax cross-entropy; a function of its arguments, bit for bit on one engine.
 *
 * @param key of the start and the order
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function trainClassifier(
  digits: Dataset,
  options: ClassifierOptions,
  key: Key,
  { signal, progress }: PartWatch,
): Promise<Classifier> {
  const sizes = [digits.height * digits.width, ...options.hidden, DIGITS];
  const network = sequential(
    sizes.slice(1).map((size, i) => dense(sizes[i]!, size, i < sizes.length - 2 ? "relu" : "identity")),
  );
  const order = foldIn(key, ORDER);
  let state = initialAdamState(initialParameters(network, foldIn(key, INITIAL)));
  try {
    let turn = performance.now();
    for (let epoch = 0; epoch < options.epochs; epoch++) {
      const epochBatches = batches(digits.count, options.batch, order, epoch);
      for (const indices of epochBatches) {
        const next = step(network, state, digits, indices, options.learningRate);
        tf.dispose(tensorsOf(state));
        state = next;
        progress(state.step / (options.epochs * epochBatches.length));
        if (performance.now() - turn > TURN) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          turn = performance.now();
        }
        signal.throwIfAborted();
      }
    }
    return { network, parameters: await Promise.all(state.parameters.map(read)) };
  } finally {
    tf.dispose(tensorsOf(state));
  }
}

/** One step: the mean cross-entropy of a batch and its gradient, then Adam. The old state is the caller's. */
function step(
  network: Sequential,
  state: AdamState,
  digits: Dataset,
  indices: Uint32Array,
  learningRate: number,
): AdamState {
  const scope = tf.openScope();
  let survivors: tf.Tensor[] = [];
  try {
    const x = tf.tensor(gatherBatch(digits, indices), [indices.length, network.inputs]);
    const labels = Uint8Array.from(indices, (index) => digits.labels![index]!);
    const { gradients } = valueAndGradients((parameters) => {
      const logits = bindNetwork(network, parameters).apply(x);
      return { value: tf.mean(crossEntropy(logits, labels)), info: {} };
    }, state.parameters);
    const next = adam(state, gradients, learningRate);
    survivors = tensorsOf(next);
    return next;
  } finally {
    scope.close(survivors);
  }
}

/** Puts a classifier on the engine; its tensors belong to the caller's scope. */
export function bindClassifier({ network, parameters }: Classifier): BoundClassifier {
  const shapes = parameterShapes(network);
  const bound = bindNetwork(network, parameters.map((values, i) => tf.tensor(values, [...shapes[i]!.shape])));
  return {
    features: (x) => bound.layerOutputs(x).at(-2)!,
    logits: (x) => bound.apply(x),
  };
}

/** The share of digits that the classifier gets right. */
export async function accuracyOf(classifier: Classifier, digits: Dataset): Promise<number> {
  let right = 0;
  for (let start = 0; start < digits.count; start += BATCH) {
    const logits = tf.tidy(() => bindClassifier(classifier).logits(imagesOf(digits, start, start + BATCH)));
    const values = await read(logits);
    logits.dispose();
    for (let row = 0; row < values.length / DIGITS; row++) {
      const own = values.subarray(row * DIGITS, (row + 1) * DIGITS);
      if (own.indexOf(Math.max(...own)) === digits.labels![start + row]) right++;
    }
  }
  return right / digits.count;
}
