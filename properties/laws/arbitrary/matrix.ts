/**
 * Rectangular matrices of plain entries.
 *
 * @module
 */

import fc from "fast-check";
import type { Matrix, Vector } from "../../contract/subject.ts";
import { real } from "./number.ts";

/** A vector of `n` reals in [−size, size]. */
export function vector(n: number, size = 1): fc.Arbitrary<Vector> {
  return fc.array(real(size), { minLength: n, maxLength: n });
}

/** A matrix `[rows][columns]` of reals in [−size, size]. */
export function matrix(rows: number, columns: number, size = 1): fc.Arbitrary<Matrix> {
  return fc.array(vector(columns, size), { minLength: rows, maxLength: rows });
}
