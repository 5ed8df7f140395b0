/**
 * Likelihoods, data and decoder outputs, saturated Bernoulli included.
 *
 * @module
 */

import fc from "fast-check";
import type { LikelihoodSpec, Matrix } from "../../contract/subject.ts";
import { listOf, logUniform, matrix, real } from "./number.ts";

/** Gaussian with variance 1. */
export const unitGaussian: LikelihoodSpec = { kind: "gaussian", variance: 1 };

/** Gaussian with variance 1e-2 to 1e2. */
export const gaussian: fc.Arbitrary<LikelihoodSpec> = logUniform(-2, 2).map((variance) => ({
  kind: "gaussian",
  variance,
}));

/** Any likelihood. */
export const likelihood: fc.Arbitrary<LikelihoodSpec> = fc.oneof(
  fc.constant(unitGaussian),
  gaussian,
  fc.constant<LikelihoodSpec>({ kind: "bernoulli" }),
);

/** Data `[batch][data]` for a likelihood: reals in [−3, 3], or 0 and 1. */
export function dataFor({ kind }: LikelihoodSpec, batch: number, data: number): fc.Arbitrary<Matrix> {
  if (kind === "gaussian") return matrix(batch, data, 3);
  const row = listOf(data, fc.constantFrom(0, 1));
  return listOf(batch, row);
}

/** A logit: moderate, or saturated up to ±80, where m(1 − m) is below 1e-34. */
export const logit: fc.Arbitrary<number> = fc.oneof(real(3), real(80));
