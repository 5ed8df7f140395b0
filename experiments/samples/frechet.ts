/**
 * Samples of a model, and the Fréchet distance between sets of images in the features of a classifier:
 * d² = ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁^{½} Σ₂ Σ₁^{½})^{½}).
 *
 * @module
 */

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { foldIn, key as keyOf, normal, permutation, tf } from "../../lib/engine/mod.ts";
import { type Dataset, select, type Split } from "../../lib/data/mod.ts";
import { type Model, withOptimalPosterior } from "../../lib/model/mod.ts";
import { imagesOf } from "../digits/images.ts";
import type { Setup } from "../digits/setup.ts";
import type { PartContext } from "../runner/study.ts";
import { accuracyOf, type ClassifierOptions, type Images, layerOf, trainClassifier } from "./classifier.ts";

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

/** What the random streams are folded from, beside those of a fit, which may have the same seed. */
const [PRIOR, AGGREGATE, CLASSIFIER, HALVES] = [3, 4, 5, 6];

/** z ~ N(0, I), draws `start` to before `end` of the noise `[draws · latent]`: `[end − start, latent]`. */
export function priorLatents(noise: Float32Array, latent: number, start: number, end: number): tf.Tensor {
  return tf.tensor(noise.subarray(start * latent, end * latent), [end - start, latent]);
}

/**
 * z = h(x) + L(x) ε, one for each of the images `start` to before `end`: draws from the aggregate posterior
 * (1/N) Σ_x q(z|x), stratified over the images. A model without a learned posterior has the optimal Σ of its family.
 *
 * @param beta β > 0, that of the optimal Σ
 * @param noise ε, N(0, 1): `[images · latent]`
 */
export function aggregateLatents(
  { family }: Setup,
  model: Model,
  images: Dataset,
  beta: number,
  noise: Float32Array,
  start: number,
  end: number,
): tf.Tensor {
  const { description } = model;
  const scored = description.family ? model : withOptimalPosterior(model, family, beta);
  return scored.posterior(imagesOf(images, start, end))
    .sample(priorLatents(noise, description.latent, start, end));
}

/**
 * E[x] at z `[batch, latent]`, cut off at 0 and 1, where pixels end and a Gaussian mean need not: `[batch, pixels]`.
 * A mean that is NaN or infinite gives NaN.
 */
export function decoded(model: Model, z: tf.Tensor): tf.Tensor {
  const mean = model.likelihood.mean(model.decoder.apply(z));
  // The engine's minimum of 1 and NaN is 1, a white pixel; 0 · NaN and 0 · ∞ are NaN.
  return tf.add(tf.minimum(1, tf.relu(mean)), tf.mul(0, mean));
}

/** From N(0, I), and from the aggregate posterior. */
export const SOURCES = ["prior", "aggregate"] as const;
/** Where latents are drawn from. */
export type Source = typeof SOURCES[number];

/**
 * A model's samples, decoder means at latents from each source: one for each of some images. The noise is the same for all models
 * of a seed, so that they differ by what was learned.
 */
export function samplesOf(
  setup: Setup,
  model: Model,
  { beta, seed }: { readonly beta: number; readonly seed: number },
  encoded: Dataset,
): Readonly<Record<Source, Images>> {
  const { latent } = model.description;
  const noise = (stream: number): Float32Array => normal(foldIn(keyOf(seed), stream), encoded.count * latent);
  const [ofPrior, ofAggregate] = [noise(PRIOR), noise(AGGREGATE)];
  return {
    prior: (start, end) => decoded(model, priorLatents(ofPrior, latent, start, end)),
    aggregate: (start, end) =>
      decoded(model, aggregateLatents(setup, model, encoded, beta, ofAggregate, start, end)),
  };
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
   * @throws (rejects) RangeError where their features are not finite; the signal's reason if it is aborted
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
  const all = (images: Dataset): Images => (start, end) => imagesOf(images, start, end);
  const moments = async (images: Images, signal: AbortSignal): Promise<Moments> => {
    const features = await layerOf(classifier, "features", size, images, signal);
    const bad = features.values.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) return momentsOf(features.values, features.size);
    throw new RangeError(
      `samples: the features of images must be finite, but image ${
        Math.floor(bad / features.size)
      } has one that is ` +
        `${features.values[bad]}; lower the learning rate`,
    );
  };
  const target = await moments(all(reference), signal);
  const distance: Measure["distance"] = async (images, signal) =>
    frechetDistance(await moments(images, signal), target);
  return {
    accuracy: await accuracyOf(classifier, heldOut, all(heldOut)),
    floor: await distance(all(encoded), signal),
    ...{ encoded, reference, distance },
  };
}
