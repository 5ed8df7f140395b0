/**
 * Jets: the values of a batch and their tangents as the rows of one matrix `[batch + batch · tangent, width]`, first the
 * values, then the tangents example by example.
 *
 * @module
 */

import { type Heap, multiply, tf } from "../engine/mod.ts";

/** Values and their tangents. */
export interface Jet {
  /** `[batch, width]` */
  readonly value: tf.Tensor;
  /** `[batch, tangent, width]` */
  readonly tangents: tf.Tensor;
}

/** Values, and tangents where there are any. */
interface Parts {
  readonly value: tf.Tensor;
  readonly tangents: tf.Tensor | null;
}

/** What kernels on jets are told. */
export interface JetSettings {
  readonly batch: number;
  /** Tangents of each example; 0 where there are only values. */
  readonly tangents: number;
  /** Whether the tangents are all unit vectors, which nobody needs to be given; then there are two layers at least. */
  readonly units: boolean;
  /** Of each layer. */
  readonly slopes: readonly number[];
}

/** What kernels on values alone are told. */
export const valuesOf = (settings: JetSettings): JetSettings => ({ ...settings, tangents: 0, units: false });

/** How many rows a jet has. */
export const rowsOf = ({ batch, tangents }: JetSettings): number => batch * (1 + tangents);

/** Where the values and the tangents of a jet are on the heap. */
export type Place = readonly [value: number, tangents: number];

/** The place of a jet whose rows follow each other. */
export const whole = (
  at: number,
  { batch }: JetSettings,
  width: number,
): Place => [at, at + 4 * batch * width];

/** y = x W, or x Wᵀ, for the values and tangents of a jet: one product where they follow each other. */
export function multiplyJet(
  heap: Heap,
  [x, w, y]: readonly [x: Place, w: number, y: Place],
  { batch, tangents }: JetSettings,
  [inputs, outputs]: readonly [number, number],
  transposeB = false,
): void {
  const sizes = { n: outputs, k: inputs, b: w, transposeB };
  if (x[1] === x[0] + 4 * batch * inputs && y[1] === y[0] + 4 * batch * outputs) {
    multiply(heap, { ...sizes, m: batch * (1 + tangents), a: x[0], c: y[0] });
  } else {
    multiply(heap, { ...sizes, m: batch, a: x[0], c: y[0] });
    if (tangents > 0) multiply(heap, { ...sizes, m: batch * tangents, a: x[1], c: y[1] });
  }
}

/** A jet of its parts, by ordinary operations; without tangents it is its values. */
export const glued = (value: tf.Tensor, tangents: tf.Tensor | null): tf.Tensor =>
  tangents ? tf.concat([value, tf.reshape(tangents, [-1, value.shape[1]!])]) : value;

/** The parts of a jet, by ordinary operations. */
export function cut(jet: tf.Tensor, { batch, tangents }: JetSettings): Parts {
  if (tangents === 0) return { value: jet, tangents: null };
  const width = jet.shape[1]!;
  const rest = tf.slice(jet, [batch, 0], [batch * tangents, width]);
  return {
    value: tf.slice(jet, [0, 0], [batch, width]),
    tangents: tf.reshape(rest, [batch, tangents, width]),
  };
}

/** φ(u) by ordinary operations. */
export function activated(u: tf.Tensor, slope: number): tf.Tensor {
  return slope === 1 ? u : slope === 0 ? tf.relu(u) : tf.leakyRelu(u, slope);
}

/** t φ′ by ordinary operations, if there are tangents, with φ′ from the sign of y `[batch, width]`. */
export function sloped(tangents: tf.Tensor | null, y: tf.Tensor, slope: number): tf.Tensor | null {
  const [batch, width] = y.shape as [number, number];
  return slope === 1 || !tangents
    ? tangents
    : tf.mul(tangents, tf.reshape(tf.step(y, slope), [batch, 1, width]));
}
