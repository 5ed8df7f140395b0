/**
 * Layers that normalise each example by its own mean and variance, with exact first and second derivatives.
 *
 * @module
 */

import { tf } from "../engine/mod.ts";
import { assertSizes, type ImageLayer, type ImageShape } from "./image.ts";
import type { DifferentiableLayer } from "./layer.ts";

/** Added to variances by default. */
const EPSILON = 1e-5;

/** What {@link layerNorm} takes. */
export interface LayerNormOptions {
  /** Of x. */
  readonly size: number;
  /** Added to the variance; 1e-5 by default, as in PyTorch (1e-3 in Keras). */
  readonly epsilon?: number;
}

/** What {@link groupNorm} takes. */
export interface GroupNormOptions {
  /** The axes of x. */
  readonly input: ImageShape;
  /** How many groups of channels, next to each other; a divisor of the channels. */
  readonly groups: number;
  /** Added to the variances; 1e-5 by default, as in PyTorch (1e-3 in Keras). */
  readonly epsilon?: number;
}

/**
 * Describes a layer that normalises all numbers of an example: y = γ (x − mean x)/√(mean (x − mean x)² + ε) + b.
 *
 * Parameters are `weight`, γ `[size]`, which starts at 1, and `bias`, b `[size]`, which starts at 0.
 *
 * Source: Ba, Kiros & Hinton, *Layer normalization*, 2016.
 *
 * @throws RangeError for a size that is not a whole number from 1, and for an ε that is not positive
 */
export function layerNorm({ size, epsilon = EPSILON }: LayerNormOptions): DifferentiableLayer {
  assertSizes("layerNorm", { size: [[size], 1] });
  assertEpsilon("layerNorm", epsilon);
  return normalisation({ places: 1, groups: 1, members: size, epsilon });
}

/**
 * Describes a layer that normalises each group of channels over all pixels of an image, as {@link layerNorm} does over all
 * numbers.
 *
 * Parameters are `weight`, γ `[channels]`, which starts at 1, and `bias`, b `[channels]`, which starts at 0.
 *
 * Source: Wu & He, *Group normalization*, 2018.
 *
 * @throws RangeError for a size that is not a whole number from 1, for groups that do not divide the channels, and for an ε
 * that is not positive
 */
export function groupNorm({ input, groups, epsilon = EPSILON }: GroupNormOptions): ImageLayer {
  assertSizes("groupNorm", { input: [input, 3], groups: [[groups], 1] });
  assertEpsilon("groupNorm", epsilon);
  const [height, width, channels] = input;
  if (channels % groups !== 0) {
    throw new RangeError(
      `groupNorm: groups must divide the channels, ${channels}, but they are ${groups}; take a divisor`,
    );
  }
  const sizes = { places: height * width, groups, members: channels / groups, epsilon };
  return { ...normalisation(sizes), input, output: input };
}

/** @throws RangeError unless ε is positive: where all numbers are equal, the derivative is divided by its root */
function assertEpsilon(doing: string, epsilon: number): void {
  if (!(epsilon > 0 && epsilon < Infinity)) {
    throw new RangeError(`${doing}: epsilon must be above 0, but it is ${epsilon}`);
  }
}

/** An example is `[place, group, member]`, with one γ and one b for each member of each group. */
interface Sizes {
  readonly places: number;
  readonly groups: number;
  readonly members: number;
  readonly epsilon: number;
}

/**
 * n = s (x − mean x) with s = (var x + ε)^−½. With p = s (ẋ − mean ẋ), q = s (ẍ − mean ẍ) and m = mean(n p):
 * ṅ = p − m n, and n̈ = q − 2 m p + (3 m² − mean p² − mean(n q)) n.
 */
function normalisation({ places, groups, members, epsilon }: Sizes): DifferentiableLayer {
  const size = places * groups * members, width = groups * members;
  /** `[batch, tangent, place, group, member]` */
  const split = (t: tf.Tensor): tf.Tensor => tf.reshape(t, [t.shape[0]!, -1, places, groups, members]);
  const mean = (t: tf.Tensor): tf.Tensor => tf.mean(t, [2, 4], true);
  const centred = (t: tf.Tensor): tf.Tensor => tf.sub(t, mean(t));
  const scaled = (weight: tf.Tensor, t: tf.Tensor): tf.Tensor =>
    tf.mul(t, tf.reshape(weight, [groups, members]));
  const normalised = (x: tf.Tensor): { n: tf.Tensor; s: tf.Tensor } => {
    const u = centred(split(x));
    const s = tf.div(1, tf.sqrt(tf.add(mean(tf.square(u)), epsilon)));
    return { n: tf.mul(u, s), s };
  };
  const value = (weight: tf.Tensor, bias: tf.Tensor, n: tf.Tensor): tf.Tensor =>
    tf.reshape(tf.add(scaled(weight, n), tf.reshape(bias, [groups, members])), [n.shape[0]!, size]);
  return {
    inputs: size,
    outputs: size,
    parameters: [{ name: "weight", shape: [width] }, { name: "bias", shape: [width] }],
    initial: () => [tf.tensor(new Float32Array(width).fill(1), [width]), tf.zeros([width])],
    apply: ([weight, bias], x) => value(weight!, bias!, normalised(x).n),
    push([weight, bias], x, wantSecond) {
      const { n, s } = normalised(x.value), { shape } = x.first;
      const pushed = (t: tf.Tensor): tf.Tensor => tf.reshape(scaled(weight!, t), shape);
      const p = tf.mul(centred(split(x.first)), s), m = mean(tf.mul(n, p));
      const y = { value: value(weight!, bias!, n), first: pushed(tf.sub(p, tf.mul(m, n))) };
      if (!wantSecond) return { ...y, second: null };
      const bend = tf.sub(tf.mul(3, tf.square(m)), mean(tf.square(p)));
      const curved = tf.sub(tf.mul(bend, n), tf.mul(tf.mul(2, m), p));
      if (!x.second) return { ...y, second: pushed(curved) };
      const q = tf.mul(centred(split(x.second)), s);
      return { ...y, second: pushed(tf.add(curved, tf.sub(q, tf.mul(mean(tf.mul(n, q)), n)))) };
    },
  };
}
