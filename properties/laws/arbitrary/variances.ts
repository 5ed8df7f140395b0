/**
 * Variances of a mean-field posterior: all equal, equal in groups, nearly equal, different.
 *
 * @module
 */

import fc from "fast-check";
import type { Vector } from "../../contract/subject.ts";
import { listOf, logUniform, real } from "./number.ts";

/** d variances from 1e-3 to 1e3, each either one of two values, or one of them up to 1e-6 of itself, or its own. */
export function variances(d: number): fc.Arbitrary<Vector> {
  const variance = logUniform(-3, 3);
  return fc.tuple(variance, variance).chain(([a, b]) =>
    fc.oneof(
      fc.constant(Array.from({ length: d }, () => a)),
      listOf(d, fc.constantFrom(a, b)),
      listOf(d, real(1e-6).map((off) => a * (1 + off))),
      listOf(d, variance),
    )
  );
}
