/**
 * The study of images: what models learn of pictures whose factors are known.
 *
 * @module
 */

import * as v from "valibot";
import { count, finite } from "../../properties/contract/run.ts";
import { widthsOf } from "../digits/architecture.ts";
import { trainingOptions } from "../digits/options.ts";
import { runStudy } from "../runner/command.ts";
import { beta, option, someOf, UsageError, type Values, whole } from "../runner/options.ts";
import { type CommonOptions, study } from "../runner/study.ts";
import { MODEL_NAMES } from "./kinds.ts";

/** The data sets with known factors. */
const DATASETS = ["shapes", "faces"] as const;

const OPTIONS = {
  datasets: option("Data", someOf(DATASETS), DATASETS, "images with known factors"),
  size: option("Data", whole(16, 64), 32, "rows and columns of the images; of faces a multiple of 16", 16),
  beta: option("Model", beta, 0.2, "β, the weight of the KL term"),
  latent: option("Model", whole(2), 8, "d, the number of latents", 4),
  block: option("Model", whole(1), 2, "b, latents to a block of the block posteriors, which divides d"),
  ...trainingOptions(
    { seeds: 5, hidden: [256, 128], activation: "relu", epochs: 40, batch: 64, learningRate: 1e-3 },
    { hidden: [32], epochs: 2, batch: 32, learningRate: 3e-3, limit: 320 },
    "models of each kind and data set",
  ),
  pairs: option("Scores", whole(2), 8, "pairs ±ε of draws to a held-out image, for the β-VAE loss", 2),
  votes: option("Scores", whole(10), 300, "votes of the FactorVAE score, and half as many to judge it", 40),
} as const;

/** The options of a run. */
export type ImagesOptions = Omit<Values<typeof OPTIONS>, "hidden"> & CommonOptions & {
  readonly hidden: readonly number[] | null;
};

const bytes = v.pipe(v.string(), v.base64());
/** From 0 to 1. */
const share = v.pipe(finite, v.minValue(0), v.maxValue(1));

/** Numbers of a model that are compared over kinds of models. */
const measures = v.strictObject({
  /** The β-VAE loss on held-out images less (n/2) log 2π, in nats per image. */
  loss: finite,
  /** Mean |M_ij|/√(M_ii M_jj), M = mean |JᵀJ| over held-out images, of pairs of active latents; null where there are none. */
  offDiagonal: v.nullable(share),
  /** Latents with M_kk ≥ β/10. */
  active: count,
  mig: finite,
  factorVae: share,
  /** Of the factors whose values are in order; null where these are fewer than two. */
  sap: v.nullable(finite),
  disentanglement: v.nullable(finite),
  completeness: v.nullable(finite),
});
/** What is measured of a model. */
export type Measures = v.InferOutput<typeof measures>;

const model = v.strictObject({
  dataset: v.picklist(DATASETS),
  model: v.picklist(MODEL_NAMES),
  seed: count,
  measures,
  /** The standard error of the draws of the loss. */
  standardError: finite,
  /** Off the diagonal before training, as `offDiagonal`, but of all latents. */
  offDiagonalBefore: share,
  /** M after training: `[latent][latent]`. */
  metric: v.array(v.array(finite)),
  /** Means of the held-out images' posteriors, `[image][latent]` in float32: by which seeds are compared. */
  codes: bytes,
  /** Pictures of the first seed's models: a byte for each channel of each pixel, image after image. */
  shown: v.nullable(v.strictObject({
    width: count,
    height: count,
    channels: v.picklist([1, 3]),
    samples: bytes,
    originals: bytes,
    reconstructions: bytes,
    traversals: bytes,
  })),
});
/** A trained model: the result of a part. */
export type ImagesModel = v.InferOutput<typeof model>;

/** @throws UsageError for options that have no meaning together */
function resolve(values: Values<typeof OPTIONS> & CommonOptions, given: ReadonlySet<string>): ImagesOptions {
  const { latent, block, size, datasets } = values;
  if (latent % block !== 0) {
    throw new UsageError(`--latent ${latent} is not divisible by --block ${block}`);
  }
  if (datasets.includes("faces") && size % 16 !== 0) {
    throw new UsageError(
      `--size must be a multiple of 16 with faces, which are of 16 × 16 pixels, but it is ${size}; give another, or ` +
        "--datasets shapes",
    );
  }
  return { ...values, hidden: widthsOf(values, given) };
}

/** The study. */
export const imagesStudy = study({
  name: "images",
  title: "Images with known factors",
  question:
    "Do mean-field posteriors make latents unique on images: do they agree between seeds and with the factors of the images, " +
    'where those of full posteriors need not? Slides "Choice of Q can lead to uniqueness" and "Samples".',
  about:
    "Trains models on shapes and faces in colour, and compares their latents with the factors, and between seeds.",
  options: OPTIONS,
  examples: [
    ["", "shapes and faces, five kinds of models, five seeds each"],
    ["--quick", "a look, in less than a minute"],
    ["--datasets shapes --architecture conv32 --seeds 2", "convolutions, which take 10 times as long"],
    ["--resume runs/images-seed0", "go on where it was stopped"],
  ],
  resolve,
  result: model,
  // Loaded here, so that --help need not wait for it.
  prepare: async (options) => {
    const [{ prepare }, { conclude }] = await Promise.all([import("./models.ts"), import("./figures.ts")]);
    return { ...await prepare(options), conclude: (models) => conclude(options, models) };
  },
});

if (import.meta.main) await runStudy(imagesStudy);
