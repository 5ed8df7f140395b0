/**
 * Rectangular matrices of plain entries.
 *
 * @module
 */

import fc from "fast-check";
import type { Matrix, Vector } from "../../contract/subject.ts";
import { listOf, real } from "./number.ts";

/** A vector of `n` reals in [−size, size]. */
export function vector(n: number, size = 1): fc.Arbitrary<Vector> {
  return listOf(n, real(size));
}

/** A matrix `[rows][columns]` of reals in [−size, size]. */
export function matrix(rows: number, columns: number, size = 1): fc.Arbitrary<Matrix> {
  return listOf(rows, vector(columns, size));
}
