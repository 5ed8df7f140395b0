/**
 * Variational families Q: which covariances Σ = L Lᵀ a posterior may have.
 *
 * @module
 */

import { assertBlock } from "../linalg/mod.ts";

/** The names of the families. */
export const FAMILY_NAMES = ["isotropic", "mean-field", "block", "full"] as const;
/** The name of a family. */
export type FamilyName = typeof FAMILY_NAMES[number];

/** A Gaussian family; `block` is the number of latents to a block (1 for mean-field, d for full). */
export interface Family {
  /** Its name. */
  readonly name: FamilyName;
  /** Latents to a block. */
  readonly block: number;
}

/**
 * The family of that name for d latents.
 *
 * @param block latents per block, for "block" alone
 * @throws RangeError for an unknown name, a block size that does not divide d, or one that has no meaning
 */
export function family(name: FamilyName, latent: number, block?: number): Family {
  if (!FAMILY_NAMES.includes(name)) {
    throw new RangeError(`family: the name must be one of ${FAMILY_NAMES.join(", ")}, but it is "${name}"`);
  }
  if (name !== "block") {
    if (block !== undefined) {
      throw new RangeError(`family: a block size has no meaning for the ${name} family`);
    }
    return { name, block: name === "full" ? latent : 1 };
  }
  assertBlock("family", latent, block ?? NaN);
  return { name, block: block! };
}

/**
 * Requires a family, and not its name.
 *
 * @throws TypeError that says how to make one
 */
export function assertFamily(doing: string, given: Family): void {
  if (FAMILY_NAMES.includes(given?.name) && given.block >= 1) return;
  const known = FAMILY_NAMES.find((name) => name === given as unknown);
  const made = known ? `family("${known}", latents${known === "block" ? ", block" : ""})` : "family(…)";
  throw new TypeError(
    `${doing}: the family must be a value that family(…) gives, but it is ${
      JSON.stringify(given)
    }; write ${made}`,
  );
}

/**
 * How many numbers describe Σ: log L_ii (one if isotropic, else d), then L strictly below the diagonal inside
 * each block, row by row.
 */
export function rawSize(family: Family, latent: number): number {
  assertFamily("rawSize", family);
  const { name, block } = family;
  return name === "isotropic" ? 1 : latent + latent * (block - 1) / 2;
}
