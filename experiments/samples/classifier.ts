/**
 * A small classifier of images, in whose last hidden layer samples are compared.
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
import { adamOptimiser, minimise } from "../../lib/training/mod.ts";
import type { PartContext } from "../runner/study.ts";

/** What is trained, and how long. */
export interface ClassifierOptions {
  /** The widths of the hidden layers, all ReLU; the last is the number of features. */
  readonly hidden: readonly number[];
  /** How often each image is seen, ≥ 0. */
  readonly epochs: number;
  /** Images to a step, ≥ 1. */
  readonly batch: number;
  /** The learning rate of Adam, > 0. */
  readonly learningRate: number;
}

/** A trained classifier; plain numbers, so that it may be kept where tensors would have to be disposed of. */
export interface Classifier {
  readonly network: Sequential;
  readonly parameters: readonly Float32Array[];
}

/** Images `start` to before `end` as a tensor `[end − start, pixels]`. */
export type Images = (start: number, end: number) => tf.Tensor;

/** The layers of a classifier that are looked at, counted from the last. */
const LAYERS = { logits: -1, features: -2 };
/** Images per batch where nothing is trained. */
const BATCH = 500;
/** What each random stream is folded from. */
const [INITIAL, ORDER] = [0, 1];

/**
 * −log softmax(logits) at the label: log Σ_c exp(l_c) − l_label, in nats, `[batch]`.
 *
 * @param logits `[batch, classes]`
 * @param labels `[batch]`
 * @throws RangeError for a label that is no column
 */
export function crossEntropy(logits: tf.Tensor, labels: ArrayLike<number>): tf.Tensor {
  const [batch, classes] = logits.shape as [number, number];
  const places = new Float32Array(batch * classes);
  for (let row = 0; row < batch; row++) {
    const label = labels[row]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new RangeError(
        `crossEntropy: labels must be whole numbers from 0 to ${classes - 1}, but label ${row} is ${label}`,
      );
    }
    places[row * classes + label] = 1;
  }
  const atLabel = tf.sum(tf.mul(logits, tf.tensor(places, [batch, classes])), 1);
  return tf.sub(tf.logSumExp(logits, 1), atLabel);
}

/**
 * Trains a classifier by the mean of {@link crossEntropy}; a function of its arguments, bit for bit on one engine.
 *
 * @param key of the start and the order
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function trainClassifier(
  dataset: Dataset,
  { hidden, epochs, batch, learningRate }: ClassifierOptions,
  key: Key,
  { signal, progress }: Pick<PartContext, "signal" | "progress">,
): Promise<Classifier> {
  const { labels, count, height, width } = dataset;
  const classes = 1 + labels.reduce((most, label) => Math.max(most, label), 0);
  const sizes = [height * width, ...hidden, classes];
  const network = sequential(
    sizes.slice(1).map((size, i) => dense(sizes[i]!, size, i < hidden.length ? "relu" : "identity")),
  );
  const perEpoch = Math.ceil(count / batch), steps = epochs * perEpoch;
  const shuffled = (epoch: number) => ({ epoch, batches: batches(count, batch, foldIn(key, ORDER), epoch) });
  let current = shuffled(0);
  const optimiser = adamOptimiser();
  const { state, interrupted } = await minimise(
    optimiser.start(initialParameters(network, foldIn(key, INITIAL))),
    {
      optimiser,
      gradients: ({ parameters }, step) => {
        const epoch = Math.floor(step / perEpoch);
        if (epoch !== current.epoch) current = shuffled(epoch);
        const indices = current.batches.at(step % perEpoch);
        return tf.tidy(() => {
          const x = tf.tensor(gatherBatch(dataset, indices), [indices.length, network.inputs]);
          const own = Uint8Array.from(indices, (index) => labels[index]!);
          return [
            ...valueAndGradients((bound) => {
              const logits = bindNetwork(network, bound).apply(x);
              return { value: tf.mean(crossEntropy(logits, own)), info: {} };
            }, parameters).gradients,
          ];
        });
      },
      rate: learningRate,
      steps,
      onStep: (_, step) => progress(step / steps),
      signal,
    },
  );
  try {
    if (interrupted) signal.throwIfAborted();
    return { network, parameters: await Promise.all(state.parameters.map(read)) };
  } finally {
    tf.dispose([...optimiser.tensors(state)]);
  }
}

/**
 * A layer of a classifier for images, batch by batch: the logits `[count, classes]`, or the features, which the last layer takes,
 * `[count, features]`.
 *
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function layerOf(
  { network, parameters }: Classifier,
  layer: keyof typeof LAYERS,
  count: number,
  images: Images,
  signal?: AbortSignal,
): Promise<{ readonly values: Float32Array; readonly size: number }> {
  const size = network.layers.at(LAYERS[layer])!.outputs;
  const shapes = parameterShapes(network);
  const values = new Float32Array(count * size);
  for (let start = 0; start < count; start += BATCH) {
    signal?.throwIfAborted();
    const output = tf.tidy(() => {
      const bound = parameters.map((numbers, i) => tf.tensor(numbers, [...shapes[i]!.shape]));
      return bindNetwork(network, bound).layerOutputs(images(start, Math.min(count, start + BATCH)))
        .at(LAYERS[layer])!;
    });
    values.set(await read(output), start * size);
    output.dispose();
  }
  return { values, size };
}

/** The share of images that the classifier gets right. */
export async function accuracyOf(
  classifier: Classifier,
  { labels, count }: Pick<Dataset, "labels" | "count">,
  images: Images,
): Promise<number> {
  const { values, size } = await layerOf(classifier, "logits", count, images);
  let right = 0;
  for (let row = 0; row < count; row++) {
    const logits = values.subarray(row * size, (row + 1) * size);
    if (logits.indexOf(Math.max(...logits)) === labels[row]) right++;
  }
  return right / count;
}
