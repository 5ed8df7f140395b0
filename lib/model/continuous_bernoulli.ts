/**
 * The logarithm of the normaliser of the continuous Bernoulli, and its derivatives: mean, variance, third cumulant.
 *
 * @module
 */

import { assertShape, type Axes, defineKernel, type Kernel, tf } from "../engine/mod.ts";
import { type Likelihood, uniformLike } from "./likelihood.ts";

/** Coefficients of log(sinh u/u) = ∑ cₖ u²ᵏ: 2²ᵏ B₂ₖ/(2k (2k)!). Up to |u| = 1 their rest is below 10⁻¹². */
const SERIES = [
  1 / 6,
  -1 / 180,
  1 / 2835,
  -1 / 37800,
  1 / 467775,
  -691 / 3831077250,
  2 / 127702575,
  -3617 / 2605132530000,
  43867 / 350813659321125,
  -174611 / 15313294652906250,
  155366 / 147926426347074375,
  -236364091 / 2423034863565078262500,
];

/** n (n − 1) … of `count` factors. */
const falling = (n: number, count: number): number => count === 0 ? 1 : n * falling(n - 1, count - 1);

/** Of each order: the coefficients of its series in u², the last first, and the power of u before it. */
const DERIVATIVES = [0, 1, 2, 3].map((order) => {
  const terms = SERIES.map((c, i) => ({ power: 2 * (i + 1) - order, value: c * falling(2 * (i + 1), order) }))
    .filter(({ power }) => power >= 0);
  return { power: terms[0]!.power, coefficients: terms.map(({ value }) => value).reverse() };
});

/** log(sinh u/u) or its derivative of that order, by the series: |u| ≤ 1. */
function near(u: number, order: number): number {
  const { power, coefficients } = DERIVATIVES[order]!, square = u * u;
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * square + coefficient;
  return power === 0 ? sum : power === 1 ? sum * u : sum * square;
}

/** A⁽ᵒʳᵈᵉʳ⁾(g) of A(g) = log((eᵍ − 1)/g), order 0 to 3. */
function cumulant(g: number, order: number): number {
  const u = g / 2, size = Math.abs(g);
  if (size < 2) return (order === 0 ? u : order === 1 ? 1 / 2 : 0) + near(u, order) / 2 ** order;
  const q = Math.exp(-size), rest = -Math.expm1(-size);
  switch (order) {
    case 0:
      return Math.max(0, g) - Math.log(size) + Math.log1p(-q);
    case 1: {
      // The mean of −|g|, whose parts do not cancel, or 1 less it.
      const low = 1 / size - q / rest;
      return g > 0 ? 1 - low : low;
    }
    case 2:
      return 1 / size ** 2 - q / rest ** 2;
    default:
      return Math.sign(g) * (-2 / size ** 3 + q * (1 + q) / rest ** 3);
  }
}

/** The same by ordinary operations, in single precision. */
function composed(g: tf.Tensor, order: number): tf.Tensor {
  const size = tf.abs(g), far = tf.step(tf.sub(size, 2));
  // Each branch at numbers for which it is finite.
  const u = tf.mul(0.5, tf.sub(g, tf.mul(far, g)));
  const square = tf.square(u);
  let sum: tf.Tensor = tf.zerosLike(g);
  for (let k = SERIES.length; k >= 1; k--) {
    if (2 * k < order) continue;
    const own = SERIES[k - 1]! * falling(2 * k, order) / 2 ** order;
    // Powers of u², the odd one put on at the end.
    sum = tf.add(tf.mul(sum, square), own);
  }
  const least = Math.ceil(order / 2) || 1, power = 2 * least - order;
  for (let i = 0; i < power; i++) sum = tf.mul(sum, u);
  const close = tf.add(sum, order === 0 ? u : [0, 0.5, 0, 0][order]!);
  const s = tf.maximum(size, 2), q = tf.exp(tf.neg(s)), rest = tf.sub(1, q), positive = tf.step(g);
  const sign = tf.sub(tf.mul(2, positive), 1);
  const low = tf.sub(tf.div(1, s), tf.div(q, rest));
  const beyond = [
    (): tf.Tensor => tf.add(tf.sub(tf.relu(g), tf.log(s)), tf.log(rest)),
    (): tf.Tensor => tf.add(positive, tf.mul(tf.neg(sign), low)),
    (): tf.Tensor => tf.sub(tf.div(1, tf.square(s)), tf.div(q, tf.square(rest))),
    (): tf.Tensor =>
      tf.mul(
        sign,
        tf.sub(
          tf.div(tf.mul(q, tf.add(1, q)), tf.mul(rest, tf.square(rest))),
          tf.div(2, tf.mul(s, tf.square(s))),
        ),
      ),
  ][order]!();
  return tf.add(tf.mul(far, beyond), tf.mul(tf.sub(1, far), close));
}

