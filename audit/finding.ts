/**
 * What an audit found, in numbers, and how numbers of a fit are judged.
 *
 * @module
 */

import type { BentShape } from "./bent.ts";
import type { LikelihoodName } from "./log_row.ts";
import { isExact, leftOf, ROUNDING } from "./readings.ts";
import { standardErrors } from "./student.ts";
import type { Combination, Fit } from "./triangle.ts";

/** A number and how far the truth may be from it, missed once in a million where noise is normal. */
export interface Interval {
  /** The estimate. */
  readonly value: number;
  /** How far the truth may be from it, to each side. */
  readonly halfWidth: number;
}

/** A row that was kept to be looked at. */
export interface KeptRow {
  /** Its number in the file, from 1; of a batch, its first row's. */
  readonly at: number;
  /** A row of the triangle: the pieces and, last, the loss. */
  readonly values: Float64Array;
  /** KL of each latent. */
  readonly kl: Float64Array;
  readonly step: number;
}

/** A coefficient of the loss. */
export interface Coefficient extends Interval {
  /** Of what: "½Σμ²". */
  readonly piece: string;
}

/** A row beside its explanation. */
export interface ExplainedRow {
  /** Its number in the log, from 1. */
  readonly at: number;
  /** As it was logged. */
  readonly loss: number;
  /** The loss as the reading has it. */
  readonly explained: number;
}

/** The result of an audit, before it is put into words. */
export interface Finding {
  /** A β-VAE's loss; another; or one of which these rows do not tell. */
  readonly kind: "beta-vae" | "not-beta-vae" | "unidentified";
  /** Of the reading that explains best; null where none is known. */
  readonly likelihood: LikelihoodName | null;
  /** KL's coefficient over twice that of the summed squared error (Gaussian), or over that of the summed cross-entropy (Bernoulli). */
  readonly beta: Interval | null;
  /** What the loss does that a β-VAE's does not, each by a fixed phrase. */
  readonly mistakes: readonly string[];
  /** Why the verdict is none; null where there is one. */
  readonly unknown: string | null;
  /** What to log so that there is one. */
  readonly toLog: string | null;
  /** Of the reconstruction, ½Σμ², ½Σσ², −½Σlog σ² (or of a KL that was logged), and of 1. */
  readonly coefficients: readonly Coefficient[];
  /** The reconstruction's coefficient in the reading that explains the rows; null where none does. */
  readonly reconstruction: Interval | null;
  /** The KL's; null where it has none, or more than one. */
  readonly kl: Interval | null;
  /** The part of the loss's standard deviation that the reading leaves, from 0 to 1. */
  readonly unexplained: number;
  /** A floor, a capacity, a step, or weights, where the reading has them. */
  readonly bent: BentShape | null;
  /** Examples, or batches. */
  readonly rows: number;
  /** n; null where the log does not say. */
  readonly pixels: number | null;
  /** d; null where the log does not say. */
  readonly latents: number | null;
  /** The size of every batch, where rows were put together and it is one. */
  readonly batch: number | null;
  /** Rows that were kept, drawn evenly from all, with what the reading makes of them. */
  readonly points: readonly ExplainedRow[];
}

/** The part of the loss's standard deviation that may be left unexplained: noise in what was logged. */
export const UNEXPLAINED = 0.02;
/** How many times likelier, as a logarithm, one reading must be than another before they are told apart: 1e9. */
export const TOLD_APART = 20.7;

/** The part of the loss's standard deviation that a fit leaves, each by its degrees of freedom. */
export function shareOf({ left, total, freedom, coefficients }: Fit): number {
  if (total === 0 || freedom < 1) return 0;
  return Math.sqrt(left / total * (freedom + coefficients.length) / freedom);
}

/** How far a coefficient may be off: by the noise that the fit leaves, or by rounding. */
export function intervalOf(found: Fit, index: number, rows: number): Interval {
  const rounding = standardErrors(Infinity) * ROUNDING * found.size;
  const noise = isExact(found, rows) ? 0 : standardErrors(found.freedom) * found.deviation;
  return { value: found.coefficients[index]!, halfWidth: found.leverage[index]! * Math.max(noise, rounding) };
}

/** How far above rounding a fit's squares must be, so that another that leaves no more than rounding is told from it. */
const ABOVE_ROUNDING = 100;

/**
 * How many times likelier one fit is than another, as a logarithm. Of few rows likelihoods say little, but a fit that leaves rounding alone
 * is no chance.
 */
export function advantage(better: Fit, other: Fit, rows: number): number {
  if (better.freedom < 1) return 0;
  const isBeyond = other.left > ABOVE_ROUNDING * rows * (ROUNDING * other.size) ** 2;
  if (isExact(better, rows) && isBeyond) return Infinity;
  return better.freedom / 2 * Math.log(leftOf(other, rows) / leftOf(better, rows));
}

/** What a combination is in a row. */
export const valueOf = (combination: Combination, values: Float64Array): number =>
  combination.reduce((sum, [column, weight]) => sum + weight * values[column]!, 0);
