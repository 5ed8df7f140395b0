/**
 * Faults in likelihoods of images.
 *
 * @module
 */

import type { LikelihoodValue, Matrix, ScaledGaussianValue, Vector } from "../contract/subject.ts";
import { continuousBernoulliOf, drawFrom, exponentialMoments } from "../oracle/likelihoods.ts";
import { oracle } from "../oracle/mod.ts";
import { normal, uniform } from "../oracle/random.ts";
import { mapped } from "./altered.ts";
import { type Mutant, planted, replacing } from "./mutant.ts";

const continuous = replacing("continuousBernoulli");
const scaled = replacing("scaledGaussian");

type Moments = ReturnType<typeof exponentialMoments>;
/** Moments of a logit with something else in them. */
const withMoments = (
  change: (right: Moments, g: number) => Partial<Moments>,
): ReturnType<typeof continuous> =>
  continuous(continuousBernoulliOf((g) => {
    const right = exponentialMoments(g);
    return { ...right, ...change(right, g) };
  }));
const withParts = (change: (right: LikelihoodValue, x: Matrix, g: Matrix) => Partial<LikelihoodValue>) =>
  continuous((x, g) => {
    const right = oracle.continuousBernoulli(x, g);
    return { ...right, ...change(right, x, g) };
  });
/** Of a Gaussian, with something else in it. */
const gaussian = (
  change: (
    right: ScaledGaussianValue,
    x: Matrix,
    g: Matrix,
    logSigma: Vector,
  ) => Partial<ScaledGaussianValue>,
) =>
  scaled((x, g, logSigma) => {
    const right = oracle.scaledGaussian(x, g, logSigma);
    return { ...right, ...change(right, x, g, logSigma) };
  });
const at = (map: (logSigma: Vector, data: number) => Vector) =>
  scaled((x, g, logSigma) => {
    const right = oracle.scaledGaussian(x, g, map(logSigma, g[0]!.length));
    return { ...right, logSigmaGradient: right.logSigmaGradient.slice(0, logSigma.length) };
  });

/** Draws one by one, from the oracle's own sources. */
const drawing = (draw: typeof drawFrom) =>
  replacing("sampleLikelihood")((likelihood, g, seed, count) => {
    const next = { uniform: uniform(seed), normal: normal(seed) };
    return Array.from({ length: count }, () => draw(likelihood, g, next));
  });
const sigmoid = (g: number): number => 1 / (1 + Math.exp(-g));
const total = (v: Vector): number => v.reduce((sum, entry) => sum + entry, 0);

