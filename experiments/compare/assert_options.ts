/**
 * What a comparison can be told.
 *
 * @module
 */

import { assertSeeds } from "../study/seeds.ts";
import type { CompareOptions } from "./options.ts";

/** The least of each whole number. */
const LEAST = {
  seeds: 1,
  latent: 1,
  epochs: 1,
  batch: 1,
  limit: 1,
  judged: 1,
  tracked: 1,
  pairs: 2,
  columns: 2,
  contracted: 1,
  contractedPairs: 2,
  halvings: 3,
} as const satisfies Partial<Record<keyof CompareOptions, number>>;

/**
 * Requires options of which a comparison can be made.
 *
 * @throws RangeError that names the option, what is required and what was given
 */
export function assertOptions(options: CompareOptions): void {
  for (const [name, least] of Object.entries(LEAST) as [keyof typeof LEAST, number][]) {
    const value = options[name];
    if (value !== null && !(Number.isInteger(value) && value >= least)) {
      throw new RangeError(`compare: ${name} must be a whole number from ${least}, but it is ${value}`);
    }
  }
  const { seed, seeds, betas, activation, smooth } = options;
  assertSeeds("compare", seed, seeds);
  const positive = betas.every((beta) => beta > 0 && beta < Infinity);
  if (betas.length === 0 || new Set(betas).size < betas.length || !positive) {
    throw new RangeError(
      `compare: betas must be one or more different numbers above 0, but they are [${betas.join(", ")}]`,
    );
  }
  if (smooth === activation) {
    throw new RangeError(`compare: smooth must be another activation than ${activation}, but it is the same`);
  }
}
