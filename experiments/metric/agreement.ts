/**
 * How far variances are from what is predicted of them.
 *
 * @module
 */

import type { Variance } from "../../properties/laws/trained.ts";

/** To come. */
export function agreement(_pairs: readonly Variance[]): { ratio: number; correlation: number } {
  return { ratio: NaN, correlation: NaN };
}
