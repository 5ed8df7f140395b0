/**
 * What a dense layer with a piecewise linear activation does to values, and to their tangents: one product for all of them,
 * forwards and in reverse.
 *
 * @module
 */

import { defineKernel, detach, finishRows, multiply, slopeRows, sumSlopedRows, tf } from "../engine/mod.ts";

/** How many rows a jet has of each kind: the values of a batch, then the tangents example by example. */
export interface Rows {
  readonly batch: number;
  /** Tangents of each example; 0 where there are only values. */
  readonly tangents: number;
}

/** A layer: φ(u) = u above 0, and `slope` u below. */
interface Layer extends Rows {
  /** From 0 to 1. */
  readonly slope: number;
}

/** Values and tangents apart. */
export interface Parts {
  /** `[batch, width]` */
  readonly value: tf.Tensor;
  /** `[batch, tangent, width]` */
  readonly tangents: tf.Tensor;
}

/** The jet of its parts, by ordinary operations. */
export const glued = ({ value, tangents }: Parts): tf.Tensor =>
  tf.concat([value, tf.reshape(tangents, [-1, value.shape[1]!])]);

/** The parts of a jet, by ordinary operations. */
export function cut(jet: tf.Tensor, { batch, tangents }: Rows): Parts {
  const width = jet.shape[1]!;
  const rest = tf.slice(jet, [batch, 0], [batch * tangents, width]);
  return {
    value: tf.slice(jet, [0, 0], [batch, width]),
    tangents: tf.reshape(rest, [batch, tangents, width]),
  };
}

/** t φ′, with φ′ from the sign of y `[batch, width]`. */
function sloped(tangents: tf.Tensor, y: tf.Tensor, slope: number): tf.Tensor {
  const [batch, width] = y.shape as [number, number];
  return slope === 1 ? tangents : tf.mul(tangents, tf.reshape(tf.step(y, slope), [batch, 1, width]));
}

/** φ(u) by ordinary operations. */
function activated(u: tf.Tensor, slope: number): tf.Tensor {
  return slope === 1 ? u : slope === 0 ? tf.relu(u) : tf.leakyRelu(u, slope);
}

/** φ(x W + b) for the values of a jet, (ẋ W) ∘ φ′ for its tangents: inputs x, W, b. */
export const jetLayer = defineKernel<Layer>({
  name: "GraeLayer",
  shapes: ([x, w]) => [[x![0]!, w![1]!]],
  onHeap: (heap, [x, w, b], [y], { batch, tangents, slope }, [[rows, inputs], [, outputs]]) => {
    multiply(heap, { m: rows, n: outputs, k: inputs, a: x, b: w, c: y });
    finishRows(heap, y, b, [batch, outputs], slope);
    const first = y + 4 * batch * outputs;
    if (slope !== 1 && tangents > 0) slopeRows(heap, first, y, first, [batch, tangents, outputs], slope);
  },
  compose: ([x, w, b], layer) => {
    if (layer.tangents === 0) return [activated(tf.add(tf.matMul(x!, w!), b!), layer.slope)];
    const u = cut(tf.matMul(x!, w!), layer);
    const value = activated(tf.add(u.value, b!), layer.slope);
    return [glued({ value, tangents: sloped(u.tangents, value, layer.slope) })];
  },
  saved: [true],
  gradient: ([dy], [x, w], layer, [y]) => {
    const outputs = throughKernel([dy!, y!], layer);
    const [du, sums] = layer.slope === 1 ? [detach(dy!), outputs[0]!] : [outputs[0]!, outputs[1]!];
    return [() => tf.matMul(du, w!, false, true), () => tf.matMul(x!, du, true, false), () => sums];
  },
});

/** dy φ′ for values and tangents, and the sums of the values' columns: the gradient in b. With slope 1 the sums alone. */
const throughKernel = defineKernel<Layer>({
  name: "GraeThroughLayer",
  shapes: ([dy], { slope }) => [...(slope === 1 ? [] : [[...dy!]]), [dy![1]!]],
  onHeap: (heap, [dy, y], out, { batch, tangents, slope }, [[, columns]]) => {
    const [du, sums] = slope === 1 ? [0, out[0]] as const : out;
    sumSlopedRows(heap, { dy, y, du, sums }, [batch, columns], slope);
    const first = 4 * batch * columns;
    if (slope !== 1 && tangents > 0) {
      slopeRows(heap, dy + first, y, du + first, [batch, tangents, columns], slope);
    }
  },
  compose: ([dy, y], layer) => {
    const all = layer.tangents > 0;
    const { value, tangents } = all ? cut(dy!, layer) : { value: dy!, tangents: null };
    if (layer.slope === 1) return [tf.sum(value, 0)];
    const at = all ? cut(y!, layer).value : y!;
    const du = tf.mul(value, tf.step(at, layer.slope));
    if (!tangents) return [du, tf.sum(du, 0)];
    return [glued({ value: du, tangents: sloped(tangents, at, layer.slope) }), tf.sum(du, 0)];
  },
});

/**
 * φ(x W + b) for piecewise linear φ, in one kernel: φ(u) = u for u > 0 and `slope` u below.
 *
 * @param x `[batch, inputs]`
 * @param weight W: `[inputs, outputs]`
 * @param bias b: `[outputs]`
 * @param slope from 0 to 1
 * @returns `[batch, outputs]`
 */
export function affine(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, slope: number): tf.Tensor {
  return jetLayer([x, weight, bias], { batch: x.shape[0]!, tangents: 0, slope })[0]!;
}
