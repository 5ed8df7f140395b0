/**
 * Faults in the volume regularisers, as functions of the Jacobian.
 *
 * @module
 */

import type { Matrix, Subject } from "../laws/subject.ts";
import { logDeterminant, tabulate, transpose } from "../oracle/dense.ts";
import { oracle } from "../oracle/mod.ts";
import { type Mutant, mutant } from "./mutant.ts";

type Volume = NonNullable<Subject["volume"]>;

const { volume } = oracle;

/** A subject that offers the volume regularisers only, some of them replaced. */
function withVolume(faulty: Volume): Subject {
  return { name: "volume", epsilon: oracle.epsilon, volume: { ...volume, ...faulty } };
}

/** Σ_i f(‖J_{:i}‖²) */
function overColumns(jacobian: Matrix, f: (square: number) => number): number {
  const squares = jacobian[0]!.map((_, i) => jacobian.reduce((sum, row) => sum + row[i]! ** 2, 0));
  return squares.reduce((sum, square) => sum + f(square), 0);
}

/** JᵀJ scaled by `factor`, plus `shift` on the diagonal. */
function shiftedGram(jacobian: Matrix, factor: number, shift: number): number[][] {
  const d = jacobian[0]!.length;
  return tabulate(
    d,
    d,
    (i, j) => factor * jacobian.reduce((sum, row) => sum + row[i]! * row[j]!, 0) + (i === j ? shift : 0),
  );
}

/** Mistakes in GRAE. */
const graeMutants: readonly Mutant[] = [
  mutant(
    "grae-trace-for-log-determinant",
    "GRAE is (β/2) log tr(I + JᵀJ/β)",
    ["G1", "G3", "G5", "G6", "G9"],
    withVolume({
      grae: (j, beta) => beta / 2 * Math.log(j[0]!.length + overColumns(j, (square) => square / beta)),
    }),
  ),
  mutant(
    "grae-lost-half",
    "GRAE has β for β/2",
    ["G1", "G3", "G5", "G6", "G7"],
    withVolume({ grae: (j, beta) => 2 * volume.grae(j, beta) }),
  ),
  mutant(
    "grae-negative",
    "GRAE has the sign of an ELBO",
    ["G1", "G3", "G5", "G6", "G7", "G9"],
    withVolume({ grae: (j, beta) => -volume.grae(j, beta) }),
  ),
  mutant(
    "grae-is-grae-star",
    "GRAE takes the product of the diagonal for the determinant",
    ["G3", "G5", "G7"],
    withVolume({ grae: (j, beta) => volume.graeStar(j, beta) }),
  ),
  mutant(
    "grae-beta-inverted",
    "GRAE has βJᵀJ for JᵀJ/β",
    ["G1", "G3", "G5", "G6", "G7"],
    withVolume({ grae: (j, beta) => beta * beta * volume.grae(j, 1 / beta) }),
  ),
  mutant(
    "grae-beta-inside-absent",
    "GRAE is (β/2) log|I + JᵀJ|",
    ["G1", "G3", "G5", "G6", "G7"],
    withVolume({ grae: (j, beta) => beta * volume.grae(j, 1) }),
  ),
  mutant(
    "grae-beta-outside-absent",
    "GRAE is ½ log|I + JᵀJ/β|",
    ["G1", "G3", "G5", "G6", "G7"],
    withVolume({ grae: (j, beta) => volume.grae(j, beta) / beta }),
  ),
  mutant(
    "grae-beta-twice",
    "GRAE is multiplied by β once more",
    ["G1", "G3", "G5", "G6", "G7"],
    withVolume({ grae: (j, beta) => beta * volume.grae(j, beta) }),
  ),
  mutant(
    "grae-jittered",
    "1e-6 is added to the diagonal for safety",
    ["G1", "G9"],
    withVolume({ grae: (j, beta) => beta / 2 * logDeterminant(shiftedGram(j, 1 / beta, 1 + 1e-6)) }),
  ),
  mutant(
    "grae-mean-over-latents",
    "GRAE is divided by d",
    ["G1", "G3", "G5", "G6", "G7", "G9"],
    withVolume({ grae: (j, beta) => volume.grae(j, beta) / j[0]!.length }),
  ),
  mutant(
    "grae-mean-over-pixels",
    "JᵀJ is divided by n",
    ["G1", "G3", "G5", "G6", "G7", "G9"],
    withVolume({
      grae: (j, beta) => volume.grae(j.map((row) => row.map((entry) => entry / Math.sqrt(j.length))), beta),
    }),
  ),
  mutant(
    "grae-not-normalised",
    "GRAE is (β/2) log|βI + JᵀJ|, which differs by a constant only",
    ["G1", "G3", "G9"],
    withVolume({ grae: (j, beta) => beta / 2 * logDeterminant(shiftedGram(j, 1, beta)) }),
  ),
  mutant(
    "grae-reshape-for-transpose",
    "J is reshaped to [latent, data] where it should be transposed",
    ["G1", "G3", "G5", "G7", "G9"],
    withVolume({
      grae: (j, beta) => {
        const n = j.length, flat = j.flat();
        const reshaped = j[0]!.map((_, i) => flat.slice(i * n, (i + 1) * n));
        return volume.grae(transpose(reshaped), beta);
      },
    }),
  ),
  mutant(
    "grae-clamped",
    "log|I + JᵀJ/β| is clamped to at most 10 against overflow, NaN included",
    ["G1", "G3", "G9"],
    withVolume({ grae: (j, beta) => beta / 2 * Math.min(10, 2 * volume.grae(j, beta) / beta) }),
  ),
  mutant(
    "grae-nan-for-low-rank",
    "GRAE is the pseudo-volume log|JᵀJ/β|, not finite for rank-deficient J",
    ["G1", "G3", "G9"],
    withVolume({
      grae: (j, beta) => {
        const rank = Math.min(j.length, j[0]!.length);
        return rank < j[0]!.length ? NaN : volume.grae(j, beta);
      },
    }),
  ),
  mutant(
    "grae-base-ten",
    "GRAE is in decimal digits, not nats",
    ["G1", "G3", "G5", "G6", "G7"],
    withVolume({ grae: (j, beta) => volume.grae(j, beta) / Math.LN10 }),
  ),
  mutant(
    "grae-first-column-lost",
    "the loop over latents starts at 1",
    ["G1", "G3", "G7", "G9"],
    withVolume({
      grae: (j, beta) => (j[0]!.length === 1 ? 0 : volume.grae(j.map((row) => row.slice(1)), beta)),
    }),
  ),
];

