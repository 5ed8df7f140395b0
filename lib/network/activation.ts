/**
 * Activation functions with their first and second derivatives.
 *
 * @module
 */

import { detach, tf } from "../engine/mod.ts";

/** The names of the activation functions. */
export const ACTIVATION_NAMES = [
  "identity",
  "relu",
  "leaky-relu",
  "tanh",
  "sigmoid",
  "softplus",
  "elu",
  "gelu",
] as const;
/** The name of an activation function. */
export type ActivationName = typeof ACTIVATION_NAMES[number];

/** φ(u) = u above 0, and `slope` u below: what is fused into the kernels of a layer. */
export interface PiecewiseLinear {
  /** From 0 to 1. */
  readonly slope: number;
}

/** Another φ and its derivatives, elementwise, each differentiable by a reverse pass. */
export interface Smooth {
  readonly slope: null;
  /** φ(u) */
  readonly value: (u: tf.Tensor) => tf.Tensor;
  /** φ′(u), given y = φ(u). */
  readonly first: (u: tf.Tensor, y: tf.Tensor) => tf.Tensor;
  /** φ″(u), given y = φ(u). */
  readonly second: (u: tf.Tensor, y: tf.Tensor) => tf.Tensor;
}

/** The slope of leaky-relu below 0. */
export const LEAKY_SLOPE = 0.2;

const oneMinus = (x: tf.Tensor): tf.Tensor => tf.sub(1, x);
/** 1 − σ(u), which keeps its digits where σ(u) is near 1. */
const sigmoidOfNegative = (u: tf.Tensor): tf.Tensor => tf.sigmoid(tf.neg(u));
/** 1 − tanh² u = 4 σ(2u) σ(−2u), which keeps its digits where tanh u is near 1. */
const tanhSlope = (u: tf.Tensor): tf.Tensor => {
  const twice = tf.mul(2, u);
  return tf.mul(4, tf.mul(tf.sigmoid(twice), sigmoidOfNegative(twice)));
};
/** Φ(u), the distribution function of N(0, 1). */
const normalCdf = (u: tf.Tensor): tf.Tensor => tf.mul(0.5, tf.add(1, tf.erf(tf.mul(u, Math.SQRT1_2))));
/** The density of N(0, 1). */
const normalPdf = (u: tf.Tensor): tf.Tensor =>
  tf.mul(1 / Math.sqrt(2 * Math.PI), tf.exp(tf.mul(-0.5, tf.square(u))));
const exponentialBelow0 = (u: tf.Tensor): tf.Tensor => tf.exp(tf.minimum(u, 0));

/**
 * The activation functions. Slopes of the piecewise linear ones are constants to a reverse pass; at the kink 0 the slope
 * is that of the left side.
 */
export const ACTIVATIONS: Readonly<Record<ActivationName, PiecewiseLinear | Smooth>> = {
  identity: { slope: 1 },
  relu: { slope: 0 },
  "leaky-relu": { slope: LEAKY_SLOPE },
  tanh: {
    slope: null,
    value: tf.tanh,
    first: (u) => tanhSlope(u),
    second: (u, y) => tf.mul(tf.mul(-2, y), tanhSlope(u)),
  },
  sigmoid: {
    slope: null,
    value: tf.sigmoid,
    first: (u, y) => tf.mul(y, sigmoidOfNegative(u)),
    second: (u, y) => {
      const z = sigmoidOfNegative(u);
      return tf.mul(tf.mul(y, z), tf.sub(z, y));
    },
  },
  softplus: {
    slope: null,
    value: tf.softplus,
    first: (u) => tf.sigmoid(u),
    second: (u) => tf.mul(tf.sigmoid(u), sigmoidOfNegative(u)),
  },
  elu: {
    slope: null,
    value: tf.elu,
    first: exponentialBelow0,
    second: (u) => tf.mul(detach(oneMinus(tf.step(u))), exponentialBelow0(u)),
  },
  gelu: {
    slope: null,
    value: (u) => tf.mul(u, normalCdf(u)),
    first: (u) => tf.add(normalCdf(u), tf.mul(u, normalPdf(u))),
    // u² exp(−u²/2) as a square, since u² overflows where exp(−u²/2) is 0.
    second: (u) => {
      const root = tf.mul(u, tf.exp(tf.mul(-0.25, tf.square(u))));
      return tf.sub(tf.mul(2, normalPdf(u)), tf.mul(1 / Math.sqrt(2 * Math.PI), tf.square(root)));
    },
  },
};
