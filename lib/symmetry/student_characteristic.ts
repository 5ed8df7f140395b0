/**
 * φ(t) of Student-t scaled to variance 1, as a scale mixture of normal laws: E exp(−u²/(4 G)) for G ~ Gamma(ν/2) and
 * u = √(ν − 2) |t|. As an integral over log G it equals u^a K_a(u) 2^(1−a)/Γ(a), a = ν/2, but nothing cancels: the
 * trapezoidal rule, which converges like exp(−c/step) here, gives it as an average with positive weights.
 *
 * Source: S. Hurst, *The characteristic function of the Student t distribution*, 1995.
 *
 * @param degrees ν > 2
 */
export function studentCharacteristic(degrees: number, t: number): number {
  const a = degrees / 2, u = Math.sqrt(degrees - 2) * Math.abs(t);
  // G has its mode at a, a width of 1/√a in the logarithm, and a tail like e^(ax) on the left; u moves the mode to u/2.
  const step = 1 / (3 * Math.sqrt(a + u));
  const left = 44 / a + 10 / Math.sqrt(a), right = 10 / Math.sqrt(a) + Math.log1p(u);
  let weights = 0, value = 0;
  for (let x = -left; x <= right; x += step) {
    const weight = Math.exp(a * (x - Math.expm1(x)));
    weights += weight;
    value += weight * Math.exp(-u * u / (4 * a * Math.exp(x)));
  }
  return value / weights;
}
