/**
 * Symmetric positive definite matrices of constructed condition number.
 *
 * @module
 */

import fc from "fast-check";
import type { Matrix } from "../../contract/subject.ts";
import { tabulate } from "../reference/algebra.ts";
import { between, listOf, logUniform } from "./number.ts";
import { orthogonal } from "./rotation.ts";

/** A matrix, its eigenvalues and its condition number, known by construction. */
export interface SpdCase {
  readonly matrix: Matrix;
  readonly eigenvalues: readonly number[];
  readonly kappa: number;
}

/** R diag(λ) Rᵀ with κ log-uniform from 1 to 1e6, λ from scale/κ to scale, scale log-uniform from 1e-2 to 1e2. */
export function spd(d: number): fc.Arbitrary<SpdCase> {
  return fc.tuple(
    orthogonal(d),
    logUniform(0, 6),
    logUniform(-2, 2),
    listOf(d, between(0, 1)),
  ).map(([r, kappa, scale, places]) => {
    // The first two eigenvalues are the extremes, so that κ is what it says (for d = 1 it is 1).
    const eigenvalues = places.map((place, i) => scale * kappa ** -(i === 0 ? 0 : i === 1 ? 1 : place));
    return {
      matrix: withEigenvalues(r, eigenvalues),
      eigenvalues,
      kappa: d === 1 ? 1 : kappa,
    };
  });
}

/** R diag(λ) Rᵀ, symmetric to the bit. */
export function withEigenvalues(r: Matrix, eigenvalues: readonly number[]): Matrix {
  const upper = r.map((row) =>
    r.map((other) => row.reduce((sum, entry, k) => sum + entry * eigenvalues[k]! * other[k]!, 0))
  );
  return tabulate(r.length, r.length, (i, j) => upper[Math.min(i, j)]![Math.max(i, j)]!);
}
