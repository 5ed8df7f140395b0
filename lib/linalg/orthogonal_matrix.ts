import { type Key, normal } from "../engine/mod.ts";

/**
 * A random orthogonal matrix, uniform in the sense of Haar: Gram–Schmidt (twice, for orthogonality to rounding)
 * on the rows of a Gaussian matrix.
 *
 * @param n size
 * @returns rows of a plain double precision matrix `[n][n]`; determinant +1 or −1
 */
export function orthogonalMatrix(key: Key, n: number): number[][] {
  const draws = normal(key, n * n);
  const rows: number[][] = [];
  for (let i = 0; i < n; i++) {
    const row = [...draws.subarray(i * n, (i + 1) * n)];
    for (let pass = 0; pass < 2; pass++) {
      for (const other of rows) {
        const along = row.reduce((sum, v, j) => sum + v * other[j]!, 0);
        row.forEach((v, j) => row[j] = v - along * other[j]!);
      }
    }
    const length = Math.hypot(...row);
    rows.push(row.map((v) => v / length));
  }
  return rows;
}
