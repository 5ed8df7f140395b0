/**
 * Derivatives of maps that give values only, by central differences of order 8.
 *
 * @module
 */

import type { Matrix, Vector } from "../../contract/subject.ts";
import { sum, tabulate } from "./algebra.ts";

/** The weights of f(kh) − f(−kh), k from 1, in units of 1/h. */
const stencil = [4 / 5, -1 / 5, 4 / 105, -1 / 280];

/** h */
export const differenceSpacing = 2 ** -7;

/** The points at which {@link jacobianByDifferences} needs the values of a map, for its derivatives at z `[d]`. */
export function differencePoints(z: Vector): number[][] {
  return z.flatMap((_, i) =>
    stencil.flatMap((_, k) => [1, -1].map((sign) => z.with(i, z[i]! + sign * (k + 1) * differenceSpacing)))
  );
}

/** ∂f_o/∂z_i as `[o][i]` from the values `[point][o]` of f at {@link differencePoints}. */
export function jacobianByDifferences(values: Matrix): number[][] {
  const pair = 2 * stencil.length;
  return tabulate(values[0]!.length, values.length / pair, (o, i) =>
    sum(stencil.map((weight, k) => {
      const at = pair * i + 2 * k;
      return weight * (values[at]![o]! - values[at + 1]![o]!) / differenceSpacing;
    })));
}

/** |A| by elimination with row exchanges. */
export function determinant(a: Matrix): number {
  const rows = a.map((row) => [...row]);
  let value = 1;
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows.findIndex((row, i) =>
      i >= k && Math.abs(row[k]!) === Math.max(...rows.slice(k).map((r) => Math.abs(r[k]!)))
    );
    if (pivot !== k) {
      [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
      value = -value;
    }
    value *= rows[k]![k]!;
    for (const row of rows.slice(k + 1)) {
      const factor = row[k]! / rows[k]![k]!;
      for (let j = k; j < row.length; j++) row[j] = row[j]! - factor * rows[k]![j]!;
    }
  }
  return value;
}
