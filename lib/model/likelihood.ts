/**
 * Likelihoods p(x; g), pixel-wise independent: log-density, gradient and curvature in the decoder's output g.
 *
 * @module
 */

import {
  assertShape,
  type Axes,
  drawn,
  type Key,
  normalTensor,
  squaredDistance,
  tf,
  uniform,
} from "../engine/mod.ts";
import type { ParameterShape } from "../network/mod.ts";
import { bernoulliEnergy } from "./bernoulli.ts";
import { scaledGaussian } from "./scaled_gaussian.ts";

/**
 * A pixel-wise independent likelihood; {@link gaussian} and {@link bernoulli} are two of them, and so is whatever has these methods. x is
 * `[batch, data]`, and g as well, unless a likelihood takes more outputs of the decoder, such as a scale.
 *
 * The curvature stands for −H_p in the objectives. Where −H_p depends on x or may be negative, give the Fisher information
 * E[−H_p], its mean over x: for a Gaussian and for Bernoulli logits they are equal.
 */
export interface Likelihood {
  /** The name of its kind, as in "gaussian". */
  readonly kind: string;
  /** σ² with w = 1/σ² for every pixel and every g; null where w is not one number. */
  readonly variance: number | null;
  /** The numbers for which there is a density: finite, and from the first to the second. */
  readonly support: readonly [from: number, to: number];
  /** log p(x; g) in nats, summed over data, constants kept: `[batch]`. */
  logDensity(x: tf.Tensor, g: tf.Tensor): tf.Tensor;
  /** −log p(x; g) less its constant, so that a perfect Gaussian reconstruction costs 0: `[batch]`. */
  energy(x: tf.Tensor, g: tf.Tensor): tf.Tensor;
  /** ∂ log p/∂g: of the shape of g. */
  gradient(x: tf.Tensor, g: tf.Tensor): tf.Tensor;
  /** w = −diag H_p ≥ 0: of the shape of g. */
  curvature(g: tf.Tensor): tf.Tensor;
  /** √w, of the shape of g, smooth where w vanishes; null where w = 1 everywhere. */
  rootCurvature(g: tf.Tensor): tf.Tensor | null;
  /** E[x] given g, what a picture shows: `[batch, data]`. */
  mean(g: tf.Tensor): tf.Tensor;
  /** x ~ p(x; g), from the key alone: `[batch, data]`; absent where there is none. See {@link sampleLikelihood}. */
  sample?(g: tf.Tensor, key: Key): tf.Tensor;
  /** Its own parameters, which are trained with those of the networks; absent where it has none. */
  readonly learned?: {
    /** Names and shapes; in a model's checkpoint the names begin with `likelihood.`. */
    readonly shapes: readonly ParameterShape[];
    /** To start from. */
    initial(): tf.Tensor[];
    /** The likelihood at these parameters, in the order of the shapes. */
    bind(parameters: readonly tf.Tensor[]): Likelihood;
  };
}

function check(doing: string, g: tf.Tensor, x?: tf.Tensor): void {
  const axes: Axes = new Map();
  assertShape(doing, "g", g, "batch data", axes);
  if (x) assertShape(doing, "x", x, "batch data", axes);
}

/**
 * Requires a likelihood, and neither its name nor the function that makes it.
 *
 * @throws TypeError that says how to make one
 */
export function assertLikelihood(doing: string, given: Likelihood): void {
  if (typeof given?.logDensity === "function") return;
  const found = typeof given === "function"
    ? `the function ${(given as () => unknown).name}`
    : JSON.stringify(given);
  throw new TypeError(
    `${doing}: the likelihood must be a value such as gaussian() or bernoulli(), but it is ${found}; call the function`,
  );
}

/** Numbers that are uniform on [0, 1), of the shape of g. */
export const uniformLike = (g: tf.Tensor, key: Key): tf.Tensor =>
  drawn(key, g.shape, (from) => uniform(from, g.size));

/**
 * x ~ p(x; g): pixels with their noise, where {@link Likelihood.mean} has pixels without.
 *
 * ```ts
 * import { key, startEngine, tf } from "../engine/mod.ts";
 * import { bernoulli, sampleLikelihood } from "./mod.ts";
 *
 * await startEngine("wasm");
 * const x = sampleLikelihood(bernoulli(), tf.zeros([2, 3]), key(1));
 * console.assert(x.dataSync().every((pixel) => pixel === 0 || pixel === 1));
 * ```
 *
 * @param g decoder outputs `[batch, data]`
 * @param key of the draws: the same key gives the same
 * @throws TypeError for a likelihood that draws no samples
 */
export function sampleLikelihood(likelihood: Likelihood, g: tf.Tensor, key: Key): tf.Tensor {
  assertLikelihood("sampleLikelihood", likelihood);
  if (likelihood.sample) return likelihood.sample(g, key);
  throw new TypeError(
    `sampleLikelihood: the likelihood must have a method sample, but "${likelihood.kind}" has none; give it one`,
  );
}

