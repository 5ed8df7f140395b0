/**
 * Faults in the volume regularisers, as functions of the Jacobian.
 *
 * @module
 */

import type { Matrix, Subject } from "../contract/subject.ts";
import { logDeterminant, singularValues, tabulate, transpose } from "../oracle/dense.ts";
import { oracle } from "../oracle/mod.ts";
import { mapped, reshaped } from "./altered.ts";
import { type Mutant, planted, replacing } from "./mutant.ts";

const { epsilon, promises, volume } = oracle;
/** A subject that offers the volume regularisers only, and promises what the oracle does. */
const volumes: Subject = { name: "volume", epsilon, promises, volume };

const grae = replacing("volume.grae");
const graeBlock = replacing("volume.graeBlock");
const graeStar = replacing("volume.graeStar");
const stochastic = replacing("volume.graeStarStochastic");

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
export const graeMutants: readonly Mutant[] = planted({
  "G1 G2 G3 G5 G6 G9": {
    "grae-trace-for-log-determinant: GRAE is (β/2) log tr(I + JᵀJ/β)": grae((j, beta) =>
      beta / 2 * Math.log(j[0]!.length + overColumns(j, (square) => square / beta))
    ),
  },
  "G1 G2 G3 G5 G6 G7": {
    "grae-lost-half: GRAE has β for β/2": grae((j, beta) => 2 * volume.grae(j, beta)),
    "grae-beta-inverted: GRAE has βJᵀJ for JᵀJ/β": grae((j, beta) => beta * beta * volume.grae(j, 1 / beta)),
    "grae-beta-inside-absent: GRAE is (β/2) log|I + JᵀJ|": grae((j, beta) => beta * volume.grae(j, 1)),
    "grae-beta-outside-absent: GRAE is ½ log|I + JᵀJ/β|": grae((j, beta) => volume.grae(j, beta) / beta),
    "grae-beta-twice: GRAE is multiplied by β once more": grae((j, beta) => beta * volume.grae(j, beta)),
    "grae-base-ten: GRAE is in decimal digits, not nats": grae((j, beta) => volume.grae(j, beta) / Math.LN10),
  },
  "G1 G2 G3 G5 G6 G7 G9": {
    "grae-negative: GRAE has the sign of an ELBO": grae((j, beta) => -volume.grae(j, beta)),
    "grae-mean-over-latents: GRAE is divided by d": grae((j, beta) => volume.grae(j, beta) / j[0]!.length),
    "grae-mean-over-pixels: JᵀJ is divided by n": grae((j, beta) =>
      volume.grae(mapped(j, (entry) => entry / Math.sqrt(j.length)), beta)
    ),
  },
  "G2 G3 G5 G7": {
    "grae-is-grae-star: GRAE takes the product of the diagonal for the determinant": grae((j, beta) =>
      volume.graeStar(j, beta)
    ),
  },
  "G1 G2 G9": {
    "grae-jittered: 1e-6 is added to the diagonal for safety": grae((j, beta) =>
      beta / 2 * logDeterminant(shiftedGram(j, 1 / beta, 1 + 1e-6))
    ),
  },
  "G1 G2 G3 G9": {
    "grae-not-normalised: GRAE is (β/2) log|βI + JᵀJ|, which differs by a constant only": grae((j, beta) =>
      beta / 2 * logDeterminant(shiftedGram(j, 1, beta))
    ),
    "grae-clamped: log|I + JᵀJ/β| is clamped to at most 10 against overflow, NaN included": grae((j, beta) =>
      beta / 2 * Math.min(10, 2 * volume.grae(j, beta) / beta)
    ),
    "grae-nan-for-low-rank: GRAE is the pseudo-volume log|JᵀJ/β|, not finite for rank-deficient J": grae(
      (j, beta) => {
        const rank = Math.min(j.length, j[0]!.length);
        return rank < j[0]!.length ? NaN : volume.grae(j, beta);
      },
    ),
  },
  "G1 G2 G3 G5 G7 G9": {
    "grae-reshape-for-transpose: J is reshaped to [latent, data] where it should be transposed": grae(
      (j, beta) => {
        return volume.grae(transpose(reshaped(j, j[0]!.length)), beta);
      },
    ),
  },
  "G1 G2 G3 G7 G9": {
    "grae-first-column-lost: the loop over latents starts at 1": grae(
      (j, beta) => (j[0]!.length === 1 ? 0 : volume.grae(j.map((row) => row.slice(1)), beta)),
    ),
  },
}, volumes);

/** Mistakes in GRAE-block. */
export const blockMutants: readonly Mutant[] = planted({
  "G1 G3": {
    "block-off-by-one: blocks begin one latent late, the first joining the last block's end": graeBlock(
      (j, beta, block) => volume.graeBlock(j.map((row) => [...row.slice(1), row[0]!]), beta, block),
    ),
    "block-diagonal-only: GRAE-block keeps the diagonal of each block only": graeBlock((j, beta) =>
      volume.graeStar(j, beta)
    ),
    "block-count-for-size: the block size is taken for the number of blocks": graeBlock((j, beta, block) =>
      volume.graeBlock(j, beta, j[0]!.length / block)
    ),
    "block-strided: blocks take every k-th latent instead of consecutive ones": graeBlock(
      (j, beta, block) => {
        const count = j[0]!.length / block;
        const order = j[0]!.map((_, i) => (i % block) * count + Math.floor(i / block));
        return volume.graeBlock(j.map((row) => order.map((i) => row[i]!)), beta, block);
      },
    ),
  },
  "G3": {
    "block-ignored: GRAE-block ignores the blocks and takes the whole determinant": graeBlock((j, beta) =>
      volume.grae(j, beta)
    ),
  },
  "G1 G3 G9": {
    "block-last-lost: the last block is left out": graeBlock((j, beta, block) =>
      j[0]!.length === block ? 0 : volume.graeBlock(j.map((row) => row.slice(0, -block)), beta, block)
    ),
  },
}, volumes);

