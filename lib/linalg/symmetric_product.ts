import { defineKernel, multiplySymmetric, tf } from "../engine/mod.ts";

const kernel = defineKernel<{ readonly transposed: boolean }>({
  name: "GraeSymmetricProduct",
  shapes: ([a], { transposed }) => [transposed ? [a![1]!, a![1]!] : [a![0]!, a![0]!]],
  onHeap: (heap, [a, b], [c], { transposed }, [[rows, columns]]) => {
    const [n, k] = transposed ? [columns, rows] : [rows, columns];
    multiplySymmetric(heap, { transposeA: transposed, transposeB: !transposed, m: n, n, k, a, b, c });
  },
  compose: ([a, b], { transposed }) => [tf.matMul(a!, b!, transposed, !transposed)],
});

/**
 * A Bᵀ, or Aᵀ B, where that is known to be symmetric: at half the work. Not differentiable.
 *
 * @param a `[rows, columns]`
 * @param b likewise
 * @param transposed whether Aᵀ B
 * @returns `[rows, rows]`, or `[columns, columns]`
 */
export function symmetricProduct(a: tf.Tensor, b: tf.Tensor, transposed: boolean): tf.Tensor {
  return kernel([a, b], { transposed })[0]!;
}