/** Mistakes in GRAE-block. */
const blockMutants: readonly Mutant[] = [
  mutant(
    "block-off-by-one",
    "blocks begin one latent late, the first joining the last block's end",
    ["G1", "G3"],
    withVolume({
      graeBlock: (j, beta, block) =>
        volume.graeBlock(j.map((row) => [...row.slice(1), row[0]!]), beta, block),
    }),
  ),
  mutant(
    "block-diagonal-only",
    "GRAE-block keeps the diagonal of each block only",
    ["G1", "G3"],
    withVolume({ graeBlock: (j, beta) => volume.graeStar(j, beta) }),
  ),
  mutant(
    "block-ignored",
    "GRAE-block ignores the blocks and takes the whole determinant",
    ["G3"],
    withVolume({ graeBlock: (j, beta) => volume.grae(j, beta) }),
  ),
  mutant(
    "block-count-for-size",
    "the block size is taken for the number of blocks",
    ["G1", "G3"],
    withVolume({ graeBlock: (j, beta, block) => volume.graeBlock(j, beta, j[0]!.length / block) }),
  ),
  mutant(
    "block-strided",
    "blocks take every k-th latent instead of consecutive ones",
    ["G1", "G3"],
    withVolume({
      graeBlock: (j, beta, block) => {
        const count = j[0]!.length / block;
        const order = j[0]!.map((_, i) => (i % block) * count + Math.floor(i / block));
        return volume.graeBlock(j.map((row) => order.map((i) => row[i]!)), beta, block);
      },
    }),
  ),
  mutant(
    "block-last-lost",
    "the last block is left out",
    ["G1", "G3", "G9"],
    withVolume({
      graeBlock: (j, beta, block) =>
        j[0]!.length === block ? 0 : volume.graeBlock(j.map((row) => row.slice(0, -block)), beta, block),
    }),
  ),
];

