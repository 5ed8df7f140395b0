/**
 * Schemas of the studies' results, `results` in `results.json`, for the laws on trained models.
 *
 * Imports nothing of ours. The types are those of trained.ts; the test holds them equal.
 *
 * @module
 */

import * as v from "valibot";
import { count, finite } from "./run.ts";

/** A list that is not written to. */
const listOf = <T>(item: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, readonly T[]> =>
  v.pipe(v.array(item), v.readonly());

const family = v.picklist(["isotropic", "mean-field", "block", "full"]);
/** `[rows][columns]`. */
const matrix = listOf(listOf(finite));

/** A model trained on images, and the metric JᵀJ of its decoder: what a part of `metric` gives. */
export const trainedMetric = v.object({
  label: v.picklist(["a", "b", "c", "d", "mean-field", "full"]),
  family,
  beta: finite,
  latent: count,
  block: count,
  seed: count,
  metric: v.object({ before: matrix, after: matrix }),
  ratio: v.object({ before: finite, after: finite }),
  variances: listOf(v.object({ found: finite, predicted: finite })),
});
/** The results of `metric`. */
export const metricResults = v.object({ models: listOf(trainedMetric) });

/** The objective, β and seed of a training. */
export const trainedBy = {
  objective: v.picklist([
    "beta-vae",
    "taylor-hessian",
    "taylor-jacobian",
    "grae",
    "grae-star",
    "grae-star-stochastic",
  ]),
  beta: finite,
  seed: count,
};

/** The results of `compare`: models judged by the same loss, and objectives along the trainings of the β-VAE. */
export const compareResults = v.object({
  trained: listOf(v.object({ ...trainedBy, betaVaeLoss: finite })),
  along: listOf(v.object({ ...trainedBy, epoch: count, loss: finite, terms: v.record(v.string(), finite) })),
});

/** Fréchet distances of a model's samples to real images. */
export const sampledModel = v.object({ ...trainedBy, prior: finite, aggregate: finite });
/** The results of `samples`. */
export const samplesResults = v.object({
  accuracy: finite,
  floor: finite,
  untrained: finite,
  models: listOf(sampledModel),
});

/** How a fitted decoder lies to the true W. */
export const fit = v.object({
  weights: v.picklist(["distinct", "equal", "generic"]),
  activation: v.picklist(["identity", "leaky-relu", "tanh"]),
  latent: count,
  family,
  seed: count,
  loss: finite,
  toTruth: finite,
  toPrincipal: finite,
});
/** Orientations of fits with two latents relative to the true W. */
export const orientations = v.object({
  family: v.picklist(["mean-field", "full"]),
  optimiser: v.picklist(["gradient-descent", "adam"]),
  angles: listOf(finite),
  uniformP: finite,
});
/** The results of `uniqueness`. */
export const uniquenessResults = v.object({ fits: listOf(fit), orientations: listOf(orientations) });

/** The results that laws on trained models are about, by the name of the study. */
export const resultsOf = {
  metric: metricResults,
  compare: compareResults,
  samples: samplesResults,
  uniqueness: uniquenessResults,
} as const;
/** A study that laws on trained models are about. */
export type TrainedStudy = keyof typeof resultsOf;
/** The results of each of them. */
export type StudyResults = { readonly [Study in TrainedStudy]: v.InferOutput<typeof resultsOf[Study]> };
/** Their names. */
export const TRAINED_STUDIES = Object.keys(resultsOf) as readonly TrainedStudy[];
