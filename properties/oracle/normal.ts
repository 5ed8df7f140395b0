/**
 * The standard normal density and distribution function to float64 accuracy. JavaScript has no error function.
 *
 * @module
 */

/** φ(u) = e^(−u²/2)/√(2π) */
export function normalDensity(u: number): number {
  return Math.exp(-u * u / 2) / Math.sqrt(2 * Math.PI);
}

/** Φ(u) = ½ erfc(−u/√2) */
export function normalCumulative(u: number): number {
  return complementaryErrorFunction(-u / Math.SQRT2) / 2;
}

/**
 * erfc(x) = (2/√π) ∫_x^∞ e^(−t²) dt.
 *
 * Below 1 from the series of erf; from 1 on from the continued fraction of erfc, which keeps the relative accuracy that
 * 1 − erf would lose. The rounding of x² inside the exponential bounds the relative error by about (4 + x²) 2⁻⁵³.
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.6 and 7.1.14.
 */
export function complementaryErrorFunction(x: number): number {
  if (x < 0) return 2 - complementaryErrorFunction(-x);
  return x < 1 ? 1 - seriesOfErf(x) : fractionOfErfc(x);
}

/** erf(x) = (2/√π) e^(−x²) Σ_k 2ᵏ x^(2k+1)/(1·3·…·(2k+1)): all terms of one sign, so nothing cancels. */
function seriesOfErf(x: number): number {
  let term = x;
  let total = x;
  for (let k = 1; term > total * 2 ** -54; k++) {
    term *= 2 * x * x / (2 * k + 1);
    total += term;
  }
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * total;
}

/**
 * √π e^(x²) erfc(x) = 1/(x + ½/(x + 1/(x + 3/2/(x + …)))), evaluated from the inside. At x = 1, where it converges
 * slowest, 160 levels leave less than 2⁻⁵³; the number needed falls as 1/x².
 */
function fractionOfErfc(x: number): number {
  let tail = x;
  for (let k = Math.ceil(20 + 180 / (x * x)); k >= 1; k--) tail = x + k / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
}
