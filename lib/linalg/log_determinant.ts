import { assertShape, defineKernel, tf } from "../engine/mod.ts";
import { logDeterminantOfFactor } from "./dense_float64.ts";
import { composeCholesky, eachFactor } from "./factored.ts";
import { spdInverse } from "./spd_inverse.ts";

const kernel = defineKernel<{ readonly n: number; readonly least: number | undefined }>({
  name: "GraeLogDeterminant",
  shapes: ([a]) => [[a![0]!]],
  compute: ([a], [out], { n }) => {
    eachFactor("logDeterminant", a!, n, (factor, b) => out![b] = logDeterminantOfFactor(factor, n));
  },
  compose: ([a], { n, least }) => {
    const diagonal = tf.sum(tf.mul(composeCholesky(a!, least), tf.eye(n)), 2);
    return [tf.mul(2, tf.sum(tf.log(diagonal), 1))];
  },
  gradient: ([v], [a], { least }) => [() => tf.mul(tf.reshape(v!, [-1, 1, 1]), spdInverse(a!, least))],
});

/**
 * log|A| of symmetric positive definite matrices, with the gradient
 *
 * ```math
 * ∂ log|A|/∂A = A⁻¹
 * ```
 *
 * The gradient is an ordinary function of A: for second derivatives take one reverse pass over
 * {@link spdInverse}.
 *
 * A matrix with a number that is not finite gives NaN.
 *
 * @param a `[batch, n, n]`
 * @param least as for {@link spdInverse}
 * @returns `[batch]`, in nats
 * @throws RangeError with batch index and entries if a matrix is not symmetric up to rounding, NotPositiveDefiniteError with
 *   batch index and pivot (engines with host memory; on webgpu the lower triangle is read, and the result holds NaN: see
 *   {@link requirePositiveDefinite}); TypeError for a wrong kind, or a shape such as 0 × 0
 */
export function logDeterminant(a: tf.Tensor, least?: number): tf.Tensor {
  assertShape("logDeterminant", "a", a, "batch n n");
  return kernel([a], { n: a.shape[1]!, least })[0]!;
}
