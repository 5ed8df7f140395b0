/**
 * How far variances are from what is predicted of them.
 *
 * @module
 */

import type { Variance } from "../../properties/laws/trained.ts";
import { median } from "../study/median.ts";

/** What {@linkcode agreement} returns. */
export interface Agreement {
  /** exp(median |log(found/predicted)|) ≥ 1: 1.1 where they are typically 10% apart, either way. */
  readonly ratio: number;
  /** Pearson's correlation of log found and log predicted. */
  readonly correlation: number;
}

/**
 * The agreement of variances, found and predicted.
 *
 * @param pairs at least 2, all above 0
 * @throws RangeError for fewer, or where all found or all predicted are equal and have no correlation
 */
export function agreement(pairs: readonly Variance[]): Agreement {
  const refuse = (why: string): never => {
    throw new RangeError(`agreement: at least 2 pairs that differ are needed, but ${why}`);
  };
  if (pairs.length < 2) refuse(pairs.length === 1 ? "there is 1" : "there are none");
  for (const name of ["found", "predicted"] as const) {
    const first = pairs[0]![name];
    if (pairs.every((pair) => pair[name] === first)) refuse(`all ${name} are ${first}`);
  }
  const found = centred(pairs.map((pair) => Math.log(pair.found)));
  const predicted = centred(pairs.map((pair) => Math.log(pair.predicted)));
  const apart = pairs.map((pair) => Math.abs(Math.log(pair.found / pair.predicted)));
  return {
    ratio: Math.exp(median(apart)),
    correlation: dot(found, predicted) / Math.sqrt(dot(found, found) * dot(predicted, predicted)),
  };
}

/** Values less their mean. */
function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return values.map((v) => v - mean);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, v, i) => sum + v * b[i]!, 0);
}
