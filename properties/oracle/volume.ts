/**
 * The volume regularisers of a Jacobian `[data][latent]`, from singular values: no determinant is formed.
 *
 * @module
 */

import type { Matrix, Subject } from "../contract/subject.ts";
import { singularValues, transpose } from "./dense.ts";
import { blocks } from "./posterior.ts";

/** The volume capabilities of the oracle. */
export const volume = {
  grae,
  /** (β/2) Σ_blocks log|I + J_BᵀJ_B/β| over consecutive blocks of `block` latents. */
  graeBlock: (jacobian, beta, block) =>
    blocks(jacobian[0]!.length, block)
      .reduce((sum, latents) => sum + grae(jacobian.map((row) => latents.map((i) => row[i]!)), beta), 0),
  /** (β/2) Σ_i log(1 + ‖J_{:i}‖²/β) */
  graeStar: (jacobian, beta) =>
    transpose(jacobian).reduce((sum, column) => sum + columnVolume(column, beta), 0),
  /** (β/2) d log(1 + ‖J_{:i}‖²/β) for the column i */
  graeStarStochastic: (jacobian, beta, column) =>
    jacobian[0]!.length * columnVolume(jacobian.map((row) => row[column]!), beta),
} satisfies NonNullable<Subject["volume"]>;

/** (β/2) log|I + JᵀJ/β| = (β/2) Σ_i log(1 + s_i²/β) over the singular values s_i of J. */
function grae(jacobian: Matrix, beta: number): number {
  return beta / 2 * singularValues(jacobian).reduce((sum, s) => sum + Math.log1p(s * s / beta), 0);
}

function columnVolume(column: readonly number[], beta: number): number {
  return beta / 2 * Math.log1p(column.reduce((sum, entry) => sum + entry * entry, 0) / beta);
}
