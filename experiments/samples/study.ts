/**
 * The study of samples: the Fréchet distance to real images of what models of every objective draw. Slide "Samples".
 *
 * @module
 */

import * as v from "valibot";
import { foldIn, key as keyOf, tf } from "../../lib/engine/mod.ts";
import { type Split, take } from "../../lib/data/mod.ts";
import { bindModel, initialModelParameters } from "../../lib/model/mod.ts";
import type { SamplesResults } from "../../properties/laws/trained.ts";
import { COMPARED, type Compared } from "../digits/compared.ts";
import { fitDigits, INITIAL } from "../digits/fit.ts";
import { assertFits } from "../digits/memory.ts";
import { DATA_OPTIONS, loadImages, type TrainingOptions, trainingOptions } from "../digits/options.ts";
import { type DigitsModel, setUp } from "../digits/setup.ts";
import { runStudy } from "../runner/command.ts";
import { beta, option, type Values, whole, wholes } from "../runner/options.ts";
import { assertSeeds } from "../runner/seeds.ts";
import type { CommonOptions, Conclusion, Part, PartContext, Prepared, Study } from "../runner/study.ts";

import {
  drawn,
  type MeasuredModel,
  type MeasuredReals,
  MODEL,
  numbersOf,
  REALS,
  shownOf,
  summariesOf,
} from "./figures.ts";
import { makeMeasure, type Measure, samplesOf, type Source } from "./frechet.ts";

const STANDARD: TrainingOptions = {
  ...{ seeds: 10, hidden: [128, 128], activation: "relu", epochs: 10, batch: 128, learningRate: 1e-3 },
  limit: null,
};
const QUICK = { ...STANDARD, hidden: [32], epochs: 4, batch: 40, learningRate: 5e-3, limit: 1000 };
const OPTIONS = {
  beta: option("Model", beta, 0.2, "β, the weight of the KL term"),
  latent: option("Model", whole(1), 8, "d, the number of latents"),
  ...trainingOptions(STANDARD, QUICK, "models of each objective"),
  classifierHidden: option(
    "Classifier",
    wholes,
    [256, 64],
    "widths of its hidden layers; the last is the number of features in which distances are",
    [64, 32],
  ),
  classifierEpochs: option("Classifier", whole(1), 10, "passes over all training images", 4),
  ...DATA_OPTIONS,
} as const;

/** The options of a run. */
export type SamplesOptions = Values<typeof OPTIONS> & CommonOptions;
/** What a part leaves. */
export type PartResult = MeasuredReals | MeasuredModel;

/** Images to a step of the classifier, and Adam's learning rate: what makes it right about 96 times in a hundred. */
const CLASSIFIER = { batch: 128, learningRate: 2e-3 };
/** How many samples are shown of each source: a hundred of the first seed's model, two rows of the others'. */
const MOST = { first: 100, others: 20 };
/** About how long a classifier's epoch, and measuring a model, take, in milliseconds: for the weights of parts. */
const COST = { classifierEpoch: 250, measuring: 250 };

/** The study. */
export const samplesStudy: Study<typeof OPTIONS, SamplesOptions, PartResult, SamplesResults> = {
  name: "samples",
  title: "Samples from models of every objective",
  question:
    "Are samples of models trained by the deterministic objectives as good as the β-VAE's, by their Fréchet distance to " +
    'real digits (slide "Samples")?',
  about: "Draws digits from models of six objectives, and measures how far they are from real ones.",
  options: OPTIONS,
  examples: [
    ["", "six objectives, ten seeds each"],
    ["--quick", "a look, with short trainings"],
    ["--beta 1 --seeds 3", "another β, fewer seeds"],
    ["--data mnist --epochs 3", "MNIST from a folder of its files"],
    ["--resume runs/samples-seed0", "go on where it was stopped"],
  ],
  resolve: (values) => values,
  result: v.variant("kind", [REALS, MODEL]),
  prepare: async (options) => prepared(options, await loadImages({ ...options, limit: null })),
};

/**
 * The study on images: the classifier and real images, then models seed by seed, so that a run that is stopped has all objectives
 * of its first seeds. The models are trained on the first images, the classifier on all.
 *
 * @throws RangeError for seeds that are not different whole numbers; UsageError if a training cannot fit into memory
 */
export function prepared(options: SamplesOptions, split: Split): Prepared<PartResult, SamplesResults> {
  const { limit, seed, seeds, batch, epochs } = options;
  assertSeeds("samples", seed, seeds);
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

/** Concludes from the distances of real images and at least one model. */
export async function conclude(
  options: SamplesOptions,
  parts: readonly PartResult[],
): Promise<Conclusion<SamplesResults>> {
  const reals = parts.find((part) => part.kind === "reals");
  const models = parts.filter((part) => part.kind === "model");
  if (!reals || models.length === 0) {
    throw new RangeError(
      "samples: real images and at least one model are required, but there are " +
        `${models.length} models${reals ? "" : " alone"}`,
    );
  }
  const { accuracy, floor, untrained } = reals;
  const rows = summariesOf(models);
  const numbers = numbersOf(rows, reals);
  const range = (name: string, digits: number): string | undefined =>
    [numbers[`${name}.means.least`]?.toFixed(digits), numbers[`${name}.means.most`]?.toFixed(digits)].join(
      " to ",
    );
  const said = (source: Source): string =>
    range(source, 1) +
    (`ratio.${source}.means.least` in numbers
      ? ` (${range(`ratio.${source}`, 2)} times the β-VAE's with the same seed)`
      : "");
  return {
    results: {
      ...{ accuracy, floor, untrained },
      models: models.map(({ objective, beta, seed, prior, aggregate }) => ({
        ...{ objective, beta, seed, prior, aggregate },
      })),
    },
    numbers,
    answer:
      `At β = ${options.beta} the objectives' mean Fréchet distances to real digits are ${
        said("prior")
      } for samples from ` +
      `N(0, I), and ${
        said("aggregate")
      } for samples from the aggregate posterior, over ${models.length} models; ` +
      `real digits are ${floor.toFixed(2)} apart.`,
    caveat:
      "Distances are in the features of a classifier that was trained on the real images, too, which makes those between " +
      "them optimistic, and each set of samples is of one noise.",
    ...await drawn(rows, reals, { seeds: options.seeds, features: options.classifierHidden.at(-1)! }),
  };
}

if (import.meta.main) await runStudy(samplesStudy);
