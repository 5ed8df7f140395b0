/**
 * Faults in GRAE* and its stochastic form, as a function of the Jacobian.
 *
 * @module
 */

import { transpose } from "../../oracle/dense.ts";
import { type Mutant, mutant } from "../mutant.ts";
import { overColumns, volume, withVolume } from "./with_volume.ts";

/** Mistakes in GRAE* and its stochastic form. */
export const starMutants: readonly Mutant[] = [
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
