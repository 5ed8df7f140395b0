/**
 * What the kernels on symmetric positive definite batches share: a loop over factored matrices in host memory,
 * and the same factorisation as tensor operations where memory is elsewhere.
 *
 * @module
 */

import { tf } from "../engine/mod.ts";
import { choleskyInPlace } from "./dense_float64.ts";
import { NotPositiveDefiniteError } from "./not_positive_definite.ts";
import { assertSymmetric, firstNonFinite } from "./symmetric.ts";

/** The largest float32. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/**
 * Calls `use` with the Cholesky factor of each matrix (lower triangle; the upper one holds leftovers). A matrix with a number
 * that is not finite has a factor of NaN.
 *
 * @param values `[batch, n, n]`
 * @throws RangeError if one is not symmetric, with its index and entries; NotPositiveDefiniteError
 */
export function eachFactor(
  doing: string,
  values: Float32Array,
  n: number,
  use: (factor: Float64Array, batchIndex: number) => void,
): void {
  const factor = new Float64Array(n * n);
  const batch = values.length / (n * n);
  for (let b = 0; b < batch; b++) {
    factor.set(values.subarray(b * n * n, (b + 1) * n * n));
    if (firstNonFinite(factor) >= 0) {
      use(factor.fill(NaN), b);
      continue;
    }
    assertSymmetric(doing, `matrix ${b} of ${batch}`, factor, n);
    const failed = choleskyInPlace(factor, n);
    if (failed >= 0) {
      throw new NotPositiveDefiniteError(doing, b, batch, failed, factor[failed * n + failed]!);
    }
    use(factor, b);
  }
}

/**
 * L by tensor operations, column after column: what is left of A loses l lᵀ at every step.
 *
 * @param least a number that no pivot of A can be below, however rounding has left it
 */
export function composeCholesky(a: tf.Tensor, least = -LARGEST): tf.Tensor {
  const [batch, n] = a.shape as [number, number, number];
  let rest = a;
  const columns: tf.Tensor[] = [];
  for (let j = 0; j < n; j++) {
    const bounds = Float32Array.from({ length: n - j }, (_, i) => (i === 0 ? least : -LARGEST));
    const column = tf.maximum(
      tf.slice(rest, [0, j, j], [batch, n - j, 1]),
      tf.tensor(bounds, [1, n - j, 1]),
    );
    const root = tf.sqrt(tf.slice(column, 0, [batch, 1, 1]));
    const l = tf.pad(tf.div(column, root), [[0, 0], [j, 0], [0, 0]]);
    columns.push(l);
    rest = tf.sub(rest, tf.matMul(l, l, false, true));
  }
  return tf.concat(columns, 2);
}

/** L⁻¹ by tensor operations, row after row. */
export function composeTriangularInverse(l: tf.Tensor): tf.Tensor {
  const [batch, n] = l.shape as [number, number, number];
  const rows: tf.Tensor[] = [];
  for (let i = 0; i < n; i++) {
    const unit = tf.tensor(Float32Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)), [1, 1, n]);
    const diagonal = tf.slice(l, [0, i, i], [batch, 1, 1]);
    const known = i === 0
      ? tf.tile(unit, [batch, 1, 1])
      : tf.sub(unit, tf.matMul(tf.slice(l, [0, i, 0], [batch, 1, i]), tf.concat(rows, 1)));
    rows.push(tf.div(known, diagonal));
  }
  return tf.concat(rows, 1);
}
