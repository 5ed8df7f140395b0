/**
 * The Fréchet distance of two sets of points, without square roots of matrices.
 *
 * @module
 */

import { Matrix as Dense, QrDecomposition, SingularValueDecomposition } from "ml-matrix";
import type { Matrix } from "../contract/specs.ts";

/** Mean, and R with RᵀR = (n − 1) Σ: the triangle of a QR decomposition of the centred points. */
function triangleOf(points: Matrix): { readonly mean: number[]; readonly triangle: Dense } {
  const size = points[0]!.length, mean = Array<number>(size).fill(0);
  for (const point of points) point.forEach((value, i) => mean[i]! += value / points.length);
  // Rows of zeros change no product, and a decomposition wants at least as many rows as columns.
  const rows = points.map((point) => point.map((value, i) => value - mean[i]!));
  while (rows.length < size) rows.push(Array<number>(size).fill(0));
  return { mean, triangle: new QrDecomposition(new Dense(rows)).upperTriangularMatrix };
}

/**
 * ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^{½}) of points `[count][size]`, count ≥ 2: with Σ = RᵀR/(n − 1) the last trace is the sum of the
 * singular values of R₁R₂ᵀ over √((n₁ − 1)(n₂ − 1)).
 *
 * Source: Dowson & Landau, The Fréchet distance between multivariate normal distributions, 1982.
 */
export function frechet(one: Matrix, other: Matrix): number {
  const [a, b] = [triangleOf(one), triangleOf(other)];
  const [n, m] = [one.length - 1, other.length - 1];
  const squares = (r: Dense): number => r.to1DArray().reduce((sum, value) => sum + value * value, 0);
  const shift = a.mean.reduce((sum, value, i) => sum + (value - b.mean[i]!) ** 2, 0);
  const singular = new SingularValueDecomposition(a.triangle.mmul(b.triangle.transpose()), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  }).diagonal.reduce((sum, value) => sum + value, 0);
  return shift + squares(a.triangle) / n + squares(b.triangle) / m - 2 * singular / Math.sqrt(n * m);
}
