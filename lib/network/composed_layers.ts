/**
 * Piecewise linear layers by ordinary operations, for engines whose memory is elsewhere.
 *
 * @module
 */

import { tf } from "../engine/mod.ts";
import type { JetSettings, Rows } from "./jet.ts";
import { adjoint, inWeight, mapped } from "./linear_map.ts";

/** Values, and tangents where there are any. */
interface Parts {
  readonly value: tf.Tensor;
  readonly tangents: tf.Tensor | null;
}

/** A jet of its parts, by ordinary operations; without tangents it is its values. */
export const glued = (value: tf.Tensor, tangents: tf.Tensor | null): tf.Tensor =>
  tangents ? tf.concat([value, tf.reshape(tangents, [-1, value.shape[1]!])]) : value;

/** The parts of a jet, by ordinary operations. */
export function cut(jet: tf.Tensor, { batch, tangents }: Rows): Parts {
  if (tangents === 0) return { value: jet, tangents: null };
  const width = jet.shape[1]!;
  const rest = tf.slice(jet, [batch, 0], [batch * tangents, width]);
  return {
    value: tf.slice(jet, [0, 0], [batch, width]),
    tangents: tf.reshape(rest, [batch, tangents, width]),
  };
}

/** φ(u) by ordinary operations. */
function activated(u: tf.Tensor, slope: number): tf.Tensor {
  return slope === 1 ? u : slope === 0 ? tf.relu(u) : tf.leakyRelu(u, slope);
}

/** t φ′ by ordinary operations, if there are tangents, with φ′ from the sign of y `[batch, width]`. */
export function sloped(tangents: tf.Tensor | null, y: tf.Tensor, slope: number): tf.Tensor | null {
  const [batch, width] = y.shape as [number, number];
  return slope === 1 || !tangents
    ? tangents
    : tf.mul(tangents, tf.reshape(tf.step(y, slope), [batch, 1, width]));
}

/** Rows of channels, to each of which a bias belongs. */
const channelRows = (values: tf.Tensor, channels: number): tf.Tensor => tf.reshape(values, [-1, channels]);

/** Jets through layers by ordinary operations: what enters the first ↦ that, and what leaves each. */
export function pushComposed(
  jet: tf.Tensor,
  weights: readonly tf.Tensor[],
  biases: readonly tf.Tensor[],
  { slopes, convolutions, ...rows }: JetSettings,
): tf.Tensor[] {
  const jets = [jet];
  slopes.forEach((slope, i) => {
    const u = cut(mapped(jets[i]!, weights[i]!, convolutions[i]!), rows), bias = biases[i]!;
    const added = tf.add(channelRows(u.value, bias.shape[0]!), bias);
    const value = activated(tf.reshape(added, u.value.shape), slope);
    jets.push(glued(value, sloped(u.tangents, value, slope)));
  });
  return jets;
}

/** The reverse pass through layers by ordinary operations: du of the first, the gradients in each W and each b. */
export function reverseComposed(
  dy: tf.Tensor,
  y: tf.Tensor,
  jets: readonly tf.Tensor[],
  weights: readonly tf.Tensor[],
  { slopes, convolutions, ...rows }: JetSettings,
  channels: readonly number[],
): { readonly du: tf.Tensor; readonly gradients: readonly tf.Tensor[] } {
  const [inWeights, inBiases]: [tf.Tensor[], tf.Tensor[]] = [[], []];
  let du = dy;
  for (let i = slopes.length - 1; i >= 0; i--) {
    const slope = slopes[i]!, parts = cut(du, rows);
    const values = i + 1 < slopes.length ? cut(jets[i + 1]!, rows).value : y;
    const value = slope === 1 ? parts.value : tf.mul(parts.value, tf.step(values, slope));
    du = glued(value, sloped(parts.tangents, values, slope));
    inWeights.unshift(inWeight(jets[i]!, du, weights[i]!, convolutions[i]!));
    inBiases.unshift(tf.sum(channelRows(value, channels[i]!), 0));
    if (i > 0) du = adjoint(du, weights[i]!, convolutions[i]!);
  }
  return { du, gradients: [...inWeights, ...inBiases] };
}