/** The faults, by the laws that must reject them. */
export const likelihoodMutants: readonly Mutant[] = planted({
  "L1": {
    "continuous-no-normaliser: the normaliser is the Bernoulli's, log(1 + eᵍ)": withMoments((_, g) => ({
      logNormaliser: Math.max(0, g) + Math.log1p(Math.exp(-Math.abs(g))),
    })),
    "continuous-normaliser-sign: log C is subtracted": withMoments(({ logNormaliser }, g) => ({
      logNormaliser: 2 * (Math.max(0, g) + Math.log1p(Math.exp(-Math.abs(g)))) - logNormaliser,
    })),
    "continuous-constant-near-half: C is 2 where |λ − ½| < 0.1": withMoments(({ logNormaliser }, g) => ({
      logNormaliser: Math.abs(sigmoid(g) - 0.5) < 0.1
        ? Math.max(0, g) + Math.log1p(Math.exp(-Math.abs(g))) - Math.LN2
        : logNormaliser,
    })),
    "continuous-no-series: the closed forms cancel near 0, and are NaN at 0": withMoments((_, g) => ({
      logNormaliser: Math.log(Math.expm1(g) / g),
      variance: 1 / g ** 2 - 1 / (4 * Math.sinh(g / 2) ** 2),
    })),
    "continuous-series-cut: the curvature is 1/12 up to |g| = 1": withMoments(({ variance }, g) => ({
      variance: Math.abs(g) < 1 ? 1 / 12 : variance,
    })),
    "continuous-mean-lambda: λ = σ(g) stands for the mean": withParts((_, x, g) => ({
      mean: mapped(g, sigmoid),
      gradient: mapped(g, (entry, b, j) => x[b]![j]! - sigmoid(entry)),
    })),
    "continuous-picture-lambda: pictures show λ": withParts((_, __, g) => ({ mean: mapped(g, sigmoid) })),
    "continuous-curvature-bernoulli: the curvature is λ(1 − λ)": withParts((_, __, g) => ({
      curvature: mapped(g, (entry) => sigmoid(entry) * sigmoid(-entry)),
    })),
    "continuous-curvature-of-mean: the curvature is m(1 − m) of the mean": withParts(({ mean }) => ({
      curvature: mapped(mean, (m) => m * (1 - m)),
    })),
    "continuous-deviation: the curvature is the standard deviation": withParts(({ curvature }) => ({
      curvature: mapped(curvature, Math.sqrt),
    })),
    "continuous-clamp: λ is held within 1e-6 of 0 and 1": continuous((x, g) =>
      oracle.continuousBernoulli(x, mapped(g, (entry) => Math.max(-13.8, Math.min(13.8, entry))))
    ),
    "continuous-per-pixel: the log-density is a mean over data": withParts(({ logDensity }, x) => ({
      logDensity: logDensity.map((entry) => entry / x[0]!.length),
    })),
  },
  "L2": {
    "scale-sigma: σ is given for log σ": at((logSigma) =>
      logSigma.map((entry) => Math.log(Math.abs(entry) + 1e-300))
    ),
    "scale-log-variance: log σ is taken for log σ²": at((logSigma) => logSigma.map((entry) => entry / 2)),
    "scale-without-log: log σ is left out of the density": gaussian(({ logDensity }, _, g, logSigma) => ({
      logDensity: logDensity.map((entry) =>
        entry + total(g[0]!.map((_, j) => logSigma[j % logSigma.length]!))
      ),
    })),
    "scale-log-once: log σ counts once, not for each datum": gaussian(({ logDensity }, _, g, logSigma) => ({
      logDensity: logDensity.map((entry) =>
        entry + total(g[0]!.map((_, j) => logSigma[j % logSigma.length]!)) - total(logSigma)
      ),
    })),
    "scale-without-constant: (n/2) log 2π is left out": gaussian(({ logDensity }, _, g) => ({
      logDensity: logDensity.map((entry) => entry + g[0]!.length * Math.log(2 * Math.PI) / 2),
    })),
    "scale-channels-first: channels are taken for the first axis of a picture": at((logSigma, data) =>
      Array.from({ length: data }, (_, j) => logSigma[Math.floor(j * logSigma.length / data)]!)
    ),
    "scale-clamped: log σ is held above −6": at((logSigma) => logSigma.map((entry) => Math.max(-6, entry))),
    "scale-curvature-sigma: the curvature is 1/σ": gaussian(({ curvature }) => ({
      curvature: mapped(curvature, Math.sqrt),
    })),
    "scale-curvature-one: the curvature is that of σ = 1": gaussian(({ curvature }) => ({
      curvature: mapped(curvature, () => 1),
    })),
    "scale-gradient-of-sigma: the gradient is in σ, not in log σ": gaussian((
      { logSigmaGradient },
      _,
      __,
      logSigma,
    ) => ({ logSigmaGradient: logSigmaGradient.map((entry, k) => entry / Math.exp(logSigma[k]!)) })),
    "scale-gradient-mean: the gradient in log σ is a mean over the batch": gaussian((
      { logSigmaGradient },
      x,
    ) => ({
      logSigmaGradient: logSigmaGradient.map((entry) => entry / x.length),
    })),
    "scale-detached: log σ has no gradient": gaussian(({ logSigmaGradient }) => ({
      logSigmaGradient: logSigmaGradient.map(() => 0),
    })),
  },
  "L3": {
    "draw-mean: what is drawn is the mean of p(x; g)": drawing((likelihood, g) =>
      likelihood.kind === "bernoulli"
        ? g.map(sigmoid)
        : likelihood.kind === "continuous-bernoulli"
        ? g.map((entry) => exponentialMoments(entry).mean)
        : [...g]
    ),
    "draw-variance: σ² is taken for σ": drawing((likelihood, g, next) =>
      drawFrom(
        likelihood.kind === "gaussian"
          ? { ...likelihood, variance: likelihood.variance ** 2 }
          : likelihood.kind === "scaled-gaussian"
          ? { ...likelihood, logSigma: likelihood.logSigma.map((entry) => 2 * entry) }
          : likelihood,
        g,
        next,
      )
    ),
    "draw-unit: every Gaussian has σ = 1": drawing((likelihood, g, next) =>
      drawFrom(likelihood.kind.endsWith("gaussian") ? { kind: "gaussian", variance: 1 } : likelihood, g, next)
    ),
    "draw-first-sigma: all data have the first σ": drawing((likelihood, g, next) =>
      drawFrom(
        likelihood.kind === "scaled-gaussian"
          ? { ...likelihood, logSigma: [likelihood.logSigma[0]!] }
          : likelihood,
        g,
        next,
      )
    ),
    "draw-rounded: pixels of the continuous Bernoulli are 0 or 1": drawing((likelihood, g, next) =>
      drawFrom(likelihood.kind === "continuous-bernoulli" ? { kind: "bernoulli" } : likelihood, g, next)
    ),
    "draw-lambda: a continuous Bernoulli pixel is uniform about its mean": drawing((likelihood, g, next) =>
      likelihood.kind === "continuous-bernoulli"
        ? g.map((entry) => {
          const { mean } = exponentialMoments(entry), width = Math.min(mean, 1 - mean);
          return mean + width * (2 * next.uniform() - 1);
        })
        : drawFrom(likelihood, g, next)
    ),
    "draw-logit-sign: the logit has another sign": drawing((likelihood, g, next) =>
      drawFrom(likelihood, likelihood.kind.endsWith("bernoulli") ? g.map((entry) => -entry) : g, next)
    ),
    "draw-threshold: a coin is 1 where the mean is above a half": drawing((likelihood, g, next) =>
      likelihood.kind === "bernoulli" ? g.map((entry) => entry > 0 ? 1 : 0) : drawFrom(likelihood, g, next)
    ),
    "draw-noise-shared: all data have the noise of the first": replacing("sampleLikelihood")(
      (likelihood, g, seed, count) => {
        const all = g.map((_, j) => {
          const own = likelihood.kind === "scaled-gaussian"
            ? { ...likelihood, logSigma: [likelihood.logSigma[j % likelihood.logSigma.length]!] }
            : likelihood;
          return oracle.sampleLikelihood(own, [g[j]!], seed, count);
        });
        return Array.from({ length: count }, (_, k) => g.map((_, j) => all[j]![k]![0]!));
      },
    ),
    "draw-twice: each draw comes twice": replacing("sampleLikelihood")((likelihood, g, seed, count) => {
      const half = oracle.sampleLikelihood(likelihood, g, seed, Math.ceil(count / 2));
      return Array.from({ length: count }, (_, k) => half[Math.floor(k / 2)]!);
    }),
    "draw-seed: the seed is ignored": replacing("sampleLikelihood")((likelihood, g, _, count) =>
      oracle.sampleLikelihood(likelihood, g, 0, count)
    ),
    "draw-uniform: the noise of a Gaussian is uniform, of the right variance": drawing(
      (likelihood, g, next) => {
        const flat = (): number => Math.sqrt(3) * (2 * next.uniform() - 1);
        return drawFrom(likelihood, g, { ...next, normal: flat });
      },
    ),
  },
});
