import { assertFinite, assertSymmetric } from "./symmetric.ts";

/**
 * The smallest eigenvalue of one symmetric matrix, in double precision.
 *
 * @param values the matrix, row by row
 * @param n its size, from 1
 * @throws (rejects) TypeError for another size; RangeError if it is not symmetric or not finite
 */
export async function smallestEigenvalue(values: ArrayLike<number>, n: number): Promise<number> {
  if (!Number.isInteger(n) || n < 1) {
    throw new TypeError(`smallestEigenvalue: the size must be a whole number from 1, but it is ${n}`);
  }
  if (values.length !== n * n) {
    throw new TypeError(`smallestEigenvalue: ${n * n} numbers are required, but ${values.length} came`);
  }
  const given = Float64Array.from(values);
  assertFinite("smallestEigenvalue", "the matrix", given, n);
  assertSymmetric("smallestEigenvalue", "the matrix", given, n);
  const { EigenvalueDecomposition, Matrix } = await import("ml-matrix");
  const matrix = Matrix.from1DArray(n, n, [...given]);
  return Math.min(...new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues);
}
