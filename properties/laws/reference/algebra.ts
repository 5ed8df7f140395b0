/**
 * Small dense algebra in float64 on arrays of rows, for what laws expect.
 *
 * @module
 */

import { EigenvalueDecomposition, Matrix as Dense } from "ml-matrix";
import type { Matrix, Vector } from "../../contract/subject.ts";

/** The matrix of the entries f(i, j), `[rows][columns]`. */
export function tabulate(rows: number, columns: number, f: (i: number, j: number) => number): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => f(i, j)));
}

/** Σ_i u_i v_i */
export function dot(u: Vector, v: Vector): number {
  return u.reduce((sum, entry, i) => sum + entry * v[i]!, 0);
}

/** Σ_i v_i */
export function sum(v: Vector): number {
  return v.reduce((total, entry) => total + entry, 0);
}

/** Column j of a matrix. */
export function column(a: Matrix, j: number): number[] {
  return a.map((row) => row[j]!);
}

/** Aᵀ, for a matrix with at least one row. */
export function transpose(a: Matrix): number[][] {
  return a[0]!.map((_, j) => column(a, j));
}

/** A B */
export function multiply(a: Matrix, b: Matrix): number[][] {
  const columns = transpose(b);
  return a.map((row) => columns.map((other) => dot(row, other)));
}

/** A v */
export function apply(a: Matrix, v: Vector): number[] {
  return a.map((row) => dot(row, v));
}

/** A + factor B */
export function combine(a: Matrix, b: Matrix, factor: number): number[][] {
  return a.map((row, i) => row.map((entry, j) => entry + factor * b[i]![j]!));
}

/** factor A */
export function scaled(a: Matrix, factor: number): number[][] {
  return a.map((row) => row.map((entry) => factor * entry));
}

/** The identity `[n][n]`. */
export function identity(n: number): number[][] {
  return tabulate(n, n, (i, j) => (i === j ? 1 : 0));
}

/** diag(v) */
export function diagonal(v: Vector): number[][] {
  return tabulate(v.length, v.length, (i, j) => (i === j ? v[i]! : 0));
}

/** The diagonal of a matrix. */
export function diagonalOf(a: Matrix): number[] {
  return a.map((row, i) => row[i]!);
}

/** JᵀJ `[d][d]` for J `[n][d]`. */
export function gram(jacobian: Matrix): number[][] {
  const columns = transpose(jacobian);
  return columns.map((u) => columns.map((v) => dot(u, v)));
}

/** ‖J_{:i}‖² for every column. */
export function columnSquares(jacobian: Matrix): number[] {
  return transpose(jacobian).map((entries) => dot(entries, entries));
}

/** tr(AB) for square A and B. */
export function traceOfProduct(a: Matrix, b: Matrix): number {
  return sum(a.map((row, i) => dot(row, column(b, i))));
}

/** tr A */
export function trace(a: Matrix): number {
  return sum(diagonalOf(a));
}

/** The largest absolute value of an entry. */
export function largest(a: Matrix): number {
  return Math.max(0, ...a.flat().map(Math.abs));
}

/** Consecutive blocks of `size` out of `count` indices; the last may be smaller. */
export function consecutive(count: number, size: number): number[][] {
  return Array.from(
    { length: Math.ceil(count / size) },
    (_, block) => Array.from({ length: Math.min(size, count - block * size) }, (_, i) => block * size + i),
  );
}

/** Eigenvalues in increasing order, and the eigenvectors as the columns of an orthogonal matrix. */
export function eigen(a: Matrix): { readonly values: number[]; readonly vectors: number[][] } {
  const decomposition = new EigenvalueDecomposition(new Dense(a.map((row) => [...row])), {
    assumeSymmetric: true,
  });
  const order = decomposition.realEigenvalues.map((_, i) => i)
    .toSorted((i, j) => decomposition.realEigenvalues[i]! - decomposition.realEigenvalues[j]!);
  return {
    values: order.map((i) => decomposition.realEigenvalues[i]!),
    vectors: decomposition.eigenvectorMatrix.to2DArray().map((row: number[]) => order.map((i) => row[i]!)),
  };
}

/** V diag(f(λ)) Vᵀ for a symmetric matrix with eigenvalues λ and eigenvectors V. */
export function symmetricFunction(a: Matrix, f: (eigenvalue: number) => number): number[][] {
  const { values, vectors } = eigen(a);
  return multiply(vectors.map((row) => row.map((entry, k) => entry * f(values[k]!))), transpose(vectors));
}

/** The lower triangular L with L Lᵀ = A, entries NaN where A is not positive definite. */
export function choleskyFactor(a: Matrix): number[][] {
  const l = tabulate(a.length, a.length, () => 0);
  a.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      const rest = row[j]! - dot(l[i]!.slice(0, j), l[j]!.slice(0, j));
      l[i]![j] = i === j ? Math.sqrt(rest) : rest / l[j]![j]!;
    }
  });
  return l;
}

/** L⁻¹ B for lower triangular L, by forward substitution. */
export function solveLower(l: Matrix, b: Matrix): number[][] {
  const x: number[][] = [];
  l.forEach((row, i) => {
    x.push(b[i]!.map((entry, j) => (entry - sum(x.map((solved, k) => row[k]! * solved[j]!))) / row[i]!));
  });
  return x;
}
