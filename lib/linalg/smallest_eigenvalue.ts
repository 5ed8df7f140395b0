/**
 * The smallest eigenvalue of one symmetric matrix, in double precision.
 *
 * @param values the matrix, row by row
 * @param n its size
 */
export async function smallestEigenvalue(values: ArrayLike<number>, n: number): Promise<number> {
  const { EigenvalueDecomposition, Matrix } = await import("ml-matrix");
  const matrix = Matrix.from1DArray(n, n, Array.from(values));
  return Math.min(...new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues);
}
