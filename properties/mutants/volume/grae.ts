/**
 * Faults in GRAE, as a function of the Jacobian.
 *
 * @module
 */

import { logDeterminant, transpose } from "../../oracle/dense.ts";
import { type Mutant, mutant } from "../mutant.ts";
import { overColumns, shiftedGram, volume, withVolume } from "./with_volume.ts";

/** Mistakes in GRAE. */
export const graeMutants: readonly Mutant[] = [
  mutant(
    "grae-trace-for-log-determinant",
    "GRAE is (β/2) log tr(I + JᵀJ/β)",
    ["G1", "G2", "G3", "G5", "G6", "G9"],
    withVolume({
      grae: (j, beta) => beta / 2 * Math.log(j[0]!.length + overColumns(j, (square) => square / beta)),
    }),
  ),
  mutant(
    "grae-lost-half",
    "GRAE has β for β/2",
    ["G1", "G2", "G3", "G5", "G6", "G7"],
    withVolume({ grae: (j, beta) => 2 * volume.grae(j, beta) }),
  ),
  mutant(
    "grae-negative",
    "GRAE has the sign of an ELBO",
    ["G1", "G2", "G3", "G5", "G6", "G7", "G9"],
    withVolume({ grae: (j, beta) => -volume.grae(j, beta) }),
  ),
  mutant(
    "grae-is-grae-star",
    "GRAE takes the product of the diagonal for the determinant",
    ["G2", "G3", "G5", "G7"],
    withVolume({ grae: (j, beta) => volume.graeStar(j, beta) }),
  ),
  mutant(
    "grae-beta-inverted",
    "GRAE has βJᵀJ for JᵀJ/β",
    ["G1", "G2", "G3", "G5", "G6", "G7"],
    withVolume({ grae: (j, beta) => beta * beta * volume.grae(j, 1 / beta) }),
  ),
  mutant(
    "grae-beta-inside-absent",
    "GRAE is (β/2) log|I + JᵀJ|",
    ["G1", "G2", "G3", "G5", "G6", "G7"],
    withVolume({ grae: (j, beta) => beta * volume.grae(j, 1) }),
  ),
  mutant(
    "grae-beta-outside-absent",
    "GRAE is ½ log|I + JᵀJ/β|",
    ["G1", "G2", "G3", "G5", "G6", "G7"],
    withVolume({ grae: (j, beta) => volume.grae(j, beta) / beta }),
  ),
  mutant(
    "grae-beta-twice",
    "GRAE is multiplied by β once more",
    ["G1", "G2", "G3", "G5", "G6", "G7"],
    withVolume({ grae: (j, beta) => beta * volume.grae(j, beta) }),
  ),
  mutant(
    "grae-jittered",
    "1e-6 is added to the diagonal for safety",
    ["G1", "G2", "G9"],
    withVolume({ grae: (j, beta) => beta / 2 * logDeterminant(shiftedGram(j, 1 / beta, 1 + 1e-6)) }),
  ),
  mutant(
    "grae-mean-over-latents",
    "GRAE is divided by d",
    ["G1", "G2", "G3", "G5", "G6", "G7", "G9"],
    withVolume({ grae: (j, beta) => volume.grae(j, beta) / j[0]!.length }),
  ),
  mutant(
    "grae-mean-over-pixels",
    "JᵀJ is divided by n",
    ["G1", "G2", "G3", "G5", "G6", "G7", "G9"],
    withVolume({
      grae: (j, beta) => volume.grae(j.map((row) => row.map((entry) => entry / Math.sqrt(j.length))), beta),
    }),
  ),
  mutant(
    "grae-not-normalised",
    "GRAE is (β/2) log|βI + JᵀJ|, which differs by a constant only",
    ["G1", "G2", "G3", "G9"],
    withVolume({ grae: (j, beta) => beta / 2 * logDeterminant(shiftedGram(j, 1, beta)) }),
  ),
  mutant(
    "grae-reshape-for-transpose",
    "J is reshaped to [latent, data] where it should be transposed",
    ["G1", "G2", "G3", "G5", "G7", "G9"],
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
    ["G1", "G2", "G3", "G9"],
    withVolume({ grae: (j, beta) => beta / 2 * Math.min(10, 2 * volume.grae(j, beta) / beta) }),
  ),
  mutant(
    "grae-nan-for-low-rank",
    "GRAE is the pseudo-volume log|JᵀJ/β|, not finite for rank-deficient J",
    ["G1", "G2", "G3", "G9"],
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
    ["G1", "G2", "G3", "G5", "G6", "G7"],
    withVolume({ grae: (j, beta) => volume.grae(j, beta) / Math.LN10 }),
  ),
  mutant(
    "grae-first-column-lost",
    "the loop over latents starts at 1",
    ["G1", "G2", "G3", "G7", "G9"],
    withVolume({
      grae: (j, beta) => (j[0]!.length === 1 ? 0 : volume.grae(j.map((row) => row.slice(1)), beta)),
    }),
  ),
];
