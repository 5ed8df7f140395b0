import { assertFactor, type Factor } from "./factor.ts";
import { studentCharacteristic } from "./student_characteristic.ts";

/**
 * φ(s) = E cos(s u), real since the law is symmetric. With t = √v s: Gaussian e^(−t²/2), Laplace 1/(1 + t²/2), logistic
 * √3t/sinh √3t, uniform sin √3t/√3t, mixture e^(−t²/8) (⅔ + ⅓ cos 3t/2), Student-t by a Bessel function.
 *
 * ```ts
 * import { characteristicFunction } from "./characteristic_function.ts";
 * console.assert(characteristicFunction({ kind: "laplace", variance: 2 }, 1) === 1 / 2);
 * ```
 *
 * Source: N. Johnson, S. Kotz, N. Balakrishnan, *Continuous Univariate Distributions*, 1995.
 *
 * @throws RangeError unless the variance is positive and ν > 4
 */
export function characteristicFunction(factor: Factor, s: number): number {
  assertFactor("characteristicFunction", factor);
  const t = Math.abs(Math.sqrt(factor.variance) * s), w = Math.sqrt(3) * t;
  switch (factor.kind) {
    case "gaussian":
      return Math.exp(-t * t / 2);
    case "laplace":
      return 1 / (1 + t * t / 2);
    case "logistic":
      return w === 0 ? 1 : w / Math.sinh(w);
    case "uniform":
      return w === 0 ? 1 : Math.sin(w) / w;
    case "mixture":
      return Math.exp(-t * t / 8) * (2 / 3 + Math.cos(1.5 * t) / 3);
    case "student-t":
      return studentCharacteristic(factor.degrees, t);
  }
}