/** The same likelihood, with its arguments checked. */
function checked(likelihood: Required<Omit<Likelihood, "learned">>): Likelihood {
  const atG = <T>(f: (g: tf.Tensor) => T) => (g: tf.Tensor): T => {
    check(likelihood.kind, g);
    return f(g);
  };
  const atBoth =
    (f: (x: tf.Tensor, g: tf.Tensor) => tf.Tensor) => (x: tf.Tensor, g: tf.Tensor): tf.Tensor => {
      check(likelihood.kind, g, x);
      return f(x, g);
    };
  return {
    ...likelihood,
    energy: atBoth(likelihood.energy),
    logDensity: atBoth(likelihood.logDensity),
    gradient: atBoth(likelihood.gradient),
    curvature: atG(likelihood.curvature),
    rootCurvature: atG(likelihood.rootCurvature),
    mean: atG(likelihood.mean),
    sample: (g, key) => {
      check(likelihood.kind, g);
      return likelihood.sample(g, key);
    },
  };
}

/**
 * N(x; g, σ² I).
 *
 * ```math
 * log p = −‖x − g‖²/(2σ²) − (n/2) log(2πσ²)
 * H_p = −I/σ²
 * ```
 *
 * With `{ count }` in place of a number σ is learned: log σ is among the parameters of the model, as `likelihood.logSigma`. There is one σ
 * for all data (`count` 1, by default), one a channel (`count` their number: data j has σ of j modulo it, as pixels hold their channels
 * together), or one each. All are `initial` at the start, 1 by default. The energy then has log σ, without which every σ would grow without end:
 *
 * ```math
 * −log p = ∑ⱼ (xⱼ − gⱼ)²/(2σⱼ²) + log σⱼ + ½ log 2π
 * H_p = −diag 1/σ²
 * ```
 *
 * At the best σ, σ² is the mean squared residual, with what the spread of z adds to it. One σ and β stand for each other: the loss at (σ, β)
 * is that at (1, βσ²), over σ², and n log σ. So a β beside a learned σ weighs σ, too.
 *
 * Source: Rybkin, Daniilidis, Levine, *Simple and Effective VAE Training with Calibrated Decoders*, 2021.
 *
 * @param variance σ² > 0, or how many σ are learned
 * @throws RangeError for another variance, a count that is no whole number from 1, or an initial σ that is not above 0
 */
export function gaussian(
  variance: number | { readonly count?: number; readonly initial?: number } = 1,
): Likelihood {
  if (typeof variance === "object") return scaledGaussian(variance);
  if (!(variance > 0 && variance < Infinity)) {
    throw new RangeError(`gaussian: the variance must be a number above 0, but it is ${variance}`);
  }
  const energy = (x: tf.Tensor, g: tf.Tensor): tf.Tensor => tf.mul(0.5 / variance, squaredDistance(x, g));
  return checked({
    kind: "gaussian",
    variance,
    support: [-Infinity, Infinity],
    energy,
    logDensity: (x, g) => tf.sub(-0.5 * g.shape[1]! * Math.log(2 * Math.PI * variance), energy(x, g)),
    gradient: (x, g) => tf.mul(1 / variance, tf.sub(x, g)),
    curvature: (g) => tf.mul(1 / variance, tf.onesLike(g)),
    rootCurvature: (g) => (variance === 1 ? null : tf.mul(1 / Math.sqrt(variance), tf.onesLike(g))),
    mean: (g) => g,
    sample: (g, key) => tf.add(g, tf.mul(Math.sqrt(variance), normalTensor(key, g.shape))),
  });
}

/**
 * Bernoulli with logits g, for x in [0, 1].
 *
 * ```math
 * log p = ∑ⱼ xⱼ gⱼ − log(1 + exp(gⱼ))
 * H_p = −diag(m(1 − m)), m = σ(g)
 * ```
 *
 * Beyond [0, 1] that is no density, and unbounded in g: x is checked where it enters a training.
 */
export function bernoulli(): Likelihood {
  const energy = bernoulliEnergy;
  return checked({
    kind: "bernoulli",
    variance: null,
    support: [0, 1],
    energy,
    logDensity: (x, g) => tf.neg(energy(x, g)),
    gradient: (x, g) => tf.sub(x, tf.sigmoid(g)),
    // σ(g) σ(−g), which keeps its relative accuracy where 1 − m would round to 0.
    curvature: (g) => tf.mul(tf.sigmoid(g), tf.sigmoid(tf.neg(g))),
    // √(m(1 − m)) = exp(−½(log(1 + eᵍ) + log(1 + e⁻ᵍ))): √ itself has no derivative where m saturates.
    rootCurvature: (g) => tf.exp(tf.mul(-0.5, tf.add(tf.softplus(g), tf.softplus(tf.neg(g))))),
    mean: (g) => tf.sigmoid(g),
    // 1 where u < m.
    sample: (g, key) => tf.step(tf.sub(tf.sigmoid(g), uniformLike(g, key))),
  });
}
