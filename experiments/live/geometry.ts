/**
 * Shapes of the live page's drawings.
 *
 * @module
 */

import type { Matrix } from "../../lib/symmetry/mod.ts";

/** The points one standard deviation from the middle of N(0, Σ). */
export function ellipse(_covariance: Matrix): [number, number][] {
  return [];
}

/** Where an axis ends. */
export function roundUp(_largest: number): number {
  return 0;
}
