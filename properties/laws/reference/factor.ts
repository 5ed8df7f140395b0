/**
 * Characteristic functions of symmetric laws by integrating cos(su) over their densities: no closed form of one is used.
 *
 * @module
 */

import type { FactorSpec } from "../../contract/subject.ts";

/** Excess kurtosis κ₄/v². Source: tables of N. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate Distributions, 1995. */
export function excessKurtosis(factor: FactorSpec): number {
  switch (factor.kind) {
    case "laplace":
      return 3;
    case "logistic":
      return 6 / 5;
    case "uniform":
      return -6 / 5;
    case "student-t":
      return 6 / (factor.degrees - 4);
    default:
      return 0;
  }
}

/** The density at u ≥ 0 of the law with variance 1, up to a constant, where it is analytic and falls exponentially. */
const densities = {
  gaussian: (u: number) => Math.exp(-u * u / 2),
  laplace: (u: number) => Math.exp(-Math.SQRT2 * u),
  logistic: (u: number) => Math.cosh(Math.PI * u / Math.sqrt(12)) ** -2,
  mixture: (u: number) =>
    4 * Math.exp(-2 * u * u) + Math.exp(-2 * (u - 1.5) ** 2) + Math.exp(-2 * (u + 1.5) ** 2),
};

/** E cos(su) for every law but Student-t, for which see {@link oddStudent}. */
export function cosineTransform(factor: FactorSpec, s: number): number {
  const t = Math.sqrt(factor.variance) * s;
  if (factor.kind === "student-t") throw new RangeError("cosineTransform: Student-t falls too slowly");
  if (factor.kind === "uniform") return average((u) => Math.cos(t * u), Math.sqrt(3));
  const density = densities[factor.kind];
  return halfLine((u) => density(u) * Math.cos(t * u)) / halfLine(density);
}

/** Takahasi and Mori 1974: u = exp(x − e⁻ˣ) makes the trapezoidal rule on a half-line converge doubly exponentially. */
function halfLine(f: (u: number) => number): number {
  let total = 0;
  for (let k = -160; k <= 160; k++) {
    const x = k / 32, u = Math.exp(x - Math.exp(-x));
    total += f(u) * u * (1 + Math.exp(-x));
  }
  return total / 32;
}

/** The average over [0, a] by the tanh–sinh rule, from the same source. */
function average(f: (u: number) => number, a: number): number {
  let total = 0;
  for (let k = -128; k <= 128; k++) {
    const x = k / 32, y = Math.PI * Math.sinh(x);
    total += f(a / (1 + Math.exp(-y))) * Math.PI * Math.cosh(x) / (2 + 2 * Math.cosh(y));
  }
  return total / 32;
}

/**
 * φ of Student-t with variance 1 and an odd number ν of degrees from 5 to 9: e⁻ᵘ times a polynomial in u = √(ν − 2) |t| (Bessel
 * functions of half-integer order).
 */
export function oddStudent(degrees: number, variance: number, s: number): number {
  const u = Math.sqrt((degrees - 2) * variance) * Math.abs(s);
  const coefficients: Readonly<Record<number, readonly number[]>> = {
    5: [1, 1, 1 / 3],
    7: [1, 1, 2 / 5, 1 / 15],
    9: [1, 1, 3 / 7, 2 / 21, 1 / 105],
  };
  return Math.exp(-u) * coefficients[degrees]!.reduce((sum, c, k) => sum + c * u ** k, 0);
}
