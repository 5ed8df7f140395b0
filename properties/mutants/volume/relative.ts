/**
 * Faults by which a small volume loses its digits: they leave a large one, and every absolute tolerance, as they are.
 *
 * @module
 */

import { logDeterminant, singularValues } from "../../oracle/dense.ts";
import { type Mutant, mutant } from "../mutant.ts";
import { changed } from "../objective/with_objective.ts";
import { overColumns, shiftedGram, withVolume } from "./with_volume.ts";

/** Mistakes in log(1 + x) for small x. */
export const relativeVolumeMutants: readonly Mutant[] = [
  mutant(
    "star-log-of-one-plus",
    "GRAE* takes the logarithm of 1 + ‖J_i‖²/β, rounded",
    ["A11"],
    withVolume({ graeStar: (j, beta) => beta / 2 * overColumns(j, (square) => Math.log(1 + square / beta)) }),
  ),
  mutant(
    "star-log-of-one-plus-clamped",
    "GRAE* takes log max(1 + ‖J_i‖²/β, 1 + 1e-8), so that it has a gradient",
    ["A11"],
    withVolume({
      graeStar: (j, beta) =>
        beta / 2 *
        overColumns(j, (square) => square === 0 ? 0 : Math.log(Math.max(1 + square / beta, 1 + 1e-8))),
    }),
  ),
  mutant(
    "star-first-order",
    "GRAE* takes ‖J_i‖²/β for its log(1 + x) below 1e-3",
    ["A11"],
    withVolume({
      graeStar: (j, beta) =>
        beta / 2 *
        overColumns(j, (square) => square / beta < 1e-3 ? square / beta : Math.log1p(square / beta)),
    }),
  ),
  mutant(
    "stochastic-log-of-one-plus",
    "the stochastic GRAE* takes the logarithm of 1 + ‖J_i‖²/β, rounded",
    ["A11"],
    withVolume({
      graeStarStochastic: (j, beta, i) =>
        beta / 2 * j[0]!.length * Math.log(1 + j.reduce((sum, row) => sum + row[i]! ** 2, 0) / beta),
    }),
  ),
  mutant(
    "grae-log-of-one-plus-eigenvalues",
    "GRAE sums the logarithms of 1 + s²/β, rounded",
    ["A11"],
    withVolume({
      grae: (j, beta) => beta / 2 * singularValues(j).reduce((sum, s) => sum + Math.log(1 + s * s / beta), 0),
    }),
  ),
  mutant(
    "block-log-of-pivots",
    "GRAE-block sums the logarithms of pivots of I + JᵀJ/β, to which small ones have been rounded",
    ["A11"],
    withVolume({
      graeBlock: (j, beta, block) => {
        let total = 0;
        for (let start = 0; start < j[0]!.length; start += block) {
          total += logDeterminant(shiftedGram(j.map((row) => row.slice(start, start + block)), 1 / beta, 1));
        }
        return beta / 2 * total;
      },
    }),
  ),
  ...(["grae", "grae-block", "grae-star", "grae-star-stochastic"] as const).map((name) =>
    mutant(
      `${name}-loss-through-determinant`,
      `the volume of ${name} is the logarithm of a determinant, which is 1 and a little`,
      ["A11"],
      changed(name, (terms, { beta }) => ({
        ...terms,
        volume: terms.volume!.map((volume) => {
          const determinant = Math.exp(2 * volume / beta);
          return determinant < 2 ? beta / 2 * Math.log(determinant) : volume;
        }),
      })),
    )
  ),
];
