/**
 * The parts of the study: models, what they draw, and how far that is from real images.
 *
 * @module
 */

import { foldIn, key as keyOf, normal, tf } from "../../lib/engine/mod.ts";
import { type Dataset, type Split, take } from "../../lib/data/mod.ts";
import { bindModel, initialModelParameters, type Model, withOptimalPosterior } from "../../lib/model/mod.ts";
import type { SamplesResults } from "../../properties/laws/trained.ts";
import { COMPARED, type Compared } from "../digits/compared.ts";
import { fitDigits, INITIAL } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import { assertFits } from "../digits/memory.ts";
import { type DigitsModel, type Setup, setUp } from "../digits/setup.ts";
import type { Part, PartContext, Prepared } from "../runner/study.ts";
import { type Images, makeMeasure, type Measure } from "./distance.ts";
import { conclude, shownOf, type Source } from "./figures.ts";
import type { MeasuredModel, MeasuredReals, PartResult, SamplesOptions } from "./study.ts";

/** Images to a step of the classifier, and Adam's learning rate: what makes it right about 96 times in a hundred. */
const CLASSIFIER = { batch: 128, learningRate: 2e-3 };
/** How many samples are shown of each source: a hundred of the first seed's model, two rows of the others'. */
const MOST = { first: 100, others: 20 };
/** About how long a classifier's epoch, and measuring a model, take, in milliseconds: for the weights of parts. */
const COST = { classifierEpoch: 250, measuring: 250 };

/** What the random streams of samples are folded from, beside those of the fit. */
const [PRIOR, AGGREGATE] = [3, 4];

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
 * The study on images: the classifier and real images, then models seed by seed, so that a run that is stopped has all objectives
 * of its first seeds. The models are trained on the first images, the classifier on all.
 *
 * @throws UsageError if a training cannot fit into memory
 */
export function prepared(options: SamplesOptions, split: Split): Prepared<PartResult, SamplesResults> {
  const { limit, seed, seeds, batch, epochs } = options;
  const images = limit === null ? split : { ...split, train: take(split.train, limit) };
  const sizes = { data: split.train.height * split.train.width, batch, images: split.heldOut.count };
  for (const compared of COMPARED) assertFits(modelOf(compared, options), sizes);
  // Made by the first part that is run, and kept for the others; whichever it is, it is the same.
  let made: Measure | undefined;
  const measure = async (context: PartContext): Promise<Measure> => {
    const { classifierHidden: hidden, classifierEpochs: epochs } = options;
    return made ??= await makeMeasure(split, { ...CLASSIFIER, hidden, epochs }, seed, context);
  };
  const models = Array.from({ length: seeds }, (_, i) => seed + i).flatMap((at) =>
    COMPARED.map((compared): Part<PartResult> => ({
      name: `${compared.objective}-seed${at}`,
      weight: compared.cost * epochs * Math.ceil(images.train.count / batch) + COST.measuring,
      run: async (context) =>
        await measureModel(compared, at, options, images, await measure(context), context),
    }))
  );
  return {
    data: { source: split.source, sha256: split.sha256 },
    notes: split.notes,
    parts: [{
      name: "reals",
      weight: COST.classifierEpoch * options.classifierEpochs + COST.measuring,
      run: async (context) => await measureReals(options, await measure(context), context),
    }, ...models],
    conclude: (results) => conclude(options, results),
  };
}

/** What a model of an objective is. */
const modelOf = (
  { objective, posterior }: Pick<Compared, "objective" | "posterior">,
  { beta, latent, hidden, activation }: SamplesOptions,
): DigitsModel => ({
  ...{ objective, posterior, likelihood: "gaussian", block: null },
  ...{ beta, latent, hidden, activation },
});

/** Real images, and an initial decoder's distance: all objectives start from the same of a seed. */
async function measureReals(
  options: SamplesOptions,
  { accuracy, floor, encoded, distance }: Measure,
  { signal }: PartContext,
): Promise<MeasuredReals> {
  const scope = tf.openScope();
  try {
    const setup = setUp(modelOf(COMPARED[0]!, options), encoded.height * encoded.width);
    const initial = initialModelParameters(setup.description, foldIn(keyOf(options.seed), INITIAL));
    const { prior } = samplesOf(setup, bindModel(setup.description, initial), options, encoded);
    const untrained = await distance(prior, signal);
    return { kind: "reals", accuracy, floor, untrained, images: encoded.count };
  } finally {
    scope.close();
  }
}

/** Trains a model, and measures its samples. */
async function measureModel(
  compared: Compared,
  seed: number,
  options: SamplesOptions,
  images: Split,
  { encoded, distance }: Measure,
  { signal, progress }: PartContext,
): Promise<MeasuredModel> {
  const { epochs, batch, learningRate, beta } = options;
  const scope = tf.openScope();
  try {
    const { setup, parameters } = await fitDigits(
      { ...modelOf(compared, options), epochs, batch, learningRate, seed },
      images,
      { signal, progress },
    );
    const samples = samplesOf(setup, bindModel(setup.description, parameters), { beta, seed }, encoded);
    return {
      kind: "model",
      ...{ objective: compared.objective, beta, seed },
      prior: await distance(samples.prior, signal),
      aggregate: await distance(samples.aggregate, signal),
      shown: await shownOf(samples, encoded, seed === options.seed ? MOST.first : MOST.others),
    };
  } finally {
    scope.close();
  }
}
