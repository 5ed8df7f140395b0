/**
 * The volume regularisers of a Jacobian `[data][latent]`, from singular values: no determinant is formed.
 *
 * @module
 */

import type { Matrix } from "../contract/subject.ts";
import { singularValues, transpose } from "./dense.ts";
import { blocks } from "./posterior.ts";

/** (β/2) log|I + JᵀJ/β| = (β/2) Σ_i log(1 + s_i²/β) over the singular values s_i of J. */
export function graeVolume(jacobian: Matrix, beta: number): number {
  return beta / 2 * singularValues(jacobian).reduce((sum, s) => sum + Math.log1p(s * s / beta), 0);
}

/** (β/2) Σ_blocks log|I + J_BᵀJ_B/β| over consecutive blocks of `block` latents. */
export function graeBlockVolume(jacobian: Matrix, beta: number, block: number): number {
  return blocks(jacobian[0]!.length, block)
    .reduce((sum, latents) => sum + graeVolume(jacobian.map((row) => latents.map((i) => row[i]!)), beta), 0);
}

/** (β/2) Σ_i log(1 + ‖J_{:i}‖²/β) */
export function graeStarVolume(jacobian: Matrix, beta: number): number {
  return transpose(jacobian).reduce((sum, column) => sum + columnVolume(column, beta), 0);
}

/** (β/2) d log(1 + ‖J_{:i}‖²/β) for the column i */
export function graeStarStochasticVolume(jacobian: Matrix, beta: number, column: number): number {
  return jacobian[0]!.length * columnVolume(jacobian.map((row) => row[column]!), beta);
}

function columnVolume(column: readonly number[], beta: number): number {
  return beta / 2 * Math.log1p(column.reduce((sum, entry) => sum + entry * entry, 0) / beta);
}
