/**
 * Small matrices as arrays of rows, in double precision: what the closed forms on symmetries stand on.
 *
 * @module
 */

import { assertShape, type Axes } from "../engine/mod.ts";

/** A vector. */
export type Vector = readonly number[];
/** A matrix as an array of rows. */
export type Matrix = readonly Vector[];

/** What is smaller is rounding: in entries of a rotation, and in relative differences of variances. */
export const ROUNDING = 1e-12;

/** A B */
export function product(a: Matrix, b: Matrix): number[][] {
  return a.map((row) =>
    Array.from({ length: b[0]?.length ?? 0 }, (_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0))
  );
}

/** A v */
export function image(a: Matrix, v: Vector): number[] {
  return a.map((row) => row.reduce((sum, entry, k) => sum + entry * v[k]!, 0));
}

/** Aᵀ */
export function transpose(a: Matrix): number[][] {
  return Array.from({ length: a[0]?.length ?? 0 }, (_, j) => a.map((row) => row[j]!));
}

/**
 * Requires that a matrix has the axes of `pattern` and that its rows are equally long.
 *
 * @throws TypeError that names function, argument and axis
 */
export function assertMatrix(doing: string, argument: string, a: Matrix, pattern: string, axes: Axes): void {
  const columns = a[0]?.length ?? 0;
  assertShape(doing, argument, { shape: [a.length, columns] }, pattern, axes);
  const ragged = a.findIndex((row) => row.length !== columns);
  if (ragged >= 0) {
    throw new TypeError(
      `${doing}: the rows of ${argument} must have one length, but row 0 has ${columns} entries and row ${ragged} has ` +
        `${a[ragged]!.length}`,
    );
  }
}

/**
 * Requires an orthogonal matrix `[latent, latent]`, to within 1e-6 so that rotations of single precision pass.
 *
 * @throws RangeError with the largest entry of |RᵀR − I|; TypeError for a wrong shape
 */
export function assertOrthogonal(doing: string, rotation: Matrix, axes: Axes = new Map()): void {
  assertMatrix(doing, "rotation", rotation, "latent latent", axes);
  const gram = product(transpose(rotation), rotation);
  const error = Math.max(
    ...gram.flatMap((row, i) => row.map((entry, k) => Math.abs(entry - (i === k ? 1 : 0)))),
  );
  if (!(error <= 1e-6)) {
    throw new RangeError(
      `${doing}: the rotation must be orthogonal, RᵀR = I, but an entry of RᵀR − I is ${error} in size; ` +
        `other maps do not preserve the prior N(0, I)`,
    );
  }
}
