/**
 * Matrices from which made-up results are computed.
 *
 * @module
 */

import type { Matrix } from "../contract/subject.ts";
import { product, tabulate, transpose } from "../oracle/dense.ts";
import { normal } from "../oracle/random.ts";

/** Standard normal entries. */
export function noise(rows: number, columns: number, seed: number): Matrix {
  const draw = normal(seed);
  return tabulate(rows, columns, () => draw());
}

/** Orthonormal columns from any independent ones (Gram and Schmidt). */
export function orthonormal(a: Matrix): Matrix {
  const columns: number[][] = [];
  for (const column of transpose(a)) {
    for (const u of columns) {
      const along = column.reduce((sum, entry, i) => sum + entry * u[i]!, 0);
      u.forEach((entry, i) => column[i]! -= along * entry);
    }
    const norm = Math.hypot(...column);
    columns.push(column.map((entry) => entry / norm));
  }
  return transpose(columns);
}

/** JᵀJ */
export function gram(j: Matrix): Matrix {
  return product(transpose(j), j);
}
