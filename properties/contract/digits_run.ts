/**
 * A run of `mnist` as laws on runs see it: what it was told, the images, the states that it kept, and what it reports.
 *
 * @module
 */

import type { ActivationName, FamilySpec, Matrix, ObjectiveName, Vector } from "./specs.ts";

/** p(x|z) of a run: σ is 1 in `gaussian`; in the next two it is learned, one for all data or one for each. */
export type DigitsLikelihood =
  | "gaussian"
  | "gaussian-learned"
  | "gaussian-per-pixel"
  | "bernoulli"
  | "continuous-bernoulli";
/** All of them. */
export const digitsLikelihoods: readonly DigitsLikelihood[] = [
  "gaussian",
  "gaussian-learned",
  "gaussian-per-pixel",
  "bernoulli",
  "continuous-bernoulli",
];

/** The options of a run that decide its numbers. */
export interface DigitsOptions {
  /** What is minimised. */
  readonly objective: ObjectiveName;
  /** The family of the learned posterior, or of the optimal one of `profiled`; null for the GRAE objectives. */
  readonly posterior: FamilySpec["kind"] | null;
  /** p(x|z). */
  readonly likelihood: DigitsLikelihood;
  /** β > 0. */
  readonly beta: number;
  /** d ≥ 1. */
  readonly latent: number;
  /** Latents to a block, which divides d; null where no family has blocks. */
  readonly block: number | null;
  /** Widths of the encoder's hidden layers; the decoder has them in reverse. */
  readonly hidden: Vector;
  /** Of the hidden layers. */
  readonly activation: ActivationName;
  /** Passes over the training images. */
  readonly epochs: number;
  /** Images to a step. */
  readonly batch: number;
  /** Of Adam, > 0. */
  readonly learningRate: number;
  /** How it changes over all steps. */
  readonly learningRateSchedule: "constant" | "cosine" | "step";
  /** Epochs in which β rises. */
  readonly betaWarmup: number;
  /** The largest norm of a gradient; null for none. */
  readonly clipGradient: number | null;
  /** λ ≥ 0 of AdamW, for all parameters but log σ. */
  readonly weightDecay: number;
  /** How pixels are made 0 or 1. */
  readonly binarise: "none" | "fixed" | "sampled";
  /** How many training images are used at most; null for all. */
  readonly limit: number | null;
  /** From which all that is random follows: a whole number from 0. */
  readonly seed: number;
}

/** Images before anything is done to them, of pixels 0 to 255: `[count][data]`. */
export interface DigitsImages {
  /** Those to train on, all of them. */
  readonly train: Matrix;
  /** Those held out. */
  readonly heldOut: Matrix;
}

/**
 * All that an optimiser remembers. Numbers are those of the encoder, then the decoder, of each layer W `[in, out]`, then b; and log σ where it
 * is learned.
 */
export interface DigitsState {
  /** Steps taken. */
  readonly step: number;
  /** The parameters. */
  readonly parameters: Vector;
  /** Adam's running means of the gradients. */
  readonly first: Vector;
  /** Those of their squares. */
  readonly second: Vector;
}

/** What scores, metrics and pictures are of. */
export type DigitsParameters = Pick<DigitsState, "step" | "parameters">;

/** A mean in nats per image and the standard error of its noise; null if nothing was drawn. */
export interface DigitsScore {
  /** The mean; null where it overflowed. */
  readonly value: number | null;
  /** The standard error. */
  readonly standardError: number | null;
}

/** The scores on one set of images. */
export interface DigitsScores {
  /** How many images. */
  readonly images: number;
  /** The run's own objective. */
  readonly loss: DigitsScore;
  /** Its terms. */
  readonly terms: Readonly<Record<string, number | null>>;
  /** Losses that are the same for every objective. */
  readonly evaluation: {
    /** By samples, with the constant of the likelihood. */
    readonly "beta-vae": DigitsScore;
    /** With a full Σ. */
    readonly grae: DigitsScore;
    /** With a diagonal one. */
    readonly "grae-star": DigitsScore;
  };
}

/** A line of `metrics.jsonl`. */
export interface DigitsEpoch {
  /** Complete epochs. */
  readonly epoch: number;
  /** Steps taken. */
  readonly step: number;
  /** On as many training images as are held out. */
  readonly train: DigitsScores;
  /** On those held out. */
  readonly heldOut: DigitsScores;
}

/** A run and what it reports. */
export interface DigitsRun {
  /** What it was told. */
  readonly options: DigitsOptions;
  /** Unit roundoff of its engine. */
  readonly epsilon: number;
  /** What it was given. */
  readonly images: DigitsImages;
  /** The states that it kept, in the order of their steps; the last is its end. */
  readonly states: readonly DigitsState[];
  /** Its scores, epoch by epoch. */
  readonly epochs: readonly DigitsEpoch[];
  /** The parameters after epochs but the last, in the order of their steps, as far as it kept them and they were asked for. */
  readonly earlier: readonly DigitsParameters[];
  /**
   * Its key numbers by dotted name, after the last epoch, losses less the constant of the likelihood: `heldOut.terms.kl`. Where σ is learned,
   * the least and the greatest.
   */
  readonly numbers: Readonly<Record<string, number>>;
  /** Mean |Jᵀ diag(w) J| over held-out images: `[latent][latent]`. */
  readonly metric: Matrix;
  /** Pictures as grids of grey levels 0 to 255: `[tile][data]`, row by row of tiles. */
  readonly pictures: {
    /** Decoded draws of the prior. */
    readonly samples: Matrix;
    /** Ten held-out images, then the same decoded, and so on. */
    readonly reconstructions: Matrix;
    /** Eleven steps for each latent. */
    readonly traversals: Matrix;
  };
}
