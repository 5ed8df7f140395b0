/**
 * Symmetric positive definite matrices of constructed condition number, and variances of mean-field posteriors.
 *
 * @module
 */

import fc from "fast-check";
import type { Matrix, Vector } from "../../contract/subject.ts";
import { between, listOf, logUniform, real } from "./number.ts";
import { tabulate } from "../reference/algebra.ts";
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
