/**
 * Faults in the volume regularisers.
 *
 * @module
 */

import type { Matrix, Subject } from "../laws/subject.ts";
import { oracle } from "../oracle/mod.ts";
import { type Mutant, mutant } from "./mutant.ts";

type Volume = Required<NonNullable<Subject["volume"]>>;

const { volume } = oracle;

/** A subject that offers the volume regularisers only, some of them replaced. */
function withVolume(faulty: Partial<Volume>): Subject {
  return { name: "volume", epsilon: oracle.epsilon, volume: { ...volume, ...faulty } };
}

/** ‖J_{:i}‖² of every column. */
function squares(jacobian: Matrix): number[] {
  return jacobian[0]!.map((_, i) => jacobian.reduce((sum, row) => sum + row[i]! ** 2, 0));
}

/** Σ_i f(‖J_{:i}‖²) */
function overColumns(jacobian: Matrix, f: (square: number) => number): number {
  return squares(jacobian).reduce((sum, square) => sum + f(square), 0);
}

/** Mistakes in GRAE, GRAE-block and GRAE*, as functions of the Jacobian. */
export const volumeMutants: readonly Mutant[] = [
  mutant(
    "grae-trace-for-log-determinant",
    "GRAE is (β/2) log tr(I + JᵀJ/β)",
    ["G1"],
    withVolume({
      grae: (j, beta) => beta / 2 * Math.log(j[0]!.length + overColumns(j, (square) => square / beta)),
    }),
  ),
  mutant(
    "grae-star-lost-half",
    "GRAE* has β for β/2",
    ["G1"],
    withVolume({ graeStar: (j, beta) => 2 * volume.graeStar(j, beta) }),
  ),
];
