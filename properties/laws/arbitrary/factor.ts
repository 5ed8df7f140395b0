/**
 * Symmetric laws of one latent.
 *
 * @module
 */

import fc from "fast-check";
import type { FactorSpec } from "../../contract/subject.ts";
import { between } from "./number.ts";

/** Any law: with a fourth cumulant that is positive, negative, or 0, and the Gaussian. */
export function factor(variance: fc.Arbitrary<number>): fc.Arbitrary<FactorSpec> {
  return fc.oneof({ weight: 4, arbitrary: analytic(variance) }, gaussianFactor(variance), studentT(variance));
}

/** Any but the Gaussian. */
export function nonGaussian(variance: fc.Arbitrary<number>): fc.Arbitrary<FactorSpec> {
  return fc.oneof({ weight: 3, arbitrary: analytic(variance) }, studentT(variance));
}

/** Those that are not Gaussian and have moments of every order. */
export function analytic(variance: fc.Arbitrary<number>): fc.Arbitrary<FactorSpec> {
  return fc.record({ kind: fc.constantFrom("laplace", "logistic", "uniform", "mixture"), variance });
}

/** Student-t with degrees that are odd, where φ is elementary, or any real number above 4. */
export function studentT(variance: fc.Arbitrary<number>): fc.Arbitrary<FactorSpec & { kind: "student-t" }> {
  const degrees = fc.oneof(fc.constantFrom(5, 7, 9), between(4.25, 12));
  return fc.record({ kind: fc.constant("student-t"), variance, degrees });
}

/** The Gaussian. */
export function gaussianFactor(variance: fc.Arbitrary<number>): fc.Arbitrary<FactorSpec> {
  return fc.record({ kind: fc.constant("gaussian"), variance });
}