/** Mistakes in GRAE* and its stochastic form. */
const starMutants: readonly Mutant[] = [
  mutant(
    "star-lost-half",
    "GRAE* has β for β/2",
    ["G1", "G3", "G4", "G5", "G6", "G7"],
    withVolume({ graeStar: (j, beta) => 2 * volume.graeStar(j, beta) }),
  ),
  mutant(
    "star-norm-not-squared",
    "GRAE* has ‖J_i‖ for ‖J_i‖²",
    ["G1", "G3", "G4", "G5", "G7"],
    withVolume({
      graeStar: (j, beta) => beta / 2 * overColumns(j, (square) => Math.log1p(Math.sqrt(square) / beta)),
    }),
  ),
  mutant(
    "star-rows-for-columns",
    "GRAE* takes the rows of J for its columns",
    ["G1", "G3", "G4", "G5", "G7"],
    withVolume({ graeStar: (j, beta) => volume.graeStar(transpose(j), beta) }),
  ),
  mutant(
    "star-log-of-sum",
    "GRAE* is (β/2) log(1 + ‖J‖²_F/β): the sum inside the logarithm",
    ["G1", "G3", "G4", "G5", "G7"],
    withVolume({ graeStar: (j, beta) => beta / 2 * Math.log1p(overColumns(j, (square) => square / beta)) }),
  ),
  mutant(
    "star-is-the-gradient-penalty",
    "GRAE* forgets the logarithm",
    ["G1", "G3", "G4", "G5", "G7"],
    withVolume({ graeStar: (j) => overColumns(j, (square) => square / 2) }),
  ),
  mutant(
    "star-is-isotropic",
    "GRAE* is the bound of the isotropic family",
    ["G1", "G3", "G4", "G5", "G7"],
    withVolume({
      graeStar: (j, beta) => {
        const d = j[0]!.length;
        return beta / 2 * d * Math.log1p(overColumns(j, (square) => square) / (beta * d));
      },
    }),
  ),
  mutant(
    "star-is-grae",
    "GRAE* is computed with the full determinant",
    ["G3", "G4", "G5", "G7"],
    withVolume({ graeStar: (j, beta) => volume.grae(j, beta) }),
  ),
  mutant(
    "star-beta-inverted",
    "GRAE* has β‖J_i‖² for ‖J_i‖²/β",
    ["G1", "G3", "G4", "G5", "G6", "G7"],
    withVolume({ graeStar: (j, beta) => beta * beta * volume.graeStar(j, 1 / beta) }),
  ),
  mutant(
    "star-mean-over-latents",
    "GRAE* is the mean over latents, not the sum",
    ["G1", "G3", "G4", "G5", "G7", "G9"],
    withVolume({ graeStar: (j, beta) => volume.graeStar(j, beta) / j[0]!.length }),
  ),
  mutant(
    "stochastic-lost-d",
    "the stochastic GRAE* lacks the factor d",
    ["G4"],
    withVolume({
      graeStarStochastic: (j, beta, i) => volume.graeStarStochastic(j, beta, i) / j[0]!.length,
    }),
  ),
  mutant(
    "stochastic-never-last",
    "the column is drawn from the first d − 1 only",
    ["G4"],
    withVolume({
      graeStarStochastic: (j, beta, i) =>
        volume.graeStarStochastic(j, beta, Math.min(i, Math.max(0, j[0]!.length - 2))),
    }),
  ),
  mutant(
    "stochastic-data-for-latent",
    "the factor is n, not d",
    ["G4"],
    withVolume({
      graeStarStochastic: (j, beta, i) => volume.graeStarStochastic(j, beta, i) * j.length / j[0]!.length,
    }),
  ),
  mutant(
    "stochastic-row-for-column",
    "the stochastic GRAE* takes a row of J",
    ["G4"],
    withVolume({
      graeStarStochastic: (j, beta, i) => {
        const d = j[0]!.length;
        return beta / 2 * d *
          Math.log1p(j[i % j.length]!.reduce((sum, entry) => sum + entry * entry, 0) / beta);
      },
    }),
  ),
];

/** Mistakes in the volume regularisers. */
export const volumeMutants: readonly Mutant[] = [...graeMutants, ...blockMutants, ...starMutants];
