/**
 * Jets: the values of a batch and its tangents as the rows of one matrix, `[batch + batch · tangent, width]`, first the
 * values, then the tangents example by example.
 *
 * @module
 */

import { copyNumbers, defineKernel, type Kernel, type tf } from "../engine/mod.ts";
import { cut, glued, jetLayer, type Parts, type Rows } from "./layer.ts";

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
    (x, { weight, bias, slope }) => jetLayer([x, weight, bias], { ...rows, slope })[0]!,
    joinKernel([value, tangents], rows)[0]!,
  );
  const [last, first] = splitKernel([jet], rows);
  return { value: last!, tangents: first! };
}
