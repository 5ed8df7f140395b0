/**
 * Orthogonal matrices `[d][d]`, orthogonal to rounding.
 *
 * @module
 */

import fc from "fast-check";
import type { Matrix } from "../../contract/subject.ts";
import { identity, multiply, tabulate } from "../reference/algebra.ts";
import { listOf, real } from "./number.ts";

/** The rotation by `angle` in the plane of the axes i and k. */
export function planeRotation(d: number, i: number, k: number, angle: number): number[][] {
  const c = Math.cos(angle), s = Math.sin(angle);
  const r = identity(d);
  r[i]![i] = c;
  r[k]![k] = c;
  r[i]![k] = -s;
  r[k]![i] = s;
  return r;
}

/** A rotation that mixes every pair of axes: one plane rotation a pair, by any angle. Shrinks to the identity. */
export function rotation(d: number): fc.Arbitrary<Matrix> {
  return rotationOf(d, Array.from({ length: d }, (_, i) => i));
}

/** A rotation that mixes the axes `first` … `first + size − 1` only. */
export function blockRotation(d: number, first: number, size: number): fc.Arbitrary<Matrix> {
  return rotationOf(d, Array.from({ length: size }, (_, i) => first + i));
}

/** A permutation of the axes with signs: exact. */
export function signedPermutation(d: number): fc.Arbitrary<Matrix> {
  return fc.tuple(
    fc.shuffledSubarray(Array.from({ length: d }, (_, i) => i), { minLength: d, maxLength: d }),
    listOf(d, fc.constantFrom(1, -1)),
  ).map(([order, signs]) => tabulate(d, d, (i, j) => (order[i] === j ? signs[i]! : 0)));
}

/** Any of: a rotation of all axes, of a block, a signed permutation, a reflected rotation. */
export function orthogonal(d: number): fc.Arbitrary<Matrix> {
  return fc.oneof(
    { weight: 2, arbitrary: rotation(d) },
    signedPermutation(d),
    fc.tuple(fc.nat(d - 1), fc.integer({ min: 1, max: d }))
      .chain(([first, size]) => blockRotation(d, first, Math.min(size, d - first))),
    fc.tuple(rotation(d), signedPermutation(d)).map(([r, p]) => multiply(r, p)),
  );
}

function rotationOf(d: number, axes: readonly number[]): fc.Arbitrary<Matrix> {
  const pairs = axes.flatMap((i, at) => axes.slice(at + 1).map((k) => [i, k] as const));
  return listOf(pairs.length, real(Math.PI)).map((angles) =>
    pairs.reduce<Matrix>((r, [i, k], at) => multiply(r, planeRotation(d, i, k, angles[at]!)), identity(d))
  );
}
