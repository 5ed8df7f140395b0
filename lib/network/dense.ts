/**
 * The dense layer: a description, and what it does to values and to derivatives.
 *
 * @module
 */

import { detach, tf } from "../engine/mod.ts";
import { ACTIVATION_NAMES, type ActivationName, ACTIVATIONS } from "./activation.ts";
import { applyLayers } from "./piecewise_linear.ts";

/** y = φ(x W + b), W `[inputs, outputs]`. */
export interface Dense {
  /** Size of x. */
  readonly inputs: number;
  /** Size of y. */
  readonly outputs: number;
  /** φ. */
  readonly activation: ActivationName;
}

/**
 * Describes a dense layer.
 *
 * @param inputs size of x, from 1
 * @param outputs size of y, from 1
 * @throws RangeError for a size or an unknown activation
 */
export function dense(inputs: number, outputs: number, activation: ActivationName): Dense {
  for (const [name, size] of Object.entries({ inputs, outputs })) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`dense: ${name} must be a whole number from 1, but it is ${size}`);
    }
  }
  if (!ACTIVATION_NAMES.includes(activation)) {
    throw new RangeError(
      `dense: activation must be one of ${ACTIVATION_NAMES.join(", ")}, but it is "${activation}"`,
    );
  }
  return { inputs, outputs, activation };
}

/** W and b of one layer. */
export interface DenseParameters {
  readonly weight: tf.Tensor;
  readonly bias: tf.Tensor;
}

/** A factor per example and unit, for all tangents: `[batch, outputs]` → `[batch, 1, outputs]`. */
const perTangent = (factor: tf.Tensor): tf.Tensor =>
  tf.reshape(factor, [factor.shape[0]!, 1, factor.shape[1]!]);

/** T W for tangents `[batch, tangent, inputs]` and W `[inputs, outputs]`. */
export function product(tangents: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  const [batch, count, inputs] = tangents.shape as [number, number, number];
  const flat = tf.matMul(tf.reshape(tangents, [batch * count, inputs]), weight);
  return tf.reshape(flat, [batch, count, weight.shape[1]!]);
}

/** φ(x W + b). */
export function applyDense(layer: Dense, parameters: DenseParameters, x: tf.Tensor): tf.Tensor {
  const activation = ACTIVATIONS[layer.activation];
  const u = applyLayers([{ ...parameters, slope: activation.slope ?? 1 }], x);
  return activation.slope === null ? activation.value(u) : u;
}

/** What goes from layer to layer when derivatives are pushed forward. */
export interface Pushed {
  /** `[batch, outputs]` */
  readonly value: tf.Tensor;
  /** d/dt of the value along every tangent: `[batch, tangent, outputs]`. */
  readonly first: tf.Tensor;
  /** d²/dt² likewise, if it was asked for; null while it is still zero. */
  readonly second: tf.Tensor | null;
}

/**
 * y = φ(u), ẏ = φ′(u) u̇, ÿ = φ″(u) u̇² + φ′(u) ü with u = x W + b, u̇ = ẋ W, ü = ẍ W.
 *
 * @param wantSecond whether ÿ is needed
 */
export function pushDense(
  layer: Dense,
  { weight, bias }: DenseParameters,
  x: Pushed,
  wantSecond: boolean,
): Pushed {
  const activation = ACTIVATIONS[layer.activation];
  if (activation.slope !== null) {
    const { slope } = activation;
    const value = applyLayers([{ weight, bias, slope }], x.value);
    const factor = slope === 1 ? null : perTangent(detach(tf.step(value, slope)));
    const push = (tangents: tf.Tensor): tf.Tensor =>
      factor ? tf.mul(product(tangents, weight), factor) : product(tangents, weight);
    return { value, first: push(x.first), second: x.second && push(x.second) };
  }
  const u = applyLayers([{ weight, bias, slope: 1 }], x.value);
  const uFirst = product(x.first, weight);
  const value = activation.value(u);
  const slope = perTangent(activation.first(u, value));
  const first = tf.mul(uFirst, slope);
  if (!wantSecond) return { value, first, second: null };
  const bent = tf.mul(tf.square(uFirst), perTangent(activation.second(u, value)));
  const second = x.second ? tf.add(bent, tf.mul(product(x.second, weight), slope)) : bent;
  return { value, first, second };
}
