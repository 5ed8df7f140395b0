/**
 * Expectations under Gaussians by the trapezoidal rule, which for functions analytic in a strip of half-width a converges
 * like exp(−2πa/h).
 *
 * Source: L. N. Trefethen, J. A. C. Weideman, The Exponentially Convergent Trapezoidal Rule, SIAM Review 56, 2014.
 *
 * @module
 */

import type { Matrix, Vector } from "../../contract/subject.ts";
import { sum } from "./algebra.ts";

/** Nodes `[node][d]` and weights of an expectation over u ~ N(0, I). */
export interface Rule {
  readonly nodes: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

/** The product rule in d dimensions with spacing h over |u| ≤ 8.5, beyond which N(0, 1) has less than 2⁻⁵³ of its mass. */
export function gaussianRule(d: number, h: number): Rule {
  const half = Math.floor(8.5 / h);
  const line = Array.from({ length: 2 * half + 1 }, (_, k) => (k - half) * h);
  const density = line.map((u) => h * Math.exp(-u * u / 2) / Math.sqrt(2 * Math.PI));
  let rule: Rule = { nodes: [[]], weights: [1] };
  for (let axis = 0; axis < d; axis++) {
    const { nodes, weights } = rule;
    rule = {
      nodes: nodes.flatMap((node) => line.map((u) => [...node, u])),
      weights: weights.flatMap((weight) => density.map((value) => weight * value)),
    };
  }
  return rule;
}

/**
 * Points of N(0, I) in one or two dimensions on rings, all of the same weight, with equally spaced angles: radii at the quantiles
 * (k + ½)/8 of ‖z‖, up to 2.4. In one dimension a ring is the pair ±r.
 *
 * A map that turns every ring by its own angle only shifts a periodic integrand along its ring, so that averages before and after
 * agree as soon as the rule is exact on each ring, which for analytic integrands it is to rounding. Between the rings nothing has to
 * be exact.
 */
export function rings(latent: number): number[][] {
  const radii = Array.from({ length: 8 }, (_, k) => Math.sqrt(-2 * Math.log((k + 0.5) / 8)));
  const angles = Array.from({ length: 64 }, (_, k) => (k + 0.5) * Math.PI / 32);
  return latent === 1
    ? radii.flatMap((r) => [[r], [-r]])
    : radii.flatMap((r) => angles.map((angle) => [r * Math.cos(angle), r * Math.sin(angle)]));
}

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
