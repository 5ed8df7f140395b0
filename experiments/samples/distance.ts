/**
 * The distance between sets of images: the Fréchet distance in the features of a classifier that is trained first. A signal that
 * is aborted makes all throw its reason.
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
import {
  batches,
  type Dataset,
  gatherBatch,
  labelsOf,
  select,
  sizeOf,
  type Split,
} from "../../lib/data/mod.ts";
import {
  bindNetwork,
  dense,
  initialParameters,
  layerOutputs,
  parameterShapes,
  type Sequential,
  sequential,
} from "../../lib/network/mod.ts";
import { adamOptimiser, minimise } from "../../lib/training/mod.ts";
import { biasesOf } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import type { NamedTensor } from "../runner/kept.ts";
import { type PartContext, PartError } from "../runner/study.ts";

/** The sizes of a classifier and of its training. */
export interface ClassifierOptions {
  /** The widths of the hidden layers, all ReLU; the last is the number of features. */
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly batch: number;
  /** Of Adam. */
  readonly learningRate: number;
}

/** A trained classifier; plain numbers, so that it may be kept where tensors would have to be disposed of. */
interface Classifier {
  readonly network: Sequential;
  readonly parameters: readonly Float32Array[];
  /** Adam's means of the gradients of the biases after the first step. */
  readonly firstStep: readonly NamedTensor[];
}

/** A classifier's parameters by name, and what its first step did to Adam. */
const keptOf = ({ network, parameters, firstStep }: Classifier): NamedTensor[] => [
  ...parameterShapes(network).map(({ name, shape }, i) => ({
    ...{ name: `classifier.${name}`, shape: [...shape], values: parameters[i]! },
  })),
  ...firstStep,
];

/** Images `start` to before `end` as a tensor `[end − start, pixels]`. */
export type Images = (start: number, end: number) => tf.Tensor;

/** The images of a data set. */
export const imagesIn = (dataset: Dataset): Images => (start, end) => imagesOf(dataset, start, end);

type Watch = Pick<PartContext, "signal" | "progress">;

/** The layers of a classifier that are looked at, counted from the last. */
const LAYERS = { logits: -1, features: -2 };
/** Images per batch where nothing is trained. */
const BATCH = 500;
/** The random streams of a classifier. */
export const [INITIAL, ORDER] = [0, 1];
/** Those of a measure, beside those of a fit and of its samples, which may have the same seed. */
export const [CLASSIFIER, HALVES] = [5, 6];

/** log Σ_c exp(l_c) − l_label, in nats, `[batch]`, of logits l `[batch, classes]`. */
export function crossEntropy(logits: tf.Tensor, labels: ArrayLike<number>): tf.Tensor {
  const [batch, classes] = logits.shape as [number, number];
  const oneHot = new Float32Array(batch * classes);
  for (let row = 0; row < batch; row++) oneHot[row * classes + labels[row]!] = 1;
  const atLabel = tf.sum(tf.mul(logits, tf.tensor(oneHot, [batch, classes])), 1);
  return tf.sub(tf.logSumExp(logits, 1), atLabel);
}

/** Trains a classifier by the mean of {@link crossEntropy}. @throws (rejects) DataError for images without labels */
export async function trainClassifier(
  dataset: Dataset,
  { hidden, epochs, batch, learningRate }: ClassifierOptions,
  key: Key,
  { signal, progress }: Watch,
): Promise<Classifier> {
  const { count } = dataset;
  const { labels, classes } = labelsOf(dataset, "a classifier");
  const sizes = [sizeOf(dataset), ...hidden, classes];
  const network = sequential(
    sizes.slice(1).map((size, i) => dense(sizes[i]!, size, i < hidden.length ? "relu" : "identity")),
  );
  const order = Array.from({ length: epochs }, (_, i) => [...batches(count, batch, foldIn(key, ORDER), i)])
    .flat();
  const optimiser = adamOptimiser();
  let firstStep: NamedTensor[] = [];
  const { state, interrupted } = await minimise(
    optimiser.start(initialParameters(network, foldIn(key, INITIAL))),
    {
      optimiser,
      gradients: ({ parameters }, step) =>
        tf.tidy(() => {
          const indices = order[step]!;
          const x = tf.tensor(gatherBatch(dataset, indices), [indices.length, network.inputs]);
          const own = Int32Array.from(indices, (index) => labels[index]!);
          const { gradients } = valueAndGradients((bound) => {
            const logits = bindNetwork(network, bound).apply(x);
            return { value: tf.mean(crossEntropy(logits, own)), info: {} };
          }, parameters);
          return [...gradients];
        }),
      rate: learningRate,
      steps: order.length,
      onStep: async ({ first }, step) => {
        if (step === 1) {
          firstStep = await biasesOf("first_step.adam.first.classifier.", parameterShapes(network), first);
        }
        progress(step / order.length);
      },
      signal,
    },
  );
  try {
    if (interrupted) signal.throwIfAborted();
    return { network, parameters: await Promise.all(state.parameters.map(read)), firstStep };
  } finally {
    tf.dispose([...optimiser.tensors(state)]);
  }
}

