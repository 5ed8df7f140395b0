/**
 * Jets: the values of a batch and its tangents as the rows of one matrix, `[batch + batch · tangent, width]`, first the
 * values, then the tangents example by example. A dense layer takes one product for all of them, forwards and in reverse.
 *
 * @module
 */

import {
  copyNumbers,
  defineKernel,
  detach,
  finishRows,
  type Kernel,
  multiply,
  slopeRows,
  sumSlopedRows,
  tf,
} from "../engine/mod.ts";
import { activated } from "./affine.ts";

/** How many rows a jet has of each kind. */
interface Rows {
  readonly batch: number;
  /** Tangents of each example. */
  readonly tangents: number;
}

/** A layer: φ(u) = u above 0, and `slope` u below. */
interface Layer extends Rows {
  /** From 0 to 1. */
  readonly slope: number;
}

/** Values and tangents apart. */
interface Parts {
  /** `[batch, width]` */
  readonly value: tf.Tensor;
  /** `[batch, tangent, width]` */
  readonly tangents: tf.Tensor;
}

const glued = ({ value, tangents }: Parts): tf.Tensor =>
  tf.concat([value, tf.reshape(tangents, [-1, value.shape[1]!])]);

function cut(jet: tf.Tensor, { batch, tangents }: Rows): Parts {
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

const joinKernel: Kernel<Rows> = defineKernel({
  name: "GraeJoinJet",
  shapes: ([value], { batch, tangents }) => [[batch * (1 + tangents), value![1]!]],
  onHeap: (heap, [value, first], [jet], { batch, tangents }, [[, width]]) => {
    copyNumbers(heap, value, jet, batch * width);
    copyNumbers(heap, first, jet + 4 * batch * width, batch * tangents * width);
  },
  compose: ([value, tangents]) => [glued({ value: value!, tangents: tangents! })],
  gradient: ([jet], _, rows) => [() => splitKernel([jet!], rows)[0]!, () => splitKernel([jet!], rows)[1]!],
});

const splitKernel: Kernel<Rows> = defineKernel({
  name: "GraeSplitJet",
  shapes: ([jet], { batch, tangents }) => [[batch, jet![1]!], [batch, tangents, jet![1]!]],
  onHeap: (heap, [jet], [value, first], { batch, tangents }, [[, width]]) => {
    copyNumbers(heap, jet, value, batch * width);
    copyNumbers(heap, jet + 4 * batch * width, first, batch * tangents * width);
  },
  compose: ([jet], rows) => {
    const { value, tangents } = cut(jet!, rows);
    return [value, tangents];
  },
  gradient: ([value, tangents], _, rows) => [() => joinKernel([value!, tangents!], rows)[0]!],
});

const layerKernel = defineKernel<Layer>({
  name: "GraeJetLayer",
  shapes: ([x, w]) => [[x![0]!, w![1]!]],
  onHeap: (heap, [x, w, b], [y], { batch, tangents, slope }, [[rows, inputs], [, outputs]]) => {
    multiply(heap, { m: rows, n: outputs, k: inputs, a: x, b: w, c: y });
    finishRows(heap, y, b, [batch, outputs], slope);
    const first = y + 4 * batch * outputs;
    if (slope !== 1) slopeRows(heap, first, y, first, [batch, tangents, outputs], slope);
  },
  compose: ([x, w, b], layer) => {
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
  name: "GraeThroughJet",
  shapes: ([dy], { slope }) => [...(slope === 1 ? [] : [[...dy!]]), [dy![1]!]],
  onHeap: (heap, [dy, y], out, { batch, tangents, slope }, [[, columns]]) => {
    const [du, sums] = slope === 1 ? [0, out[0]] as const : out;
    sumSlopedRows(heap, { dy, y, du, sums }, [batch, columns], slope);
    const first = 4 * batch * columns;
    if (slope !== 1) slopeRows(heap, dy + first, y, du + first, [batch, tangents, columns], slope);
  },
  compose: ([dy, y], layer) => {
    const { value, tangents } = cut(dy!, layer);
    if (layer.slope === 1) return [tf.sum(value, 0)];
    const at = cut(y!, layer).value;
    const du = tf.mul(value, tf.step(at, layer.slope));
    return [glued({ value: du, tangents: sloped(tangents, at, layer.slope) }), tf.sum(du, 0)];
  },
});

/** One layer of {@link pushJet}. */
export interface JetLayer {
  /** W: `[inputs, outputs]` */
  readonly weight: tf.Tensor;
  /** b: `[outputs]` */
  readonly bias: tf.Tensor;
  /** φ(u) = u above 0, and `slope` u below: from 0 to 1. */
  readonly slope: number;
}

/**
 * Values and tangents through layers φ(x W + b) with piecewise linear φ, whose slope is a constant to a reverse pass:
 * y = φ(x W + b) and ẏ = (ẋ W) ∘ φ′.
 *
 * @param value x: `[batch, inputs]`
 * @param tangents ẋ: `[batch, tangent, inputs]`
 * @returns y `[batch, outputs]` and ẏ `[batch, tangent, outputs]`
 */
export function pushJet(layers: readonly JetLayer[], value: tf.Tensor, tangents: tf.Tensor): Parts {
  const rows = { batch: value.shape[0]!, tangents: tangents.shape[1]! };
  const jet = layers.reduce(
    (x, { weight, bias, slope }) => layerKernel([x, weight, bias], { ...rows, slope })[0]!,
    joinKernel([value, tangents], rows)[0]!,
  );
  const [last, first] = splitKernel([jet], rows);
  return { value: last!, tangents: first! };
}
