/**
 * Jacobians `[data][latent]`, with what hurts: n < d, repeated and zero columns, low rank, singular values over 12
 * decades, columns over 12 decades, orthogonal columns.
 *
 * @module
 */

import fc from "fast-check";
import type { Matrix } from "../../contract/subject.ts";
import { multiply, tabulate, transpose } from "../reference/algebra.ts";
import { beta, dataSize, listOf, logUniform, matrix, real, recordGiven, sizeUpTo, upTo } from "./number.ts";
import { orthogonal } from "./rotation.ts";

/** Sizes of a Jacobian. */
export interface Size {
  readonly data: number;
  readonly latent: number;
}

/** n from 1 to 12 and d from 1 to 8, mostly to 6: n < d as often as n > d. */
export const size: fc.Arbitrary<Size> = fc.record({ data: dataSize, latent: sizeUpTo(1, 6, 8) });

/** Singular values log-uniform from 1e-decades to 1e+decades: as many as min(n, d), in any order. */
export function singularValues({ data, latent }: Size, decades = 6): fc.Arbitrary<readonly number[]> {
  return listOf(Math.min(data, latent), logUniform(-decades, decades));
}

/** J = Q diag(s) Vᵀ together with s and with V, whose columns diagonalise JᵀJ. */
export interface FactoredJacobian {
  readonly jacobian: Matrix;
  readonly right: Matrix;
  readonly singular: readonly number[];
}

/** Q diag(s) Vᵀ with the given singular values and any orthogonal Q and V. */
export function withSingularValues(
  { data, latent }: Size,
  values: fc.Arbitrary<readonly number[]>,
): fc.Arbitrary<FactoredJacobian> {
  return fc.tuple(orthogonal(data), values, orthogonal(latent)).map(([q, s, right]) => ({
    jacobian: multiply(
      multiply(q, tabulate(data, latent, (i, j) => (i === j ? s[i]! : 0))),
      transpose(right),
    ),
    right,
    singular: s,
  }));
}

/** A Jacobian of the given size: any of the kinds above, with sizes from 1e-decades to 1e+decades. */
export function jacobianOf(size: Size, decades = 6): fc.Arbitrary<Matrix> {
  const { data, latent } = size;
  const plain = matrix(data, latent, 3);
  const pick = listOf(latent, fc.nat(latent - 1));
  return fc.oneof(
    { weight: 4, arbitrary: plain },
    {
      weight: 2,
      arbitrary: withSingularValues(size, singularValues(size, decades)).map(({ jacobian }) => jacobian),
    },
    // Columns repeated: of rank at most the number of different ones.
    fc.tuple(plain, pick).map(([j, from]) => j.map((row) => from.map((i) => row[i]!))),
    // Zero columns.
    fc.tuple(plain, listOf(latent, fc.boolean()))
      .map(([j, dead]) => j.map((row) => row.map((entry, i) => (dead[i] ? 0 : entry)))),
    // Low rank.
    upTo(Math.min(data, latent)).chain((rank) =>
      fc.tuple(matrix(data, rank, 2), matrix(rank, latent, 2)).map(([a, b]) => multiply(a, b))
    ),
    // Columns of sizes over 12 decades.
    fc.tuple(plain, listOf(latent, logUniform(-decades, decades)))
      .map(([j, scales]) => j.map((row) => row.map((entry, i) => entry * scales[i]!))),
    { weight: 1, arbitrary: orthogonalColumns(size) },
  );
}

/**
 * Orthogonal columns, exactly: each row has at most one entry that is not zero, so that JᵀJ is diagonal without rounding.
 */
export function orthogonalColumns({ data, latent }: Size): fc.Arbitrary<Matrix> {
  return listOf(data, fc.tuple(fc.nat(latent - 1), real(3)))
    .map((rows) => tabulate(data, latent, (k, i) => (rows[k]![0] === i ? rows[k]![1] : 0)));
}

/** A Jacobian and β. */
export interface JacobianCase {
  readonly jacobian: Matrix;
  readonly beta: number;
}

/** Any Jacobian, any β. */
export const jacobianCase: fc.Arbitrary<JacobianCase> = recordGiven(
  size,
  (size) => ({ jacobian: jacobianOf(size), beta }),
);

/**
 * A Jacobian with sizes over 8 decades, so that κ(I + JᵀJ/β) reaches 1e12. Where JᵀJ is handed over instead of J, more would
 * be lost to rounding before the subject sees it: κ must stay below 2⁵³ for I + JᵀJ/β to be positive definite.
 */
export const gramCase: fc.Arbitrary<JacobianCase> = recordGiven(
  size,
  (size) => ({ jacobian: jacobianOf(size, 4), beta }),
);