/** A layer of a classifier for images: the logits `[count, classes]`, or the features before them, `[count, features]`. */
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
      return layerOutputs(network, bound, images(start, Math.min(count, start + BATCH))).at(LAYERS[layer])!;
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

/** Mean μ `[features]` and covariance Σ `[features, features]` of a distribution over features. */
export interface Moments {
  readonly mean: readonly number[];
  readonly covariance: Matrix;
}

/**
 * μ = (1/n) Σ f and Σ = (1/(n − 1)) Σ (f − μ)(f − μ)ᵀ: the mean first, so that a mean far from 0 costs no precision.
 *
 * @param features n ≥ 2 rows of `size`, row by row
 */
export function momentsOf(features: Float32Array, size: number): Moments {
  const rows = features.length / size;
  const mean = new Float64Array(size);
  for (let at = 0; at < features.length; at++) mean[at % size]! += features[at]! / rows;
  const products = new Float64Array(size * size);
  for (let row = 0; row < rows; row++) {
    const centred = mean.map((value, i) => features[row * size + i]! - value);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) products[i * size + j]! += centred[i]! * centred[j]!;
    }
  }
  return { mean: [...mean], covariance: Matrix.from1DArray(size, size, products).div(rows - 1) };
}

/**
 * ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁^{½} Σ₂ Σ₁^{½})^{½}) between normal distributions, in squared units of the features.
 *
 * It is the square of a metric, the 2-Wasserstein distance, and has the name Fréchet distance of the inception
 * distance, which is that square too. The symmetric form keeps to real eigenvalues: Σ₁Σ₂ itself is not symmetric.
 *
 * Source: Dowson & Landau, *The Fréchet distance between multivariate normal distributions*, 1982; for samples in a
 * classifier's features Heusel et al., *GANs trained by a two time-scale update rule*, 2017.
 */
export function frechetDistance(one: Moments, other: Moments): number {
  const root = squareRoot(one.covariance);
  // Rounding makes the product asymmetric, and the solver reads one half of it.
  const product = root.mmul(other.covariance).mmul(root);
  // The product is positive semi-definite, as its middle factor is: an eigenvalue below 0 is rounding.
  const trace = eigen(product.add(product.transpose()).mul(0.5)).realEigenvalues
    .reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  const shift = one.mean.reduce((sum, mean, i) => sum + (mean - other.mean[i]!) ** 2, 0);
  return shift + one.covariance.trace() + other.covariance.trace() - 2 * trace;
}

const eigen = (symmetric: Matrix): EigenvalueDecomposition =>
  new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });

/** Σ^{½} = V diag(√λ) Vᵀ; λ below 0 is rounding, as where a feature never varies. */
function squareRoot(covariance: Matrix): Matrix {
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = eigen(covariance);
  const roots = Matrix.diag(values.map((value) => Math.sqrt(Math.max(0, value))));
  return vectors.mmul(roots).mmul(vectors.transpose());
}

/** The measure of samples: a classifier, and a half of the real images. */
export type Measure = Awaited<ReturnType<typeof makeMeasure>>;

/**
 * Trains the classifier on all training images and divides them into halves at random: a function of data and options. It leaves
 * no tensors. The distance is biased upwards by few images, so that all are between sets of one size, half of the images.
 */
export async function makeMeasure(
  { train, heldOut }: Split,
  options: ClassifierOptions,
  seed: number,
  { signal, progress }: Watch,
) {
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
    if (features.values.every(Number.isFinite)) return momentsOf(features.values, features.size);
    throw new PartError(
      "samples: the features of images must be finite, but some are not; lower the learning rate",
    );
  };
  const target = await moments(imagesIn(reference), signal);
  /** d² between as many images as a half has and the reference; PartError where their features are not finite. */
  const distance = async (images: Images, signal: AbortSignal): Promise<number> =>
    frechetDistance(await moments(images, signal), target);
  return {
    /** Share of held-out images that the classifier gets right. */
    accuracy: await accuracyOf(classifier, heldOut),
    /** d² between the halves: optimistic, for the classifier has seen both, and tells images that it has seen apart better. */
    floor: await distance(imagesIn(encoded), signal),
    /** The half whose images are encoded where samples are from the aggregate posterior. */
    encoded,
    /** The half that everything is compared with, so that no sample is compared with the image it was made of. */
    reference,
    distance,
    /** The classifier, from which all of this can be computed again. */
    kept: keptOf(classifier),
  };
}