/** Mistakes in GRAE* and its stochastic form. */
export const starMutants: readonly Mutant[] = planted({
  "G1 G3 G4 G5 G6 G7": {
    "star-lost-half: GRAE* has β for β/2": graeStar((j, beta) => 2 * volume.graeStar(j, beta)),
    "star-beta-inverted: GRAE* has β‖J_i‖² for ‖J_i‖²/β": graeStar((j, beta) =>
      beta * beta * volume.graeStar(j, 1 / beta)
    ),
  },
  "G1 G3 G4 G5 G7": {
    "star-norm-not-squared: GRAE* has ‖J_i‖ for ‖J_i‖²": graeStar((j, beta) =>
      beta / 2 * overColumns(j, (square) => Math.log1p(Math.sqrt(square) / beta))
    ),
    "star-rows-for-columns: GRAE* takes the rows of J for its columns": graeStar((j, beta) =>
      volume.graeStar(transpose(j), beta)
    ),
    "star-log-of-sum: GRAE* is (β/2) log(1 + ‖J‖²_F/β): the sum inside the logarithm": graeStar((j, beta) =>
      beta / 2 * Math.log1p(overColumns(j, (square) => square / beta))
    ),
    "star-is-the-gradient-penalty: GRAE* forgets the logarithm": graeStar((j) =>
      overColumns(j, (square) => square / 2)
    ),
    "star-is-isotropic: GRAE* is the bound of the isotropic family": graeStar((j, beta) => {
      const d = j[0]!.length;
      return beta / 2 * d * Math.log1p(overColumns(j, (square) => square) / (beta * d));
    }),
  },
  "G3 G4 G5 G7": {
    "star-is-grae: GRAE* is computed with the full determinant": graeStar((j, beta) => volume.grae(j, beta)),
  },
  "G1 G3 G4 G5 G7 G9": {
    "star-mean-over-latents: GRAE* is the mean over latents, not the sum": graeStar((j, beta) =>
      volume.graeStar(j, beta) / j[0]!.length
    ),
  },
  "G4": {
    "stochastic-lost-d: the stochastic GRAE* lacks the factor d": stochastic((j, beta, i) =>
      volume.graeStarStochastic(j, beta, i) / j[0]!.length
    ),
    "stochastic-never-last: the column is drawn from the first d − 1 only": stochastic((j, beta, i) =>
      volume.graeStarStochastic(j, beta, Math.min(i, Math.max(0, j[0]!.length - 2)))
    ),
    "stochastic-data-for-latent: the factor is n, not d": stochastic((j, beta, i) =>
      volume.graeStarStochastic(j, beta, i) * j.length / j[0]!.length
    ),
    "stochastic-row-for-column: the stochastic GRAE* takes a row of J": stochastic((j, beta, i) => {
      const d = j[0]!.length;
      return beta / 2 * d *
        Math.log1p(j[i % j.length]!.reduce((sum, entry) => sum + entry * entry, 0) / beta);
    }),
  },
}, volumes);

/** Mistakes in log(1 + x) for small x. */
export const relativeVolumeMutants: readonly Mutant[] = planted({
  "A11": {
    "star-log-of-one-plus: GRAE* takes the logarithm of 1 + ‖J_i‖²/β, rounded": graeStar((j, beta) =>
      beta / 2 * overColumns(j, (square) => Math.log(1 + square / beta))
    ),
    "star-log-of-one-plus-clamped: GRAE* takes log max(1 + ‖J_i‖²/β, 1 + 1e-8), so that it has a gradient":
      graeStar((j, beta) =>
        beta / 2 *
        overColumns(j, (square) => square === 0 ? 0 : Math.log(Math.max(1 + square / beta, 1 + 1e-8)))
      ),
    "star-first-order: GRAE* takes ‖J_i‖²/β for its log(1 + x) below 1e-3": graeStar((j, beta) =>
      beta / 2 *
      overColumns(j, (square) => square / beta < 1e-3 ? square / beta : Math.log1p(square / beta))
    ),
    "stochastic-log-of-one-plus: the stochastic GRAE* takes the logarithm of 1 + ‖J_i‖²/β, rounded":
      stochastic((j, beta, i) =>
        beta / 2 * j[0]!.length * Math.log(1 + j.reduce((sum, row) => sum + row[i]! ** 2, 0) / beta)
      ),
    "grae-log-of-one-plus-eigenvalues: GRAE sums the logarithms of 1 + s²/β, rounded": grae((j, beta) =>
      beta / 2 * singularValues(j).reduce((sum, s) => sum + Math.log(1 + s * s / beta), 0)
    ),
    "block-log-of-pivots: GRAE-block sums the logarithms of pivots of I + JᵀJ/β, to which small ones have been rounded":
      graeBlock((j, beta, block) => {
        let total = 0;
        for (let start = 0; start < j[0]!.length; start += block) {
          total += logDeterminant(
            shiftedGram(j.map((row) => row.slice(start, start + block)), 1 / beta, 1),
          );
        }
        return beta / 2 * total;
      }),
  },
}, volumes);
