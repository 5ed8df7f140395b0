/**
 * Scores of models and of codes, as papers report them.
 *
 * @module
 */

import type { Eventually, Matrix, ObjectiveCase, Vector } from "./specs.ts";

/** Sets of codes, in each of which one factor is the same throughout. */
export interface FixedFactorCodes {
  /** `[vote][sample][latent]` */
  readonly codes: readonly Matrix[];
  /** The factor that is the same, from 0: `[vote]`. */
  readonly factors: Vector;
}

/** Pairs of codes, in each of which one factor is the same for both. */
export interface PairedCodes {
  /** `[vote][sample][latent]` */
  readonly first: readonly Matrix[];
  /** `[vote][sample][latent]` */
  readonly second: readonly Matrix[];
  /** The factor that is the same, from 0: `[vote]`. */
  readonly factors: Vector;
}

/** A mean-field posterior for each example of a data set, and a draw from each. */
export interface EncodedSet {
  /** `[batch][latent]` */
  readonly mean: Matrix;
  /** Standard deviations: `[batch][latent]`. */
  readonly deviation: Matrix;
  /** z ~ q(z|x): `[batch][latent]`. */
  readonly samples: Matrix;
}

/** Numbers that papers report of models, each pinned. Codes are `[n][latent]`, factors `[n][factor]` of classes from 0. */
export interface ScoreFunctions {
  /** (1/F) Σ_f (I₁ − I₂)/H(f): the greatest two I(bin of z_i; f), each latent in 20 bins of equal width. */
  readonly mutualInformationGap?: (codes: Matrix, factors: Matrix) => Eventually<number>;
  /** (1/F) Σ_f (R₁ − R₂): the greatest two squared correlations of z_i with the class of f as a number. */
  readonly separatedAttributePredictability?: (codes: Matrix, factors: Matrix) => Eventually<number>;
  /** argmin_w ‖y − Zw‖²/(2n) + penalty ‖w‖₁ for columns of codes and targets of mean 0 and variance 1: `[latent]`. */
  readonly lasso?: (codes: Matrix, targets: Vector, penalty: number) => Eventually<Vector>;
  /** Σ_i ρ_i (1 − H_F(P_i)) for importances `[latent][factor]`, P_i a latent's shares, ρ_i its share of all. */
  readonly disentanglement?: (importance: Matrix) => Eventually<number>;
  /** (1/F) Σ_f (1 − H_d(P_f)) for importances `[latent][factor]`, P_f a factor's shares. */
  readonly completeness?: (importance: Matrix) => Eventually<number>;
  /**
   * The accuracy of a majority vote: each vote is for the latent of least variance over its samples, in units of `variances`
   * `[latent]` over the data; latents whose variance is at most 0.05 have none.
   */
  readonly factorVaeScore?: (
    training: FixedFactorCodes,
    evaluation: FixedFactorCodes,
    variances: Vector,
  ) => Eventually<number>;
  /** The accuracy of a linear classifier of the factor from the mean over the samples of |first − second|. */
  readonly betaVaeScore?: (training: PairedCodes, evaluation: PairedCodes) => Eventually<number>;
  /** How many latents have a variance over x of E[z_i|x], means `[n][latent]`, above 0.01. */
  readonly activeUnits?: (means: Matrix) => Eventually<number>;
  /** The mean over examples of log (1/K) Σ_k w_k from log w `[batch][sample]`, and its standard error. */
  readonly importanceWeighted?: (
    logWeights: Matrix,
  ) => Eventually<{ readonly logLikelihood: number; readonly standardError: number }>;
  /** log w = log p(x|z) + log p(z) − log q(z|x) at the noise of the case: `[sample][batch]`. */
  readonly logWeights?: (given: ObjectiveCase) => Eventually<Matrix>;
  /** Rate KL(q‖p) and distortion −E log p(x|z) in nats, means over the batch, at the noise of the case; β is in neither. */
  readonly rateDistortion?: (
    given: ObjectiveCase,
  ) => Eventually<{ readonly rate: number; readonly distortion: number }>;
  /** (1/N) Σ_i [log q(z_i|x_i) − log (1/N) Σ_j q(z_i|x_j)] */
  readonly latentInformation?: (given: EncodedSet) => Eventually<number>;
  /** The mean over factors of |cos| of the change of x `[data][factor]` and its own principal axis of J Jᵀ, J `[data][latent]`. */
  readonly axisAlignment?: (jacobian: Matrix, changes: Matrix) => Eventually<number>;
}
