/**
 * What the live page shows, as a function of what is set on it.
 *
 * @module
 */

import type { Matrix } from "../../lib/symmetry/mod.ts";

/** The families that differ with two latents: blocks of one are mean-field, one block of two is full. */
export const FAMILIES = ["isotropic", "mean-field", "full"] as const;
/** The name of one of them. */
export type LiveFamily = typeof FAMILIES[number];

/** x, the one data point. */
export const DATA: readonly number[] = [1, 2, -0.5];

/** What is set by hand. */
export interface Settings {
  /** θ, by which the latents are rotated, in degrees. */
  readonly degrees: number;
  /** v₁, v₂: variances of the best posterior of all at θ = 0, between 0 and 1. */
  readonly variances: readonly [number, number];
  /** β > 0 */
  readonly beta: number;
  /** The family whose covariance is shown beside Σ*. */
  readonly family: LiveFamily;
}

/** What follows from it. Objectives are losses in nats. */
export interface Solution {
  /** The profiled loss of each family. */
  readonly best: Readonly<Record<LiveFamily, number>>;
  /** By how much each exceeds that of the full family. */
  readonly shortfall: Readonly<Record<LiveFamily, number>>;
  /** GRAE. */
  readonly grae: number;
  /** GRAE*. */
  readonly graeStar: number;
  /** GRAE* − GRAE. */
  readonly gap: number;
  /** U5's closed form for the shortfall of mean-field at θ. */
  readonly curve: number;
  /** Σ*, the best covariance of all: `[latent, latent]`. */
  readonly optimum: Matrix;
  /** The best covariance of the chosen family: `[latent, latent]`. */
  readonly chosen: Matrix;
}

/** Solves for a setting. */
export function solve(_settings: Settings): Promise<Solution> {
  return Promise.reject(new Error("solve: not written yet"));
}
