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
import type { Smooth } from "./smooth.ts";

/** Beyond so many units of 1/|g| from its heavy end the density ∝ exp(g x) has less than 10⁻²⁰ of its moments. */
const REACH = 60;
/** Nodes and weights on [0, 1]: exact to rounding for exp(−s y), s up to that, times a cubic. */
const { points, weights: halves } = gaussLegendre(40);
const nodes = Float64Array.from(points, (u) => (1 + u) / 2), weights = Float64Array.from(halves);

/** log ∫ exp(g x) dx over [0, 1], and mean, variance and third central moment under that density. */
export function exponentialMoments(g: number): {
  readonly logNormaliser: number;
  readonly mean: number;
  readonly variance: number;
  readonly third: number;
} {
  // By y = width · u, the distance from the heavy end: 1 − x or x.
  const size = Math.abs(g), width = Math.min(1, REACH / size);
  let mass = 0, first = 0, second = 0, cubic = 0;
  for (let i = 0; i < nodes.length; i++) {
    const u = nodes[i]!, p = weights[i]! * Math.exp(-size * width * u);
    mass += p;
    first += p * u;
    second += p * u * u;
    cubic += p * u * u * u;
  }
  // Moments about 0 are at most a few times those about the mean: little cancels.
  const m = first / mass, square = second / mass;
  const third = width ** 3 * (cubic / mass - 3 * m * square + 2 * m ** 3);
  return {
    logNormaliser: Math.max(0, g) + Math.log(width * mass),
    mean: g > 0 ? 1 - width * m : width * m,
    variance: width ** 2 * (square - m * m),
    third: g > 0 ? -third : third,
  };
}

/** A(g) = log ∫ exp(g x) dx over [0, 1] with its derivatives, the cumulants; what is asked of one g is computed once. */
export function logPartition(moments = exponentialMoments): Smooth {
  let at = NaN, cumulants: Vector = [];
  return (g, order) => {
    if (g !== at) {
      const { logNormaliser, mean, variance, third } = moments(g);
      [at, cumulants] = [g, [logNormaliser, mean, variance, third]];
    }
    const cumulant = cumulants[order];
    if (cumulant !== undefined) return cumulant;
    throw new RangeError(
      `log partition: derivatives up to order 3 are known, but order ${order} was asked for`,
    );
  };
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
