/**
 * Subjects with a fault in a volume regulariser, as a function of the Jacobian.
 *
 * @module
 */

import type { Matrix, Subject } from "../../contract/subject.ts";
import { tabulate } from "../../oracle/dense.ts";
import { oracle } from "../../oracle/mod.ts";

type Volume = NonNullable<Subject["volume"]>;

/** The right ones. */
export const { volume } = oracle;

/** A subject that offers the volume regularisers only, some of them replaced, and promises what the oracle does. */
export function withVolume(faulty: Volume): Subject {
  const { epsilon, promises } = oracle;
  return { name: "volume", epsilon, promises, volume: { ...volume, ...faulty } };
}

/** Σ_i f(‖J_{:i}‖²) */
export function overColumns(jacobian: Matrix, f: (square: number) => number): number {
  const squares = jacobian[0]!.map((_, i) => jacobian.reduce((sum, row) => sum + row[i]! ** 2, 0));
  return squares.reduce((sum, square) => sum + f(square), 0);
}

/** JᵀJ scaled by `factor`, plus `shift` on the diagonal. */
export function shiftedGram(jacobian: Matrix, factor: number, shift: number): number[][] {
  const d = jacobian[0]!.length;
  return tabulate(
    d,
    d,
    (i, j) => factor * jacobian.reduce((sum, row) => sum + row[i]! * row[j]!, 0) + (i === j ? shift : 0),
  );
}
