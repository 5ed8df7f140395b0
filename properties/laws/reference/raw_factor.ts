/**
 * The raw numbers of a posterior factor, as `ModelSpec` lays them out.
 *
 * @module
 */

import type { FamilySpec, Matrix, Vector } from "../../contract/subject.ts";
import { choleskyFactor } from "./algebra.ts";

/** Latents to a block of the family: 1 for isotropic and mean-field, d for full. */
export function blockSizeOf(family: FamilySpec, latent: number): number {
  if (family.kind === "block") return family.size;
  return family.kind === "full" ? latent : 1;
}

/** How many raw numbers a factor has: one for isotropic, else d and those below the diagonal inside the blocks. */
export function rawSizeOf(family: FamilySpec, latent: number): number {
  return family.kind === "isotropic" ? 1 : latent + below(family, latent).length;
}

/** The raw numbers of the factor of a covariance that belongs to the family. */
export function rawFactorOf(family: FamilySpec, covariance: Matrix): Vector {
  return rawOf(family, choleskyFactor(covariance));
}

/** The raw numbers of a lower triangular factor with a positive diagonal. */
export function rawOf(family: FamilySpec, l: Matrix): Vector {
  const logs = l.map((row, i) => Math.log(row[i]!));
  if (family.kind === "isotropic") return logs.slice(0, 1);
  return [...logs, ...below(family, l.length).map(([i, k]) => l[i]![k]!)];
}

/** The places strictly below the diagonal inside a block, row by row. */
function below(family: FamilySpec, latent: number): (readonly [number, number])[] {
  const size = blockSizeOf(family, latent);
  return Array.from({ length: latent }, (_, i) => {
    const first = i - i % size;
    return Array.from({ length: i - first }, (_, k) => [i, first + k] as const);
  }).flat();
}
