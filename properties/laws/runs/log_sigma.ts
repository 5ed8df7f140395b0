/**
 * What slopes in a learned log σ may be off by. They are not small sums of large weights, as other slopes are, but counts of pixels.
 *
 * @module
 */

import { real } from "../../oracle/arithmetic.ts";
import { push } from "../../oracle/digits_score.ts";
import type { Likelihood } from "../../oracle/likelihood.ts";
import type { Case } from "../../oracle/model.ts";
import { factor } from "../../oracle/posterior.ts";
import type { Vector } from "../../contract/specs.ts";
import { sum } from "../reference/algebra.ts";
import type { At } from "./tolerance.ts";

/** log σ where it is learned. */
export const logSigmaOf = (likelihood: Likelihood): Vector =>
  likelihood.kind === "scaled-gaussian" ? likelihood.logSigma : [];

/** A slope of one example. */
export interface LogSigmaSlope {
  /** Its part that other than pixels have. */
  readonly rest: number;
  /** The sum of the absolute values of those of pixels. */
  readonly pixels: number;
  /** What the error of the decoder's output, and units on a kink, may change. */
  readonly off: number;
}

/**
 * The slopes in log σ of one example. With u = (x − g)/σ at h, a slope is m − Σu² over its m pixels, and the rest, which the spread of z adds.
 * Σu² is off by twice what −log p is. A unit on a kink changes the rest by at most what it changes G (`swing`), times the largest variance of z.
 */
export function logSigmaSlopes(
  { model, x: [x] }: Case,
  slopes: Vector,
  { output, errors }: At,
  swing: number,
): readonly LogSigmaSlope[] {
  const logSigma = logSigmaOf(model.likelihood), count = logSigma.length;
  if (count === 0) return [];
  const raw = push(model.encoder, x!).output.slice(model.latent);
  const l = raw.length === 0 ? [] : factor(real, model.family, model.latent, raw);
  const variance = Math.max(1, ...l.map((row) => sum(row.map((entry) => entry ** 2))));
  const squares = logSigma.map(() => 0), off = logSigma.map(() => swing * variance);
  output.forEach((g, j) => {
    squares[j % count]! += (x![j]! - g) ** 2 * Math.exp(-2 * logSigma[j % count]!);
    off[j % count]! += 2 * errors[j]!;
  });
  const own = output.length / count;
  return slopes.map((slope, k) => ({
    rest: Math.abs(slope - (own - squares[k]!)),
    pixels: own + squares[k]!,
    off: off[k]!,
  }));
}
