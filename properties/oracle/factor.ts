/**
 * Symmetric laws of one latent: moments and characteristic functions.
 *
 * @module
 */

import type { FactorSpec } from "../contract/subject.ts";

/** E u⁴ − 3 (E u²)², from the two moments of the law in its natural scale. */
export function fourthCumulant(factor: FactorSpec): number {
  const [second, fourth] = moments(factor);
  return (fourth / second ** 2 - 3) * factor.variance ** 2;
}

/** E u² and E u⁴ at scale 1. */
function moments(factor: FactorSpec): readonly [number, number] {
  switch (factor.kind) {
    case "gaussian":
      return [1, 3];
    case "laplace":
      return [2, 24];
    case "logistic":
      return [Math.PI ** 2 / 3, 7 * Math.PI ** 4 / 15];
    case "uniform":
      return [1 / 3, 1 / 5];
    case "student-t": {
      const nu = degreesOf(factor.degrees);
      return [nu / (nu - 2), 3 * nu * nu / ((nu - 2) * (nu - 4))];
    }
    case "mixture":
      // N(0, 1/4) beside the points ±3/2 with probability 1/6 each: 1/4 + 3/4, and 3/16 + 6 (1/4)(3/4) + 27/16.
      return [1, 3];
  }
}

/** E cos(s u) */
export function characteristicFunction(factor: FactorSpec, s: number): number {
  const t = Math.sqrt(factor.variance) * s;
  switch (factor.kind) {
    case "gaussian":
      return Math.exp(-t * t / 2);
    case "laplace":
      return 2 / (2 + t * t);
    case "logistic": {
      const u = Math.sqrt(3) * Math.abs(t);
      return u === 0 ? 1 : 2 * u * Math.exp(-u) / -Math.expm1(-2 * u);
    }
    case "uniform": {
      const u = Math.sqrt(3) * t;
      return u === 0 ? 1 : Math.sin(u) / u;
    }
    case "student-t":
      return studentCharacteristic(degreesOf(factor.degrees), t);
    case "mixture":
      return Math.exp(-t * t / 8) * (2 + Math.cos(1.5 * t)) / 3;
  }
}

/**
 * A Student-t variable is normal with variance (ν − 2)/(2 G) for G ~ Gamma(ν/2), here scaled to variance 1, so φ(t) is
 * E exp(−(ν − 2) t²/(4 G)): an integral over log G by the trapezoidal rule, which converges exponentially, the weights
 * normalised by their own sum.
 */
function studentCharacteristic(nu: number, t: number): number {
  let total = 0, value = 0;
  for (let k = -160; k <= 48; k++) {
    const log = k / 8;
    const weight = Math.exp(nu / 2 * log - Math.exp(log));
    total += weight;
    value += weight * Math.exp(-(nu - 2) * t * t / (4 * Math.exp(log)));
  }
  return value / total;
}

function degreesOf(degrees: number): number {
  if (!(degrees > 4)) throw new RangeError(`Student-t: degrees must be > 4, but is ${degrees}`);
  return degrees;
}
