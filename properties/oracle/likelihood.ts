/**
 * log p(x; g) for one observed dimension, as a smooth function of g.
 *
 * @module
 */

import type { LikelihoodSpec, Matrix } from "../contract/subject.ts";
import { type Smooth, smooth, softplus } from "./smooth.ts";

/**
 * The part of −log p(x; g) that depends on g, for one dimension: (x − g)²/(2σ²), or softplus(g) − x g. This is the
 * reconstruction term of the GRAE objectives.
 *
 * @throws RangeError unless the variance is positive, or unless a Bernoulli x lies in [0, 1]
 */
export function distortion(likelihood: LikelihoodSpec, x: number): Smooth {
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
function logNormalizer(likelihood: LikelihoodSpec): number {
  return likelihood.kind === "gaussian" ? Math.log(2 * Math.PI * likelihood.variance) / 2 : 0;
}

/** −log p(x; g) for one dimension, constants kept. */
export function negativeLogDensity(likelihood: LikelihoodSpec, x: number): Smooth {
  const varying = distortion(likelihood, x);
  const constant = logNormalizer(likelihood);
  return (g, order) => varying(g, order) + (order === 0 ? constant : 0);
}

/** log p(x; g), `[batch]`, summed over dimensions. */
export function logDensity(likelihood: LikelihoodSpec, x: Matrix, g: Matrix): number[] {
  return entrywise(likelihood, x, g, 0).map((row) => row.reduce((sum, value) => sum - value, 0));
}

/** ∂ log p/∂g, `[batch][data]`: (x − g)/σ², or x − σ(g). */
export function logDensityGradient(likelihood: LikelihoodSpec, x: Matrix, g: Matrix): number[][] {
  return entrywise(likelihood, x, g, 1).map((row) => row.map((value) => -value));
}

/** w = −diag H_p, `[batch][data]`: 1/σ², or m(1 − m) at m = σ(g). */
export function curvature(likelihood: LikelihoodSpec, x: Matrix, g: Matrix): number[][] {
  return entrywise(likelihood, x, g, 2);
}

function entrywise(likelihood: LikelihoodSpec, x: Matrix, g: Matrix, order: number): number[][] {
  return g.map((row, example) =>
    row.map((value, data) => negativeLogDensity(likelihood, x[example]![data]!)(value, order))
  );
}
