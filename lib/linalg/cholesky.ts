import { assertShape, defineKernel, tf } from "../engine/mod.ts";
import { composeCholesky, composeTriangularInverse, eachFactor } from "./factored.ts";
import { triangle } from "./masks.ts";

const kernel = defineKernel<Record<never, never>>({
  name: "GraeCholesky",
  shapes: ([a]) => [[...a!]],
  compute: ([a], [out], _, [shape]) => {
    const n = shape![1]!;
    eachFactor("cholesky", a!, n, (factor, b) => {
      for (let i = 0; i < n; i++) factor.fill(0, i * n + i + 1, (i + 1) * n);
      out!.set(factor, b * n * n);
    });
  },
  compose: ([a]) => [composeCholesky(a!)],
  gradient: ([v], [a]) => [() => {
    // Ā = ½ L⁻ᵀ (P + Pᵀ) L⁻¹, P = the lower triangle of Lᵀ V with half its diagonal.
    const l = cholesky(a!);
    const lower = tf.mul(tf.matMul(l, v!, true, false), triangle(l.shape[1]!, 0.5));
    const symmetric = tf.add(lower, tf.transpose(lower, [0, 2, 1]));
    const inverse = composeTriangularInverse(l);
    return tf.mul(0.5, tf.matMul(tf.matMul(inverse, symmetric, true, false), inverse));
  }],
});

/**
 * The lower Cholesky factor L of symmetric positive definite matrices, A = L Lᵀ.
 *
 * Gradient: I. Murray, *Differentiation of the Cholesky decomposition*, 2016 (as a symmetric matrix).
 *
 * A matrix with a number that is not finite gives NaN.
 *
 * @param a `[batch, n, n]`
 * @returns `[batch, n, n]`
 * @throws RangeError with batch index and entries if a matrix is not symmetric up to rounding, NotPositiveDefiniteError with
 *   batch index and pivot (engines with host memory; on webgpu the lower triangle is read, and the result holds NaN: see
 *   {@link requirePositiveDefinite}); TypeError for a wrong kind, or a shape such as 0 × 0
 */
export function cholesky(a: tf.Tensor): tf.Tensor {
  assertShape("cholesky", "a", a, "batch n n");
  return kernel([a], {})[0]!;
}
