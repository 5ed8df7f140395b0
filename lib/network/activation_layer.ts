/**
 * φ by itself: where a normalisation, or a sum, comes between a linear layer and its activation.
 *
 * @module
 */

import { detach, tf } from "../engine/mod.ts";
import {
  ACTIVATION_NAMES,
  type ActivationName,
  ACTIVATIONS,
  type PiecewiseLinear,
  type Smooth,
} from "./activation.ts";
import { assertSizes, type ImageShape, sizeOfImage } from "./image.ts";
import type { DifferentiableLayer, Pushed } from "./layer.ts";

/** What {@link activationLayer} takes. */
export interface ActivationLayerOptions {
  /** Of x: its axes if it is an image, else its size. */
  readonly input: ImageShape | number;
  /** φ */
  readonly activation: ActivationName;
}

/**
 * Describes y = φ(x), number by number, without parameters. Where φ is that of the layer before, say so there: it is fused.
 *
 * ```ts
 * import { activationLayer, groupNorm } from "./mod.ts";
 * const input = [8, 8, 16] as const;
 * const layers = [groupNorm({ input, groups: 4 }), activationLayer({ input, activation: "relu" })];
 * console.assert(layers[1]!.outputs === 1024);
 * ```
 *
 * @throws RangeError for a size or an unknown activation
 */
export function activationLayer({ input, activation }: ActivationLayerOptions): DifferentiableLayer {
  const isImage = typeof input !== "number";
  assertSizes("activationLayer", { input: isImage ? [input, 3] : [[input], 1] });
  if (!ACTIVATION_NAMES.includes(activation)) {
    throw new RangeError(
      `activationLayer: activation must be one of ${ACTIVATION_NAMES.join(", ")}, but it is "${activation}"`,
    );
  }
  const size = isImage ? sizeOfImage(input) : input, phi = ACTIVATIONS[activation];
  return {
    inputs: size,
    outputs: size,
    ...isImage && { input, output: input },
    parameters: [],
    initial: () => [],
    apply: (_, x) => activated(phi, x),
    push: (_, x, wantSecond) => pushActivation(phi, x, wantSecond),
  };
}

/** φ(u) */
function activated(phi: PiecewiseLinear | Smooth, u: tf.Tensor): tf.Tensor {
  if (phi.slope === null) return phi.value(u);
  return phi.slope === 1 ? u : phi.slope === 0 ? tf.relu(u) : tf.leakyRelu(u, phi.slope);
}

/** y = φ(u), ẏ = φ′(u) u̇, ÿ = φ″(u) u̇² + φ′(u) ü; φ′ of a piecewise linear φ is a constant to a reverse pass. */
export function pushActivation(phi: PiecewiseLinear | Smooth, u: Pushed, wantSecond: boolean): Pushed {
  const value = activated(phi, u.value);
  if (phi.slope !== null) {
    const factor = phi.slope === 1 ? null : perTangent(detach(tf.step(value, phi.slope)));
    const push = (tangents: tf.Tensor): tf.Tensor => factor ? tf.mul(tangents, factor) : tangents;
    return { value, first: push(u.first), second: u.second && push(u.second) };
  }
  const slope = perTangent(phi.first(u.value, value)), first = tf.mul(u.first, slope);
  if (!wantSecond) return { value, first, second: null };
  const bent = tf.mul(tf.square(u.first), perTangent(phi.second(u.value, value)));
  return { value, first, second: u.second ? tf.add(bent, tf.mul(u.second, slope)) : bent };
}

/** A factor per example and number, for all tangents: `[batch, size]` → `[batch, 1, size]`. */
export const perTangent = (factor: tf.Tensor): tf.Tensor =>
  tf.reshape(factor, [factor.shape[0]!, 1, factor.shape[1]!]);
