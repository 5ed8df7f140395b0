/**
 * The distance between sets of images: the Fréchet distance in the features of a classifier that is trained first.
 *
 * d² = ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁^{½} Σ₂ Σ₁^{½})^{½}), with μ and Σ the moments of the last hidden layer.
 *
 * @module
 */

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import {
  foldIn,
  type Key,
  key as keyOf,
  permutation,
  read,
  tf,
  valueAndGradients,
} from "../../lib/engine/mod.ts";
import { batches, type Dataset, gatherBatch, labelsOf, select, type Split } from "../../lib/data/mod.ts";
import {
  bindNetwork,
  dense,
  initialParameters,
  parameterShapes,
  type Sequential,
  sequential,
} from "../../lib/network/mod.ts";
import { adamOptimiser, minimise } from "../../lib/training/mod.ts";
import { imagesOf } from "../digits/images.ts";
import { type PartContext, PartError } from "../runner/study.ts";

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

/** The images of a data set. */
export const imagesIn = (dataset: Dataset): Images => (start, end) => imagesOf(dataset, start, end);

/** The layers of a classifier that are looked at, counted from the last. */
const LAYERS = { logits: -1, features: -2 };
/** Images per batch where nothing is trained. */
const BATCH = 500;
/** What the random streams of a classifier are folded from. */
const [INITIAL, ORDER] = [0, 1];
/** What those of a measure are folded from, beside those of a fit and of its samples, which may have the same seed. */
const [CLASSIFIER, HALVES] = [5, 6];

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
 * @throws (rejects) DataError for images without labels; the signal's reason if it is aborted
 */
export async function trainClassifier(
  dataset: Dataset,
  { hidden, epochs, batch, learningRate }: ClassifierOptions,
  key: Key,
  { signal, progress }: Pick<PartContext, "signal" | "progress">,
): Promise<Classifier> {
  const { count, height, width } = dataset;
  const { labels, classes } = labelsOf(dataset, "a classifier");
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
          const own = Int32Array.from(indices, (index) => labels[index]!);
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
export async function accuracyOf(classifier: Classifier, dataset: Dataset): Promise<number> {
  const { labels } = labelsOf(dataset, "a classifier's accuracy");
  const { values, size } = await layerOf(classifier, "logits", dataset.count, imagesIn(dataset));
  const right = labels.filter((label, row) => {
    const logits = values.subarray(row * size, (row + 1) * size);
    return logits.indexOf(Math.max(...logits)) === label;
  });
  return right.length / dataset.count;
}

/** Mean and covariance of a distribution over features. */
export interface Moments {
  /** μ: `[features]`. */
  readonly mean: readonly number[];
  /** Σ: `[features][features]`, symmetric. */
  readonly covariance: readonly (readonly number[])[];
}

/**
 * μ = (1/n) Σ f and Σ = (1/(n − 1)) Σ (f − μ)(f − μ)ᵀ: the mean first, so that a mean far from 0 costs no precision.
 *
 * @param features `[rows · size]`, row by row
 * @param size features in a row
 * @throws RangeError for fewer than 2 rows, or numbers that are no whole rows
 */
export function momentsOf(features: Float32Array, size: number): Moments {
  const rows = features.length / size;
  if (!Number.isInteger(rows)) {
    throw new RangeError(
      `momentsOf: rows of ${size} features are needed, but ${features.length} numbers were given`,
    );
  }
  if (rows < 2) {
    throw new RangeError(
      `momentsOf: a covariance needs at least 2 rows of ${size} features, but ${features.length} numbers were given`,
    );
  }
  const mean = new Float64Array(size);
  for (let at = 0; at < features.length; at++) mean[at % size]! += features[at]! / rows;
  const products = new Float64Array(size * size);
  const centred = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < size; i++) centred[i] = features[row * size + i]! - mean[i]!;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) products[i * size + j]! += centred[i]! * centred[j]!;
    }
  }
  const entry = (i: number, j: number): number => products[Math.max(i, j) * size + Math.min(i, j)]!;
  const axis = Array.from({ length: size }, (_, i) => i);
  return { mean: [...mean], covariance: axis.map((i) => axis.map((j) => entry(i, j) / (rows - 1))) };
}

/**
 * d² between the normal distributions with these moments, in squared units of the features, in double precision.
 *
 * It is the square of a metric, the 2-Wasserstein distance, and has the name Fréchet distance of the inception
 * distance, which is that square too. The symmetric form keeps to real eigenvalues: Σ₁Σ₂ itself is not symmetric.
 *
 * Source: Dowson & Landau, *The Fréchet distance between multivariate normal distributions*, 1982; for samples in a
 * classifier's features Heusel et al., *GANs trained by a two time-scale update rule*, 2017.
 *
 * @throws RangeError if the moments have unlike sizes, are not finite, or a covariance is none
 */
