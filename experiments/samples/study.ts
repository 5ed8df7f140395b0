/**
 * The study of samples: their Fréchet distance to real images, for models of every objective. Slide "Samples".
 *
 * @module
 */

import * as v from "valibot";
import { count } from "../../properties/contract/run.ts";
import { sampledModel, samplesResults } from "../../properties/contract/results.ts";
import { DATA_OPTIONS, type Resolved, resolveImages, trainingOptions } from "../digits/options.ts";
import { runStudy } from "../runner/command.ts";
import { beta, option, type Values, whole, wholes } from "../runner/options.ts";
import { type CommonOptions, study } from "../runner/study.ts";

const OPTIONS = {
  beta: option("Model", beta, 0.2, "β, the weight of the KL term"),
  latent: option("Model", whole(1), 8, "d, the number of latents"),
  ...trainingOptions(
    { seeds: 10, hidden: [128, 128], activation: "relu", epochs: 10, batch: 128, learningRate: 1e-3 },
    { hidden: [32], epochs: 4, batch: 40, learningRate: 5e-3, limit: 1000 },
    "models of each objective",
  ),
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
export type SamplesOptions = Resolved<Values<typeof OPTIONS>> & CommonOptions;

const bytes = v.pipe(v.string(), v.base64());

/** The distances between two halves of the real images, and between these and samples of an untrained decoder. */
const REALS = v.strictObject({
  kind: v.literal("reals"),
  ...v.omit(samplesResults, ["models"]).entries,
  /** Images on each side of a distance. */
  images: count,
});
/** A model's distances, and some samples of each source: a byte for each channel of each pixel, image after image, row by row, in base64. */
const MODEL = v.strictObject({
  kind: v.literal("model"),
  ...sampledModel.entries,
  shown: v.strictObject({
    width: count,
    height: count,
    channels: v.picklist([1, 3]),
    prior: bytes,
    aggregate: bytes,
  }),
});
/** The result of the part of real images. */
export type MeasuredReals = v.InferOutput<typeof REALS>;
/** The result of the part of a model. */
export type MeasuredModel = v.InferOutput<typeof MODEL>;
/** The result of a part. */
export type PartResult = MeasuredReals | MeasuredModel;

/** The study. */
export const samplesStudy = study({
  name: "samples",
  title: "Samples from models of every objective",
  question:
    "Are samples of models trained by the deterministic objectives as good as the β-VAE's, by their Fréchet distance to " +
    'real images (slide "Samples")?',
  about: "Draws images from models of six objectives, and measures how far they are from real ones.",
  options: OPTIONS,
  examples: [
    ["", "six objectives, ten seeds each"],
    ["--quick", "a look, with short trainings"],
    ["--beta 1 --seeds 3", "another β, fewer seeds"],
    ["--data mnist --epochs 3", "MNIST from a folder of its files"],
    ["--dataset shapes --size 32 --architecture conv32", "pictures of shapes, and convolutions"],
    ["--resume runs/samples-seed0", "go on where it was stopped"],
  ],
  resolve: (values, given) => resolveImages(values, given),
  result: v.variant("kind", [REALS, MODEL]),
  prepare: async (options) => {
    // Loaded here, so that --help need not wait for it.
    const [{ loadImages }, { prepared }] = await Promise.all([
      import("../digits/options.ts"),
      import("./models.ts"),
    ]);
    return prepared(options, await loadImages({ ...options, limit: null }));
  },
});

if (import.meta.main) await runStudy(samplesStudy);
