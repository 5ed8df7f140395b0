import { assertShape, type Axes, defineKernel, tf } from "../engine/mod.ts";
import { solveInPlace } from "./dense_float64.ts";
import { composeCholesky, composeTriangularInverse, eachFactor } from "./factored.ts";

const kernel = defineKernel<Record<never, never>>({
  name: "GraeSpdSolve",
  shapes: ([, b]) => [[...b!]],
  compute: ([a, b], [x], _, [, shape]) => {
    const [n, columns] = [shape![1]!, shape![2]!];
    const work = new Float64Array(n * columns);
    eachFactor("spdSolve", a!, n, (factor, i) => {
      work.set(b!.subarray(i * n * columns, (i + 1) * n * columns));
      solveInPlace(factor, n, work, columns);
      x!.set(work, i * n * columns);
    });
  },
  compose: ([a, b]) => {
    const inverse = composeTriangularInverse(composeCholesky(a!));
    return [tf.matMul(inverse, tf.matMul(inverse, b!), true, false)];
  },
  gradient: ([v], [a, b]) => [
    () => tf.neg(tf.matMul(spdSolve(a!, v!), spdSolve(a!, b!), false, true)),
    () => spdSolve(a!, v!),
  ],
});

/**
 * X with A X = B for symmetric positive definite A, with the gradients
 *
 * ```math
 * ∂⟨V, X⟩/∂B = A⁻¹V
 * ∂⟨V, X⟩/∂A = −A⁻¹V Xᵀ
 * ```
 *
 * A matrix with a number that is not finite gives NaN.
 *
 * @param a `[batch, n, n]`
 * @param b `[batch, n, columns]`
 * @returns `[batch, n, columns]`
 * @throws RangeError with batch index and entries if a matrix is not symmetric up to rounding, NotPositiveDefiniteError with
 *   batch index and pivot (engines with host memory; on webgpu the lower triangle is read, and the result holds NaN: see
 *   {@link requirePositiveDefinite}); TypeError for a wrong kind, or a shape such as 0 × 0
 */
export function spdSolve(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const axes: Axes = new Map();
  assertShape("spdSolve", "a", a, "batch n n", axes);
  assertShape("spdSolve", "b", b, "batch n columns", axes);
  return kernel([a, b], {})[0]!;
}
