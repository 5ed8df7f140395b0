import { Matrix as Dense, QrDecomposition } from "ml-matrix";
import { munkres } from "munkres";
import type { Matrix } from "../../lib/symmetry/mod.ts";

/**
 * How the spans of blocks of columns lie to axes: the mean of cos² over the principal angles between each block's span and
 * that of as many axes, for the partition of the axes for which it is largest.
 *
 * Σ cos² between the spans of orthonormal Q and U is ‖QᵀU‖² = Σ_j ‖Qᵀu_j‖², a sum over axes: the best partition is an
 * assignment. It is 1 iff every block spans some of the axes, however its columns lie within.
 *
 * Source: Å. Björck and G. Golub, *Numerical methods for computing angles between linear subspaces*, 1973.
 *
 * @param estimate columns, those of a block beside each other, independent: `[data][latent]`
 * @param axes orthonormal columns: `[data][latent]`
 * @param block columns to a block, a divisor of their number
 */
export function blockAlignment(estimate: Matrix, axes: Matrix, block: number): number {
  const [columns, u] = [estimate, axes].map((rows) => new Dense(rows.map((row) => [...row])));
  const [data, latent] = [u!.rows, u!.columns];
  const blocks = Array.from({ length: latent / block }, (_, b) => {
    const span = columns!.subMatrix(0, data - 1, b * block, (b + 1) * block - 1);
    const inside = new QrDecomposition(span).orthogonalMatrix.transpose().mmul(u!);
    return Array.from({ length: latent }, (_, j) => inside.getColumn(j).reduce((sum, v) => sum + v * v, 0));
  });
  const share = (axis: number, column: number): number => blocks[Math.floor(column / block)]![axis]!;
  const all = Array.from({ length: latent }, (_, i) => i);
  const matches = munkres(all.map((axis) => all.map((column) => 1 - share(axis, column))));
  return matches.reduce((sum, [axis, column]) => sum + share(axis, column), 0) / latent;
}
