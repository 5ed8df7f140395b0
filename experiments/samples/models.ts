/**
 * The parts of the study: trained models, their samples, and the distances of these from real images.
 *
 * @module
 */

import { foldIn, key as keyOf, normal, tf } from "../../lib/engine/mod.ts";
import { type Dataset, type Split, take } from "../../lib/data/mod.ts";
import { bindModel, initialModelParameters, type Model } from "../../lib/model/mod.ts";
import type { ComparedObjective, SamplesResults } from "../../properties/contract/trained.ts";
import { COMPARED } from "../digits/compared.ts";
import { fitDigits, type Fitted, INITIAL, keptOf } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import { assertFits } from "../digits/memory.ts";
import { scoredModel, setUp } from "../digits/setup.ts";
import { seedsFrom } from "../runner/seeds.ts";
import type { Part, PartContext, Prepared } from "../runner/study.ts";
import { type Images, makeMeasure, type Measure } from "./distance.ts";
import { conclude, shownOf, type Source } from "./figures.ts";
import type { MeasuredModel, MeasuredReals, PartResult, SamplesOptions } from "./study.ts";

/** Images to a step of the classifier, and Adam's learning rate; its accuracy is then about 0.96. */
const CLASSIFIER = { batch: 128, learningRate: 2e-3 };
/** About how long a classifier's epoch, and measuring a model, take, in milliseconds: for the weights of parts. */
const COST = { classifierEpoch: 250, measuring: 250 };
/** The random streams of samples, beside those of the fit. */
export const [PRIOR, AGGREGATE] = [3, 4];

/** E[x] at z `[batch, latent]`, cut off at 0 and 1, where pixels end and a Gaussian mean need not: `[batch, pixels]`. */
export function decoded(model: Model, z: tf.Tensor): tf.Tensor {
  const mean = model.likelihood.mean(model.decoder.apply(z));
  // A mean that is NaN or infinite gives NaN: the engine's minimum of 1 and NaN is 1, a white pixel.
  return tf.add(tf.minimum(1, tf.relu(mean)), tf.mul(0, mean));
}

/**
 * Latents `[end − start, latent]`, one for each of the images: z ~ N(0, I), and z = h(x) + L(x) ε, draws from the aggregate
 * posterior (1/N) Σ_x q(z|x), stratified over the images. A model without a learned posterior has the optimal Σ of its family.
 * The noise is the same for all models of a seed, so that only training tells them apart.
 */
export function latentsOf(
  { setup }: Pick<Fitted, "setup">,
  model: Model,
  { beta, seed }: Pick<SamplesOptions, "beta" | "seed">,
  images: Dataset,
): Readonly<Record<Source, Images>> {
  const { latent } = setup.description;
  const noise = (stream: number): Images => {
    const all = normal(foldIn(keyOf(seed), stream), images.count * latent);
    return (start, end) => tf.tensor(all.subarray(start * latent, end * latent), [end - start, latent]);
  };
  const [prior, own] = [noise(PRIOR), noise(AGGREGATE)];
  const scored = scoredModel(setup, model, beta);
  return {
    prior,
    aggregate: (start, end) => scored.posterior(imagesOf(images, start, end)).sample(own(start, end)),
  };
}

/** A model's samples from each source: decoder means, one for each of the images. */
function samplesOf(fitted: Fitted, options: SamplesOptions, images: Dataset): Record<Source, Images> {
  const model = bindModel(fitted.setup.description, fitted.parameters);
  const { prior, aggregate } = latentsOf(fitted, model, options, images);
  return {
    prior: (...at) => decoded(model, prior(...at)),
    aggregate: (...at) => decoded(model, aggregate(...at)),
  };
}

/**
 * The study on images: the classifier and real images, then models seed by seed, so that a run that is stopped has all objectives
 * of its first seeds. The models are trained on the first images, the classifier on all.
 *
 * @throws RangeError for seeds of which two are one number, or fewer than 4 images; UsageError if a training cannot fit into memory
 */
export function prepared(options: SamplesOptions, split: Split): Prepared<PartResult, SamplesResults> {
  const { limit, seed, seeds, batch, epochs, classifierHidden, classifierEpochs } = options;
  const { source, sha256, notes, train } = split;
  const all = seedsFrom("samples", seed, seeds);
  if (train.count < 4) {
    throw new RangeError(
      `samples: halves of the training images must have two images or more, but there are ${train.count} in all`,
    );
  }
  const images = limit === null ? split : { ...split, train: take(train, limit) };
  for (const { objective } of COMPARED) assertFits({ ...options, objective }, images);
  // Made by the first part that is run, and kept for the others; whichever it is, it is the same.
  let made: Measure | undefined;
  const measure = async (context: PartContext): Promise<Measure> =>
    made ??= await makeMeasure(
      split,
      { ...CLASSIFIER, hidden: classifierHidden, epochs: classifierEpochs },
      seed,
      context,
    );
  const reals: Part<PartResult> = {
    name: "reals",
    weight: COST.classifierEpoch * classifierEpochs + COST.measuring,
    run: async (context) => await measureReals(options, await measure(context), context),
  };
  const models = all.flatMap((seed) =>
    COMPARED.map(({ objective, cost }): Part<PartResult> => ({
      name: `${objective}-seed${seed}`,
      weight: cost * epochs * Math.ceil(images.train.count / batch) + COST.measuring,
      run: async (context) =>
        await measureModel({ ...options, objective, seed }, images, await measure(context), context),
    }))
  );
  return {
    ...{ data: { source, sha256 }, notes, parts: [reals, ...models] },
    conclude: (results) => conclude(options, results),
  };
}

/** Real images, and an initial decoder's distance: all objectives start from the same of a seed. */
async function measureReals(
  options: SamplesOptions,
  { accuracy, floor, encoded, distance, kept }: Measure,
  { signal, keep }: PartContext,
): Promise<MeasuredReals> {
  const scope = tf.openScope();
  try {
    const setup = setUp({ ...options, objective: "beta-vae" }, encoded);
    const parameters = initialModelParameters(setup.description, foldIn(keyOf(options.seed), INITIAL));
    keep(kept);
    const untrained = await distance(samplesOf({ setup, parameters }, options, encoded).prior, signal);
    return { kind: "reals", accuracy, floor, untrained, images: encoded.count };
  } finally {
    scope.close();
  }
}

/** Trains a model with the seed of the options, and measures its samples. */
async function measureModel(
  options: SamplesOptions & { readonly objective: ComparedObjective },
  images: Split,
  { encoded, distance }: Measure,
  { signal, progress, log, keep }: PartContext,
): Promise<MeasuredModel> {
  const { objective, beta, seed } = options;
  const scope = tf.openScope();
  try {
    const fitted = await fitDigits(options, images, { signal, progress, log });
    keep(await keptOf(fitted));
    const samples = samplesOf(fitted, options, encoded);
    return {
      ...{ kind: "model", objective, beta, seed },
      prior: await distance(samples.prior, signal),
      aggregate: await distance(samples.aggregate, signal),
      shown: await shownOf(samples, encoded),
    };
  } finally {
    scope.close();
  }
}