export function frechetDistance(one: Moments, other: Moments): number {
  const size = one.mean.length;
  if (size !== other.mean.length) {
    throw new RangeError(
      `frechetDistance: both distributions must have as many features, but they have ${size} and ${other.mean.length}`,
    );
  }
  const [first, second] = [covarianceOf(one), covarianceOf(other)];
  const root = squareRoot(first);
  squareRoot(second); // refuses what is no covariance
  // Rounding makes the product asymmetric, and the solver reads one half of it.
  const product = root.mmul(second).mmul(root);
  // A congruence of what is positive semi-definite is so too: what is below 0 here is rounding, however small the rest.
  const trace = eigen(product.add(product.transpose()).mul(0.5)).realEigenvalues
    .reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  const shift = one.mean.reduce((sum, mean, i) => sum + (mean - other.mean[i]!) ** 2, 0);
  return shift + first.trace() + second.trace() - 2 * trace;
}

/** Σ as a matrix, square, symmetric and finite. */
function covarianceOf({ mean, covariance }: Moments): Matrix {
  const size = mean.length;
  if (covariance.length !== size || covariance.some((row) => row.length !== size)) {
    throw new RangeError(
      `frechetDistance: a covariance must be ${size} × ${size} like its mean's ${size} features, but it has ` +
        `${covariance.length} rows of ${[...new Set(covariance.map((row) => row.length))].join(" or ")}`,
    );
  }
  const bad = [...mean, ...covariance.flat()].find((value) => !Number.isFinite(value));
  if (bad !== undefined) {
    throw new RangeError(`frechetDistance: moments must be finite numbers, but one is ${bad}`);
  }
  covariance.forEach((row, i) =>
    row.forEach((value, j) => {
      const mirrored = covariance[j]![i]!;
      if (value !== mirrored) {
        throw new RangeError(
          `frechetDistance: a covariance must be symmetric, but its entries ${i},${j} and ${j},${i} are ` +
            `${value} and ${mirrored}`,
        );
      }
    })
  );
  return new Matrix(covariance.map((row) => [...row]));
}

const eigen = (symmetric: Matrix): EigenvalueDecomposition =>
  new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });

/**
 * Σ^{½} = V diag(√λ) Vᵀ. An eigenvalue that is 0, as where a feature never varies, comes out of the solver as anything
 * within c · n · ε · λ_max of it: what is below 0 by no more than that is 0.
 */
function squareRoot(covariance: Matrix): Matrix {
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = eigen(covariance);
  const rounding = 8 * values.length * Number.EPSILON * Math.max(...values.map(Math.abs));
  const least = Math.min(...values);
  if (least < -rounding) {
    throw new RangeError(
      `frechetDistance: a covariance must have no eigenvalue below 0 beyond rounding, but it has ${least}`,
    );
  }
  const roots = Matrix.diag(values.map((value) => Math.sqrt(Math.max(0, value))));
  return vectors.mmul(roots).mmul(vectors.transpose());
}

/**
 * What samples are measured with: a classifier's features, and two halves of the real images; no tensors. The distance is biased
 * upwards by few images, so that all are between sets of one size, half as many as there are training images.
 */
export interface Measure {
  /** Share of held-out images that the classifier gets right. */
  readonly accuracy: number;
  /**
   * d² between the two halves: what real images are apart. It is no lower bound, and optimistic: the classifier was
   * trained on both halves, and its features tell images that it has seen from each other better than new ones.
   */
  readonly floor: number;
  /** The half whose images are encoded where samples are from the aggregate posterior. */
  readonly encoded: Dataset;
  /** The half that everything is compared with, so that no sample is compared with the image it was made of. */
  readonly reference: Dataset;
  /**
   * d² between as many images as a half has and the reference.
   *
   * @throws (rejects) PartError where their features are not finite; the signal's reason if it is aborted
   */
  distance(images: Images, signal: AbortSignal): Promise<number>;
}

/**
 * Trains the classifier on all training images and divides them into halves at random: a function of data and options.
 *
 * @param seed a whole number in [0, 2⁵³)
 * @throws (rejects) RangeError for fewer than 4 images; the signal's reason if it is aborted
 */
export async function makeMeasure(
  { train, heldOut }: Split,
  options: ClassifierOptions,
  seed: number,
  { signal, progress }: Pick<PartContext, "signal" | "progress">,
): Promise<Measure> {
  const key = keyOf(seed);
  const classifier = await trainClassifier(train, options, foldIn(key, CLASSIFIER), {
    signal,
    progress: (share) => progress(share, "the classifier"),
  });
  const order = permutation(foldIn(key, HALVES), train.count);
  const size = Math.floor(train.count / 2);
  const encoded = select(train, order.subarray(0, size), "a half of the images");
  const reference = select(train, order.subarray(size, 2 * size), "the other half");
  const moments = async (images: Images, signal: AbortSignal): Promise<Moments> => {
    const features = await layerOf(classifier, "features", size, images, signal);
    const bad = features.values.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) return momentsOf(features.values, features.size);
    throw new PartError(
      `samples: the features of images must be finite, but image ${
        Math.floor(bad / features.size)
      } has one that is ` +
        `${features.values[bad]}; lower the learning rate`,
    );
  };
  const target = await moments(imagesIn(reference), signal);
  const distance: Measure["distance"] = async (images, signal) =>
    frechetDistance(await moments(images, signal), target);
  return {
    accuracy: await accuracyOf(classifier, heldOut),
    floor: await distance(imagesIn(encoded), signal),
    ...{ encoded, reference, distance },
  };
}
