/**
 * Marginals of a Gaussian likelihood over given latent points.
 *
 * @module
 */

import type { Matrix, Vector } from "../../contract/subject.ts";
import { sum } from "./algebra.ts";

/** Σ_i w_i N(x; g_i, σ²I) for decoder outputs `[point][data]`; equal weights when absent. */
export function mixtureDensity(x: Vector, outputs: Matrix, variance: number, weights?: Vector): number {
  const peak = densityPeak(x.length, variance);
  return sum(outputs.map((g, i) => {
    const distance = sum(g.map((value, k) => (x[k]! - value) ** 2));
    return (weights?.[i] ?? 1 / outputs.length) * peak * Math.exp(-distance / (2 * variance));
  }));
}

/** (2πσ²)^(−n/2), the largest value of the density. */
export function densityPeak(data: number, variance: number): number {
  return (2 * Math.PI * variance) ** (-data / 2);
}
