/** What {@link kuiperTest} returns. */
export interface KuiperTest {
  /** V = D⁺ + D⁻. */
  readonly statistic: number;
  /** The chance of at least this V if the numbers are uniform, in [0, 1]. */
  readonly p: number;
}

/** Below this λ, p is 1 to ten digits, and its series has not yet begun to converge. */
const SMALLEST = 0.4;
const TERMS = 100;

/**
 * Kuiper's test that numbers are uniform on a circle of circumference 1, whatever point is its origin.
 *
 * V = max_i (i/n − u₍ᵢ₎) + max_i (u₍ᵢ₎ − (i − 1)/n), p = 2 Σ_j (4j²λ² − 1) exp(−2j²λ²) with
 * λ = V (√n + 0.155 + 0.24/√n).
 *
 * Source: N. Kuiper, *Tests concerning random points on a circle*, 1960; M. Stephens, *Use of the Kolmogorov–Smirnov,
 * Cramér–von Mises and related statistics without extensive tables*, 1970, for λ.
 *
 * @param numbers in [0, 1), in any order
 * @throws RangeError for no numbers, or one outside
 */
export function kuiperTest(numbers: ArrayLike<number>): KuiperTest {
  const sorted = Float64Array.from(numbers);
  const n = sorted.length;
  if (n === 0) throw new RangeError("kuiperTest: at least one number is required, but there is none");
  sorted.forEach((u, i) => {
    if (!(u >= 0 && u < 1)) {
      throw new RangeError(`kuiperTest: numbers must be in [0, 1), but number ${i} is ${u}`);
    }
  });
  sorted.sort();
  let [above, below] = [0, 0];
  sorted.forEach((u, i) => {
    above = Math.max(above, (i + 1) / n - u);
    below = Math.max(below, u - i / n);
  });
  const statistic = above + below;
  const root = Math.sqrt(n);
  return { statistic, p: tail(statistic * (root + 0.155 + 0.24 / root)) };
}

/** The chance that Kuiper's scaled statistic exceeds λ, as n → ∞. */
function tail(lambda: number): number {
  if (lambda < SMALLEST) return 1;
  let sum = 0;
  for (let j = 1; j <= TERMS; j++) {
    const square = (j * lambda) ** 2;
    sum += 2 * (4 * square - 1) * Math.exp(-2 * square);
  }
  return Math.min(1, Math.max(0, sum));
}
