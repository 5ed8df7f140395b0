/**
 * A run of a study as laws on runs see it: what it was told, the images, and of each part what it reports and the tensors that it kept.
 *
 * @module
 */

import type { DigitsImages } from "./digits_run.ts";
import type { ActivationName, Vector } from "./specs.ts";
import type { TrueActivation } from "./trained.ts";

/** Images with the classes that they are of, from 0; null where they have none. */
export interface LabelledImages extends DigitsImages {
  /** Classes of the images, `[count]` each. */
  readonly labels: { readonly train: Vector; readonly heldOut: Vector } | null;
}

/** How a study trains networks on images. */
export interface FitOptions {
  /** The first seed. */
  readonly seed: number;
  /** How many models of each kind are trained, with seeds one after the other. */
  readonly seeds: number;
  /** Widths of the encoder's hidden layers. */
  readonly hidden: Vector;
  /** Of the hidden layers. */
  readonly activation: ActivationName;
  /** Passes over the training images. */
  readonly epochs: number;
  /** Images to a step. */
  readonly batch: number;
  /** Of Adam. */
  readonly learningRate: number;
  /** How many training images are used at most; null for all. */
  readonly limit: number | null;
  /** How pixels are made 0 or 1. */
  readonly binarise: "none" | "fixed" | "sampled";
}

/** The options of `compare` that decide its numbers. */
export interface CompareOptions extends FitOptions {
  /** Values of β. */
  readonly betas: Vector;
  /** d. */
  readonly latent: number;
  /** The other activation, for β-VAEs alone. */
  readonly smooth: ActivationName;
  /** Held-out images that models are judged on; null for all. */
  readonly judged: number | null;
  /** Those on which losses are taken along a training. */
  readonly tracked: number;
  /** Pairs ±ε of draws to an image. */
  readonly pairs: number;
  /** Columns drawn for an image. */
  readonly columns: number;
  /** Held-out images at which the posterior is contracted. */
  readonly contracted: number;
  /** Pairs ±ε to each of these. */
  readonly contractedPairs: number;
  /** How often the covariance is halved. */
  readonly halvings: number;
}

/** The options of `samples` that decide its numbers. */
export interface SamplesOptions extends FitOptions {
  /** β. */
  readonly beta: number;
  /** d. */
  readonly latent: number;
  /** Widths of the classifier's hidden layers; the last is the number of features. */
  readonly classifierHidden: Vector;
  /** Its passes over all training images. */
  readonly classifierEpochs: number;
}

/** The options of `uniqueness` that decide its numbers. */
export interface UniquenessOptions {
  /** The seed of everything. */
  readonly seed: number;
  /** Numbers of latents. */
  readonly latents: Vector;
  /** ν of data and decoder. */
  readonly activations: readonly TrueActivation[];
  /** The standard deviation of the data's noise. */
  readonly noise: number;
  /** β. */
  readonly beta: number;
  /** Models of each kind with two latents. */
  readonly seeds: number;
  /** Those with more. */
  readonly seedsBeyondPlane: number;
  /** Models whose angles are tested for uniformity. */
  readonly orientations: number;
  /** Examples of each model. */
  readonly examples: number;
  /** Examples to a step. */
  readonly batch: number;
  /** Steps for each of two latents. */
  readonly stepsPerLatent: number;
  /** The largest learning rate of gradient descent. */
  readonly learningRate: number;
  /** Its momentum. */
  readonly momentum: number;
  /** The largest learning rate of Adam. */
  readonly adamRate: number;
  /** Trained models that are turned. */
  readonly turned: number;
  /** Angles from 0 to π/2 by which they are turned. */
  readonly angles: number;
  /** Steps in which q follows. */
  readonly turnedSteps: number;
}

/** The options of each study. */
export interface StudyOptions {
  /** Of `metric`. */
  readonly metric: FitOptions;
  /** Of `compare`. */
  readonly compare: CompareOptions;
  /** Of `samples`. */
  readonly samples: SamplesOptions;
  /** Of `uniqueness`. */
  readonly uniqueness: UniquenessOptions;
}

/** Tensors by name, their numbers in row-major order. */
export type Tensors = Readonly<Record<string, Vector>>;

/** Cells of a table. */
export type Cells = readonly (readonly (string | number | null)[])[];

/** A part of a run. */
export interface StudyPart {
  /** Its name. */
  readonly name: string;
  /** What it reports, as JSON holds it. */
  readonly result: unknown;
  /** What it kept. */
  readonly tensors: Tensors;
}

/** A complete run of a study. */
export interface StudyRunOf<Study extends keyof StudyOptions> {
  /** The study. */
  readonly study: Study;
  /** What it was told. */
  readonly options: StudyOptions[Study];
  /** Unit roundoff of its engine. */
  readonly epsilon: number;
  /** What it was given; null where the study makes its own data. */
  readonly images: LabelledImages | null;
  /** Its parts. */
  readonly parts: readonly StudyPart[];
  /** What it measured, `results` in `results.json`. */
  readonly results: unknown;
  /** Its key numbers by dotted name. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Its tables by the name of the file, as rows of cells: texts, numbers, null for an empty cell; the head is the first. */
  readonly tables: Readonly<Record<string, Cells>>;
}

/** A complete run of any study. */
export type StudyRun = { readonly [Study in keyof StudyOptions]: StudyRunOf<Study> }[keyof StudyOptions];
