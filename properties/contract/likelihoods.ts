/**
 * Likelihoods of images beyond Gaussian and Bernoulli.
 *
 * @module
 */

import type { LikelihoodSpec, Matrix, Vector } from "./specs.ts";

/** A likelihood at data x and outputs g `[batch][data]`. */
export interface LikelihoodValue {
  /** log p(x; g) in nats, summed over data: `[batch]`. */
  readonly logDensity: Vector;
  /** ∂ log p/∂g: `[batch][data]`. */
  readonly gradient: Matrix;
  /** −∂² log p/∂g²: `[batch][data]`. */
  readonly curvature: Matrix;
  /** E[x] given g: `[batch][data]`. */
  readonly mean: Matrix;
}

/** The same of a Gaussian whose deviations are learned. */
export interface ScaledGaussianValue extends LikelihoodValue {
  /** ∂ Σ_batch log p/∂ log σ: as many as there are log σ. */
  readonly logSigmaGradient: Vector;
}

/** A likelihood from which pixels are drawn. */
export type SampledLikelihood =
  | LikelihoodSpec
  | { readonly kind: "continuous-bernoulli" }
  | { readonly kind: "scaled-gaussian"; readonly logSigma: Vector };
