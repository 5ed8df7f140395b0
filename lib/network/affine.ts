import { defineKernel, finishRows, multiply, slopesAndSums, tf } from "../engine/mod.ts";

const kernel = defineKernel<{ readonly slope: number }>({
  name: "GraeAffine",
  shapes: ([x, w]) => [[x![0]!, w![1]!]],
  onHeap: (heap, [x, w, b], [y], { slope }, [[batch, inputs], [, outputs]]) => {
    multiply(heap, { m: batch, n: outputs, k: inputs, a: x, b: w, c: y });
    finishRows(heap, y, b, [batch, outputs], slope);
  },
  compose: ([x, w, b], { slope }) => [activated(tf.add(tf.matMul(x!, w!), b!), slope)],
  saved: [true],
  gradient: ([dy], [x, w], { slope }, [y]) => {
    const [du, sums] = slopesAndSums(dy!, y!, slope);
    return [() => tf.matMul(du, w!, false, true), () => tf.matMul(x!, du, true, false), () => sums];
  },
});

/** φ(u) by ordinary operations. */
export function activated(u: tf.Tensor, slope: number): tf.Tensor {
  return slope === 1 ? u : slope === 0 ? tf.relu(u) : tf.leakyRelu(u, slope);
}

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
  return kernel([x, weight, bias], { slope })[0]!;
}
