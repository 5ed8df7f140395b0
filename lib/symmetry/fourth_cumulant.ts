import { assertFactor, type Factor } from "./factor.ts";

/**
 * The fourth cumulant of a latent:
 *
 * ```math
 * κ₄ = E u⁴ − 3 (E u²)²
 * ```
 *
 * It is v² times the excess kurtosis: Laplace 3, logistic 6/5, uniform −6/5, Student-t 6/(ν − 4),
 * the Gaussian and the mixture 0.
 *
 * ```ts
 * import { fourthCumulant } from "./fourth_cumulant.ts";
 * console.assert(fourthCumulant({ kind: "laplace", variance: 2 }) === 12);
 * ```
 *
 * @throws RangeError unless the variance is positive and ν > 4
 */
export function fourthCumulant(factor: Factor): number {
  assertFactor("fourthCumulant", factor);
  return excessKurtosis(factor) * factor.variance ** 2;
}

function excessKurtosis(factor: Factor): number {
  switch (factor.kind) {
    case "laplace":
      return 3;
    case "logistic":
      return 6 / 5;
    case "uniform":
      return -6 / 5;
    case "student-t":
      return 6 / (factor.degrees - 4);
    case "gaussian":
    case "mixture":
      return 0;
  }
}
