/**
 * log|I + A| and (I + A)⁻¹ of a symmetric A ⪰ 0 by elimination without pivoting (stable for I + A ≻ 0), over any
 * arithmetic, so that their gradients come from the operations and from no formula.
 *
 * @module
 */

import type { Arithmetic } from "./arithmetic.ts";
import { logOnePlus, reciprocal } from "./smooth.ts";

/** A square matrix over the scalars of an arithmetic, as rows. */
export type Square<V> = readonly (readonly V[])[];

/**
 * log|I + A| = Σ_k log(1 + a_k) over the pivots 1 + a_k. The 1 is never added to a_k, so that a small A keeps its digits.
 */
export function logDeterminantOfIdentityPlus<V>(a: Arithmetic<V>, matrix: Square<V>): V {
  const rest = matrix.map((row) => [...row]);
  let total = a.constant(0);
  rest.forEach((pivotRow, k) => {
    total = a.add(total, a.apply(logOnePlus, pivotRow[k]!));
    const minusInverse = a.multiply(a.constant(-1), inversePivot(a, pivotRow[k]!));
    for (const row of rest.slice(k + 1)) {
      const factor = a.multiply(row[k]!, minusInverse);
      for (let j = k + 1; j < row.length; j++) row[j] = a.add(row[j]!, a.multiply(factor, pivotRow[j]!));
    }
  });
  return total;
}

/** (I + A)⁻¹, by Gauss–Jordan elimination in place. */
export function inverseOfIdentityPlus<V>(a: Arithmetic<V>, matrix: Square<V>): Square<V> {
  const rows = matrix.map((row, i) => row.map((entry, j) => (i === j ? a.add(a.constant(1), entry) : entry)));
  rows.forEach((pivotRow, k) => {
    const inverse = a.apply(reciprocal, pivotRow[k]!);
    pivotRow[k] = a.constant(1);
    pivotRow.forEach((entry, j) => pivotRow[j] = a.multiply(entry, inverse));
    rows.forEach((row, i) => {
      if (i === k) return;
      const factor = a.multiply(a.constant(-1), row[k]!);
      row[k] = a.constant(0);
      row.forEach((entry, j) => row[j] = a.add(entry, a.multiply(factor, pivotRow[j]!)));
    });
  });
  return rows;
}

function inversePivot<V>(a: Arithmetic<V>, pivot: V): V {
  return a.apply(reciprocal, a.add(a.constant(1), pivot));
}
