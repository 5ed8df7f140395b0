/**
 * Dense symmetric matrices in float64, by ml-matrix. Matrices `[n][n]` enter through their symmetric part.
 *
 * @module
 */

import {
  CholeskyDecomposition,
  EigenvalueDecomposition,
  Matrix as Dense,
  SingularValueDecomposition,
} from "ml-matrix";
import type { Matrix, Vector } from "../contract/subject.ts";

/**
 * The lower Cholesky factor of an SPD matrix.
 *
 * @throws RangeError unless the matrix is positive definite
 */
export function cholesky(a: Matrix): number[][] {
  return decompose(a).lowerTriangularMatrix.to2DArray();
}

/** log|A| of an SPD matrix, from the diagonal of its Cholesky factor. */
export function logDeterminant(a: Matrix): number {
  return 2 * decompose(a).lowerTriangularMatrix.diagonal().reduce((sum, entry) => sum + Math.log(entry), 0);
}

/** A⁻¹ of an SPD matrix, symmetric. */
export function inverse(a: Matrix): number[][] {
  return symmetric(decompose(a).solve(Dense.eye(a.length))).to2DArray();
}

/** A⁻¹ B for an SPD matrix A `[n][n]` and B `[n][k]`. */
export function solve(a: Matrix, b: Matrix): number[][] {
  return decompose(a).solve(new Dense(b.map((row) => [...row]))).to2DArray();
}

/** Eigenvalues of a symmetric matrix, in increasing order. */
export function eigenvalues(a: Matrix): number[] {
  const { realEigenvalues } = new EigenvalueDecomposition(symmetric(dense(a)), { assumeSymmetric: true });
  return realEigenvalues.toSorted((p, q) => p - q);
}

/** Singular values of any matrix, in decreasing order. */
export function singularValues(a: Matrix): Vector {
  return new SingularValueDecomposition(dense(a), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  }).diagonal;
}

/** The matrix of the entries f(i, j), `[rows][columns]`. */
export function tabulate(rows: number, columns: number, f: (i: number, j: number) => number): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => f(i, j)));
}

/** The transpose. */
export function transpose(a: Matrix): number[][] {
  return tabulate(a[0]?.length ?? 0, a.length, (i, j) => a[j]![i]!);
}

/** A B */
export function product(a: Matrix, b: Matrix): number[][] {
  const columns = transpose(b);
  return a.map((row) => columns.map((column) => row.reduce((sum, entry, k) => sum + entry * column[k]!, 0)));
}

/** I + c A */
export function identityPlus(a: Matrix, c: number): number[][] {
  return tabulate(a.length, a.length, (i, j) => (i === j ? 1 : 0) + c * a[i]![j]!);
}

/** tr(A) */
export function trace(a: Matrix): number {
  return a.reduce((sum, row, i) => sum + row[i]!, 0);
}

function dense(a: Matrix): Dense {
  return new Dense(a.map((row) => [...row]));
}

function symmetric(a: Dense): Dense {
  return Dense.add(a, a.transpose()).div(2);
}

function decompose(a: Matrix): CholeskyDecomposition {
  const decomposition = new CholeskyDecomposition(symmetric(dense(a)));
  if (!decomposition.isPositiveDefinite()) {
    throw new RangeError(
      `Cholesky factorisation: the matrix must be positive definite, but its least eigenvalue is ${
        eigenvalues(a)[0]
      }`,
    );
  }
  return decomposition;
}