const cumulantKernel: Kernel<{ readonly order: number }> = defineKernel({
  name: "GraeContinuousBernoulliCumulant",
  shapes: ([g]) => [[...g!]],
  compute: ([g], [out], { order }) => out!.forEach((_, i) => out![i] = cumulant(g![i]!, order)),
  compose: ([g], { order }) => [composed(g!, order)],
  gradient: ([dy], [g], { order }) => [() => {
    if (order < 3) return tf.mul(dy!, cumulantKernel([g!], { order: order + 1 })[0]!);
    throw new RangeError("continuous-bernoulli: the curvature may be differentiated once, but it is twice");
  }],
});

/** A derivative of A, entry by entry. */
const derivative = (g: tf.Tensor, order: number): tf.Tensor => cumulantKernel([g], { order })[0]!;

/** Below this |g| the quantile is by a series. */
const SMALL = 2 ** -4;

/** The x below which a share u of the density ∝ exp(g x) lies: log(1 + u (eᵍ − 1))/g. */
function quantile(g: number, u: number): number {
  const s = Math.abs(g);
  // Of |g|, which has no overflow by its other form, or 1 less it.
  const high = s < 1e-12
    ? u
    : s < 1
    ? Math.log1p(u * Math.expm1(s)) / s
    : Math.max(0, 1 + Math.log(u + (1 - u) * Math.exp(-s)) / s);
  return g < 0 ? 1 - high : high;
}

/** The same by ordinary operations: the cumulants of a Bernoulli variable of mean u are the coefficients of the series. */
function composedQuantile(g: tf.Tensor, u: tf.Tensor): tf.Tensor {
  const size = tf.abs(g), far = tf.step(tf.sub(size, SMALL)), rest = tf.sub(1, u);
  const s = tf.sub(size, tf.mul(far, size)), v = tf.mul(u, rest), skew = tf.sub(rest, u);
  const third = tf.mul(v, skew), fourth = tf.mul(v, tf.sub(1, tf.mul(6, v)));
  const series = [tf.mul(1 / 24, fourth), tf.mul(1 / 6, third), tf.mul(1 / 2, v), u]
    .reduce((sum, coefficient) => tf.add(tf.mul(sum, s), coefficient));
  const own = tf.maximum(size, SMALL);
  const beyond = tf.relu(tf.add(1, tf.div(tf.log(tf.add(u, tf.mul(rest, tf.exp(tf.neg(own))))), own)));
  const high = tf.add(tf.mul(far, beyond), tf.mul(tf.sub(1, far), series));
  const negative = tf.step(tf.neg(g));
  return tf.add(tf.mul(negative, tf.sub(1, high)), tf.mul(tf.sub(1, negative), high));
}

const quantileKernel: Kernel<Record<string, never>> = defineKernel({
  name: "GraeContinuousBernoulliQuantile",
  shapes: ([g]) => [[...g!]],
  compute: ([g, u], [out]) => out!.forEach((_, i) => out![i] = quantile(g![i]!, u![i]!)),
  compose: ([g, u]) => [composedQuantile(g!, u!)],
});

/**
 * Continuous Bernoulli with logits g, for x in [0, 1]: the density ∝ exp(g x).
 *
 * ```math
 * log p = ∑ⱼ xⱼ gⱼ − A(gⱼ), A(g) = log((eᵍ − 1)/g)
 * E[x] = dA/dg, H_p = −diag d²A/dg²
 * ```
 *
 * It is the Bernoulli density of grey pixels with the normaliser that those lack. Up to |g| = 2 all is by a series: nothing is
 * subtracted where λ = σ(g) is near ½.
 *
 * Source: Loaiza-Ganem, Cunningham, *The Continuous Bernoulli*, 2019.
 */
export function continuousBernoulli(): Likelihood {
  const checked = (g: tf.Tensor, x?: tf.Tensor): void => {
    const axes: Axes = new Map();
    assertShape("continuous-bernoulli", "g", g, "batch data", axes);
    if (x) assertShape("continuous-bernoulli", "x", x, "batch data", axes);
  };
  const energy = (x: tf.Tensor, g: tf.Tensor): tf.Tensor => {
    checked(g, x);
    return tf.sum(tf.sub(derivative(g, 0), tf.mul(x, g)), 1);
  };
  const at = (order: number) => (g: tf.Tensor): tf.Tensor => {
    checked(g);
    return derivative(g, order);
  };
  return {
    kind: "continuous-bernoulli",
    variance: null,
    support: [0, 1],
    energy,
    logDensity: (x, g) => tf.neg(energy(x, g)),
    gradient: (x, g) => {
      checked(g, x);
      return tf.sub(x, derivative(g, 1));
    },
    curvature: at(2),
    // A″ is 1/g² at most sizes: it does not vanish before the square of g overflows.
    rootCurvature: (g) => tf.sqrt(at(2)(g)),
    mean: at(1),
    sample: (g, key) => {
      checked(g);
      return quantileKernel([g, uniformLike(g, key)], {})[0]!;
    },
  };
}
