/**
 * What samples are measured with: a classifier's features, and two halves of the real digits.
 *
 * @module
 */

import { foldIn, key as keyOf, permutation, read, tf } from "../../lib/engine/mod.ts";
import { type Dataset, select, type Split } from "../../lib/data/mod.ts";
import { imagesOf } from "../digits/images.ts";
import type { PartWatch } from "../study/study.ts";
import { accuracyOf, bindClassifier, type Classifier, trainClassifier } from "./classifier.ts";
import { frechetDistance } from "./frechet.ts";
import { type Moments, momentsOf } from "./moments.ts";
import { NonFiniteSamplesError } from "./non_finite_samples.ts";
import type { SamplesOptions } from "./options.ts";

/** Images `start` to before `end` as a tensor `[end − start, pixels]`. */
export type Images = (start: number, end: number) => tf.Tensor;

/**
 * What samples are measured with; no tensors. The distance is biased upwards by few images, so that all are between
 * sets of one size, half as many as there are training digits.
 */
export interface Yardstick {
  /** Share of held-out digits that the classifier gets right. */
  readonly accuracy: number;
  /**
   * d² between the two halves: what real digits are apart. It is no lower bound, and optimistic: the classifier was
   * trained on both halves, and its features tell digits that it has seen from each other better than new ones.
   */
  readonly floor: number;
  /** The half whose digits are encoded where samples are from the aggregate posterior. */
  readonly encoded: Dataset;
  /** The half that everything is compared with, so that no sample is compared with the digit it was made of. */
  readonly reference: Dataset;
  /**
   * d² between as many images as a half has and the reference.
   *
   * @throws (rejects) NonFiniteSamplesError; the signal's reason if it is aborted
   */
  distance(images: Images, signal: AbortSignal): Promise<number>;
}

/** Images per batch. */
const BATCH = 500;
/** Digits to a step of the classifier, and Adam's learning rate: what makes it right about 96 times in a hundred. */
const TRAINING = { batch: 128, learningRate: 2e-3 };
/** What the random streams are folded from, beside those of a fit, which may have the same seed. */
const [CLASSIFIER, HALVES] = [5, 6];

/**
 * Trains the classifier on all training digits and divides them into halves at random: a function of data and options.
 *
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function makeYardstick(
  { train, heldOut }: Split,
  { seed, classifierHidden: hidden, classifierEpochs: epochs }: SamplesOptions,
  watch: PartWatch,
): Promise<Yardstick> {
  const key = keyOf(seed);
  const options = { ...TRAINING, hidden, epochs };
  const classifier = await trainClassifier(train, options, foldIn(key, CLASSIFIER), {
    signal: watch.signal,
    progress: (share) => watch.progress(share, "the classifier"),
  });
  const order = permutation(foldIn(key, HALVES), train.count);
  const size = Math.floor(train.count / 2);
  const encoded = select(train, order.subarray(0, size), "a half of the digits");
  const reference = select(train, order.subarray(size, 2 * size), "the other half");
  const target = await moments(classifier, size, imagesOfHalf(reference), watch.signal);
  const distance: Yardstick["distance"] = async (images, signal) =>
    frechetDistance(await moments(classifier, size, images, signal), target);
  return {
    accuracy: await accuracyOf(classifier, heldOut),
    floor: await distance(imagesOfHalf(encoded), watch.signal),
    encoded,
    reference,
    distance,
  };
}

const imagesOfHalf = (half: Dataset): Images => (start, end) => imagesOf(half, start, end);

/** The moments of the features of `count` images. */
async function moments(
  classifier: Classifier,
  count: number,
  images: Images,
  signal: AbortSignal,
): Promise<Moments> {
  const size = classifier.network.layers.at(-1)!.inputs;
  const all = new Float32Array(count * size);
  for (let start = 0; start < count; start += BATCH) {
    signal.throwIfAborted();
    const features = tf.tidy(() =>
      bindClassifier(classifier).features(images(start, Math.min(count, start + BATCH)))
    );
    const values = await read(features);
    features.dispose();
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new NonFiniteSamplesError(start + Math.floor(bad / size), values[bad]!);
    all.set(values, start * size);
  }
  return momentsOf(all, size);
}
