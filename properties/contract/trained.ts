/**
 * Results of trainings for the laws on trained models: plain numbers, as the experiments save them in `results.json`.
 *
 * @module
 */

import type { DigitsRun } from "./digits_run.ts";
import type { StudyRun } from "./study_run.ts";
import type { Eventually, Matrix, Vector } from "./specs.ts";

/** The families of Gaussian posteriors that are trained. */
export type TrainedFamily = "isotropic" | "mean-field" | "block" | "full";

/** A posterior variance beside what theory says it is. */
export interface Variance {
  /** σ_k² = Σ_kk of the learned posterior at one held-out example. */
  readonly found: number;
  /** β/(β + ‖J_{:k}‖²), the optimum of the mean-field family, at the same example. */
  readonly predicted: number;
}

/** A model trained on digits, and the metric JᵀJ of its decoder. */
export interface TrainedMetric {
  /** The panel of the slide "MNIST", or the control. */
  readonly label: "a" | "b" | "c" | "d" | "mean-field" | "full";
  /** The posterior's family. */
  readonly family: TrainedFamily;
  /** β > 0. */
  readonly beta: number;
  /** d, the number of latents. */
  readonly latent: number;
  /** Latents to a block of the posterior; for controls those of panel (a), in which the metric is looked at. */
  readonly block: number;
  /** The seed of the initial weights, of the order of examples and of the noise. */
  readonly seed: number;
  /** Mean |JᵀJ| over held-out digits, `[latent][latent]`, before training and after. */
  readonly metric: { readonly before: Matrix; readonly after: Matrix };
  /** Mean off-block |JᵀJ| over mean |JᵀJ| off the diagonal inside blocks, before training and after. */
  readonly ratio: { readonly before: number; readonly after: number };
  /** A sample over held-out digits and latents. */
  readonly variances: readonly Variance[];
}

/** The results of `metric`. */
export interface MetricResults {
  /** Every panel and control, of every seed. */
  readonly models: readonly TrainedMetric[];
}

/** The objectives that are compared. */
export const COMPARED_OBJECTIVES = [
  "beta-vae",
  "taylor-hessian",
  "taylor-jacobian",
  "grae",
  "grae-star",
  "grae-star-stochastic",
] as const;
/** One of them. */
export type ComparedObjective = typeof COMPARED_OBJECTIVES[number];

/** The four that the slides compare. */
export const SLIDE_OBJECTIVES: readonly ComparedObjective[] = [
  "beta-vae",
  "taylor-jacobian",
  "grae",
  "grae-star",
];

/** The objective of a training, its β and its seed. */
export interface TrainedBy {
  /** The objective. */
  readonly objective: ComparedObjective;
  /** β > 0. */
  readonly beta: number;
  /** The seed of the initial weights, of the order of examples and of the noise. */
  readonly seed: number;
}

/** A model trained by one objective, judged on held-out digits by the β-VAE loss, the same for all. */
export interface TrainedModel extends TrainedBy {
  /**
   * The β-VAE loss in nats per digit, less (n/2) log 2π, under the model's learned posterior or, where it has none, the
   * optimal one of its objective's family.
   */
  readonly betaVaeLoss: number;
}

/** An objective on a model that another was training. */
export interface Tracked extends TrainedBy {
  /** Complete epochs of the β-VAE's training; 0 before it. */
  readonly epoch: number;
  /** The objective on held-out digits in nats per digit, less (n/2) log 2π where it contains that. */
  readonly loss: number;
  /** Its terms, which add up to it (less the constant, which is taken from the reconstruction). */
  readonly terms: Readonly<Record<string, number>>;
}

/** The results of `compare`. */
export interface CompareResults {
  /** Every objective at every β, of every seed. */
  readonly trained: readonly TrainedModel[];
  /** Every objective along the trainings of the β-VAE. */
  readonly along: readonly Tracked[];
}

/** Fréchet distances of a model's samples to real digits. */
export interface SampledModel extends TrainedBy {
  /** Of decoder means at z ~ N(0, I). */
  readonly prior: number;
  /** Of decoder means at z from the aggregate posterior. */
  readonly aggregate: number;
}

/** The results of `samples`. */
export interface SamplesResults {
  /** Share of held-out digits that the classifier, in whose features distances are, gets right. */
  readonly accuracy: number;
  /** The Fréchet distance between two halves of the real digits. */
  readonly floor: number;
  /** That of a decoder that has not been trained. */
  readonly untrained: number;
  /** Every objective, of every seed. */
  readonly models: readonly SampledModel[];
}

/** The true decoder W of x = ν(Wz) + ε: orthogonal columns of distinct or of equal norms, or none of these. */
export type TrueWeights = "distinct" | "equal" | "generic";
/** ν. */
export type TrueActivation = "identity" | "leaky-relu" | "tanh";

/** How a fitted decoder A lies to the true W, up to signed permutation: means of |cosine|, 1 for the same columns. */
export interface Fit {
  /** The kind of W. */
  readonly weights: TrueWeights;
  /** ν. */
  readonly activation: TrueActivation;
  /** d, the number of latents. */
  readonly latent: number;
  /** The posterior's family. */
  readonly family: TrainedFamily;
  /** The seed of the initial weights, of the order of examples and of the noise. */
  readonly seed: number;
  /** The loss that was reached, nats per example. */
  readonly loss: number;
  /** To the columns of W. */
  readonly toTruth: number;
  /** To the principal axes of W, its left singular vectors. */
  readonly toPrincipal: number;
}

/** Orientations of fits with two latents relative to the true W, by optimiser and family. */
export interface Orientations {
  /** The posterior's family. */
  readonly family: "mean-field" | "full";
  /** The optimiser. */
  readonly optimiser: "gradient-descent" | "adam";
  /** Angle between A and W in radians, modulo signed permutation: in [0, π/2). */
  readonly angles: Vector;
  /** p of the test that they are uniform on [0, π/2). */
  readonly uniformP: number;
}

/** The results of `uniqueness`. */
export interface UniquenessResults {
  /** Every problem, by every family, of every seed. */
  readonly fits: readonly Fit[];
  /** Fits with two latents, by family and optimiser. */
  readonly orientations: readonly Orientations[];
}

/** Results, and where they come from. */
export interface Measured<Results> {
  /** The folder of the run, as it was given, or "short training". */
  readonly source: string;
  /** True if the trainings were shortened: their thresholds were measured apart. */
  readonly short: boolean;
  /** The results. */
  readonly results: Results;
}

/** Trained models, as the experiments leave them: one entry for each run, and a law holds each of them by itself. */
export interface TrainedModels {
  /** Decoders' metrics and posterior variances. */
  readonly metric?: () => Eventually<readonly Measured<MetricResults>[]>;
  /** Objectives, trained and tracked. */
  readonly compare?: () => Eventually<readonly Measured<CompareResults>[]>;
  /** Fréchet distances of samples. */
  readonly samples?: () => Eventually<readonly Measured<SamplesResults>[]>;
  /** Fitted decoders beside the true one. */
  readonly uniqueness?: () => Eventually<readonly Measured<UniquenessResults>[]>;
  /** Runs of `mnist`, with all that they can be computed again from. */
  readonly runs?: () => Eventually<readonly Measured<DigitsRun>[]>;
  /** Runs of the studies, with what their parts kept. */
  readonly studies?: () => Eventually<readonly Measured<StudyRun>[]>;
}
