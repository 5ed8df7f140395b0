/**
 * log p(x; g) for one observed dimension, as a smooth function of g.
 *
 * @module
 */

import type { LikelihoodSpec, Matrix, SampledLikelihood } from "../contract/subject.ts";
import { logPartition } from "./likelihoods.ts";
import { type Smooth, smooth, softplus } from "./smooth.ts";

/** Densities exp(x g − A(g)) on [0, 1]: the continuous Bernoulli by its A, or by another one. */
export interface ExponentialFamily {
  readonly kind: "exponential-family";
  /** A with three derivatives: E[x], −H_p and the slope of −H_p. */
  readonly logPartition: Smooth;
}

/** Every likelihood that the oracle knows. */
export type Likelihood = SampledLikelihood | ExponentialFamily;

/** A likelihood of one dimension that has no parameters of its own. */
export type Plain = LikelihoodSpec | ExponentialFamily;

/** The likelihood of each of so many dimensions: a Gaussian whose σ is learned has variances of their own. */
export function ofData(likelihood: Likelihood, count: number): readonly Plain[] {
  if (likelihood.kind === "scaled-gaussian") {
    const variances = likelihood.logSigma.map((log) => Math.exp(2 * log));
    return Array.from(
      { length: count },
      (_, k) => ({ kind: "gaussian", variance: variances[k % variances.length]! }),
    );
  }
  const all: Plain = likelihood.kind === "continuous-bernoulli"
    ? { kind: "exponential-family", logPartition: logPartition() }
    : likelihood;
  return Array<Plain>(count).fill(all);
}

/**
 * The part of −log p(x; g) that depends on g, for one dimension: (x − g)²/(2σ²), softplus(g) − x g, or A(g) − x g. This is the
 * reconstruction term of the GRAE objectives, but for log σ where that is learned.
 *
 * @throws RangeError unless the variance is positive, or unless x of another likelihood than a Gaussian lies in [0, 1]
 */
export function distortion(likelihood: Plain, x: number): Smooth {
  if (likelihood.kind === "gaussian") {
    const { variance } = likelihood;
    if (!(variance > 0)) {
      throw new RangeError(`Gaussian likelihood: variance must be > 0, but is ${variance}`);
    }
    return smooth(
      "Gaussian distortion",
      (g) => (x - g) ** 2 / (2 * variance),
      (g) => (g - x) / variance,
      () => 1 / variance,
      () => 0,
    );
  }
  if (!(x >= 0 && x <= 1)) throw new RangeError(`Bernoulli likelihood: x must be in [0, 1], but is ${x}`);
  if (likelihood.kind === "exponential-family") {
    const { logPartition } = likelihood;
    return (g, order) => logPartition(g, order) - (order === 0 ? x * g : order === 1 ? x : 0);
  }
  return (g, order) => {
    if (order === 0) return bernoulliDistortion(x, g);
    // σ(g) − x, from the nearer of its two ends: where x = 1 this is −σ(−g), which does not cancel.
    if (order === 1) return (1 - x) * softplus(g, 1) - x * softplus(-g, 1);
    return softplus(g, order);
  };
}

/** softplus(g) − x g = (1 − x) softplus(g) + x softplus(−g), which does not cancel. */
function bernoulliDistortion(x: number, g: number): number {
  return (1 - x) * softplus(g, 0) + x * softplus(-g, 0);
}

/** The rest of −log p(x; g) for one dimension: ½ log 2πσ², or 0. */
export function logNormalizer(likelihood: Plain): number {
  return likelihood.kind === "gaussian" ? Math.log(2 * Math.PI * likelihood.variance) / 2 : 0;
}

/** −log p(x; g) for one dimension, constants kept. */
export function negativeLogDensity(likelihood: Plain, x: number): Smooth {
  const varying = distortion(likelihood, x);
  const constant = logNormalizer(likelihood);
  return (g, order) => varying(g, order) + (order === 0 ? constant : 0);
}

/** log p(x; g), `[batch]`, summed over dimensions. */
export function logDensity(likelihood: Likelihood, x: Matrix, g: Matrix): number[] {
  return entrywise(likelihood, x, g, 0).map((row) => row.reduce((sum, value) => sum - value, 0));
}

/** ∂ log p/∂g, `[batch][data]`: (x − g)/σ², or x − E[x]. */
export function logDensityGradient(likelihood: Likelihood, x: Matrix, g: Matrix): number[][] {
  return entrywise(likelihood, x, g, 1).map((row) => row.map((value) => -value));
}

/** w = −diag H_p, `[batch][data]`: 1/σ², m(1 − m) at m = σ(g), or A″(g). */
export function curvature(likelihood: Likelihood, x: Matrix, g: Matrix): number[][] {
  return entrywise(likelihood, x, g, 2);
}

function entrywise(likelihood: Likelihood, x: Matrix, g: Matrix, order: number): number[][] {
  const own = ofData(likelihood, g[0]?.length ?? 0);
  return g.map((row, example) =>
    row.map((value, data) => negativeLogDensity(own[data]!, x[example]![data]!)(value, order))
  );
}
