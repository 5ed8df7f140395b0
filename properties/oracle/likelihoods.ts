/**
 * Likelihoods of images in float64: the continuous Bernoulli by quadrature, which has no case to tell apart.
 *
 * @module
 */

import type {
  LikelihoodValue,
  Matrix,
  SampledLikelihood,
  ScaledGaussianValue,
  Vector,
} from "../contract/subject.ts";
import { gaussLegendre } from "./quadrature.ts";
import { normal, uniform } from "./random.ts";

/** Nodes and weights on [0, 1]: exact to rounding for exp(g x) with |g| up to 100. */
const { points, weights } = gaussLegendre(96);
const nodes = points.map((u) => (1 + u) / 2);

/** log ∫ exp(g x) dx over [0, 1], and mean and variance under that density. */
export function exponentialMoments(g: number): {
  readonly logNormaliser: number;
  readonly mean: number;
  readonly variance: number;
} {
  const top = Math.max(0, g), density = nodes.map((x, i) => weights[i]! * Math.exp(g * x - top));
  const sum = (f: (x: number) => number): number => density.reduce((all, p, i) => all + p * f(nodes[i]!), 0);
  const mass = sum(() => 1), mean = sum((x) => x) / mass;
  return { logNormaliser: top + Math.log(mass), mean, variance: sum((x) => (x - mean) ** 2) / mass };
}

/** Its parts from moments of each logit. */
export function continuousBernoulliOf(
  moments: (g: number) => ReturnType<typeof exponentialMoments>,
): (x: Matrix, g: Matrix) => LikelihoodValue {
  return (x, g) => {
    const all = g.map((row) => row.map(moments));
    return {
      logDensity: g.map((row, b) =>
        row.reduce((sum, logit, j) => sum + logit * x[b]![j]! - all[b]![j]!.logNormaliser, 0)
      ),
      gradient: all.map((row, b) => row.map(({ mean }, j) => x[b]![j]! - mean)),
      curvature: all.map((row) => row.map(({ variance }) => variance)),
      mean: all.map((row) => row.map(({ mean }) => mean)),
    };
  };
}

/** Continuous Bernoulli. */
export const continuousBernoulli = continuousBernoulliOf(exponentialMoments);

/** Gaussian with deviations exp(log σ). */
export function scaledGaussian(x: Matrix, g: Matrix, logSigma: Vector): ScaledGaussianValue {
  const own = (j: number): number => logSigma[j % logSigma.length]!;
  const scaled = g.map((row, b) => row.map((mean, j) => (x[b]![j]! - mean) / Math.exp(own(j))));
  return {
    logDensity: scaled.map((row) =>
      row.reduce((sum, u, j) => sum - u ** 2 / 2 - own(j) - Math.log(2 * Math.PI) / 2, 0)
    ),
    gradient: scaled.map((row) => row.map((u, j) => u / Math.exp(own(j)))),
    curvature: scaled.map((row) => row.map((_, j) => Math.exp(-2 * own(j)))),
    mean: g.map((row) => [...row]),
    logSigmaGradient: logSigma.map((_, k) =>
      scaled.reduce(
        (sum, row) => sum + row.reduce((all, u, j) => j % logSigma.length === k ? all + u ** 2 - 1 : all, 0),
        0,
      )
    ),
  };
}

/** One draw of each datum's own, by sources of uniform and of standard normal numbers. */
export function drawFrom(
  likelihood: SampledLikelihood,
  g: Vector,
  next: { readonly uniform: () => number; readonly normal: () => number },
): number[] {
  return g.map((output, j) => {
    switch (likelihood.kind) {
      case "gaussian":
        return output + Math.sqrt(likelihood.variance) * next.normal();
      case "scaled-gaussian":
        return output + Math.exp(likelihood.logSigma[j % likelihood.logSigma.length]!) * next.normal();
      case "bernoulli":
        return next.uniform() < 1 / (1 + Math.exp(-output)) ? 1 : 0;
      case "continuous-bernoulli":
        return tilted(output, next.uniform);
    }
  });
}

/** x with a density ∝ exp(g x) on [0, 1], by rejection of uniform ones. */
function tilted(g: number, next: () => number): number {
  for (;;) {
    const x = next();
    if (Math.log(next()) < g * x - Math.max(0, g)) return x;
  }
}

/** Draws from p(x; g): `[draw][data]`. */
export function sampleLikelihood(
  likelihood: SampledLikelihood,
  g: Vector,
  seed: number,
  count: number,
): number[][] {
  const next = { uniform: uniform(seed), normal: normal(seed) };
  return Array.from({ length: count }, () => drawFrom(likelihood, g, next));
}
