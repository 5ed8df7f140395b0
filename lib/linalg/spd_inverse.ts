import { assertShape, defineKernel, tf } from "../engine/mod.ts";
import { solveInPlace } from "./dense_float64.ts";
import { composeCholesky, composeTriangularInverse, eachFactor } from "./factored.ts";

const kernel = defineKernel<{ readonly least: number | undefined }>({
  name: "GraeSpdInverse",
  shapes: ([a]) => [[...a!]],
  compute: ([a], [inverse], _, [shape]) => {
    const n = shape![1]!;
    const columns = new Float64Array(n * n);
    eachFactor("spdInverse", a!, n, (factor, b) => {
      columns.fill(0);
      for (let i = 0; i < n; i++) columns[i * n + i] = 1;
      solveInPlace(factor, n, columns, n);
      inverse!.set(columns, b * n * n);
    });
  },
  compose: ([a], { least }) => {
    const inverse = composeTriangularInverse(composeCholesky(a!, least));
    return [tf.matMul(inverse, inverse, true, false)];
  },
  gradient: ([v], [a], { least }) => [() => {
    // Made again from the input, not taken from the saved output, so that it can be differentiated itself.
    const inverse = spdInverse(a!, least);
    return tf.neg(tf.matMul(tf.matMul(inverse, v!), inverse));
  }],
});

/**
 * The inverse of symmetric positive definite matrices, with the gradient
 *
 * ```math
 * ∂⟨V, A⁻¹⟩/∂A = −A⁻¹ V A⁻¹
 * ```
 *
 * Factored in double precision where tensors are in host memory. A matrix with a number that is not
 * finite gives NaN.
 *
 * ```ts
 * import { startEngine, tf } from "../engine/mod.ts";
 * import { spdInverse } from "./mod.ts";
 * await startEngine("wasm");
 * console.assert((await spdInverse(tf.tensor([2, 0, 0, 4], [1, 2, 2])).data())[3] === 0.25);
 * ```
 *
 * @param a `[batch, n, n]`
 * @param least a number that no pivot of A can be below, as 1 for I + G/β: webgpu, which has float32 alone, takes it for
 *   pivots that rounding has left below it
 * @returns `[batch, n, n]`
 * @throws RangeError with batch index and entries if a matrix is not symmetric up to rounding, NotPositiveDefiniteError with
 *   batch index and pivot (engines with host memory; on webgpu the lower triangle is read, and the result holds NaN: see
 *   {@link requirePositiveDefinite}); TypeError for a wrong kind, or a shape such as 0 × 0
 */
export function spdInverse(a: tf.Tensor, least?: number): tf.Tensor {
  assertShape("spdInverse", "a", a, "batch n n");
  return kernel([a], { least })[0]!;
}
