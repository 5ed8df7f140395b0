/**
 * Statistics of a sample, as laws on trained models use them.
 *
 * @module
 */

import type { Vector } from "../../contract/subject.ts";
import { sum } from "./algebra.ts";

/** The arithmetic mean; NaN of nothing. */
export function mean(v: Vector): number {
  return sum(v) / v.length;
}

/** exp(mean log v): the mean of ratios, in which 2 and ½ cancel. */
export function geometricMean(v: Vector): number {
  return Math.exp(mean(v.map(Math.log)));
}

/** The quantile at a share in [0, 1], linear between order statistics (R's type 7); NaN of nothing or of a NaN. */
export function quantile(v: Vector, share: number): number {
  if (v.length === 0 || v.some(Number.isNaN)) return NaN;
  const sorted = v.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1), below = Math.floor(at);
  const low = sorted[below]!, high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low === high ? low : low + (at - below) * (high - low);
}

/** The middle. */
export function median(v: Vector): number {
  return quantile(v, 0.5);
}

/** Greatest less least. */
export function range(v: Vector): number {
  return Math.max(...v) - Math.min(...v);
}

/** The least-squares line of y over x, and Pearson's correlation; NaN where x or y does not vary. */
export function regression(x: Vector, y: Vector): { readonly slope: number; readonly correlation: number } {
  const mx = mean(x), my = mean(y);
  let xx = 0, xy = 0, yy = 0;
  x.forEach((value, i) => {
    const dx = value - mx, dy = y[i]! - my;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  });
  return { slope: xy / xx, correlation: xy / Math.sqrt(xx * yy) };
}

/**
 * p of Rayleigh's test that angles are uniform on a circle of the given period: R = |mean exp(2πi a/period)|, and
 * p = exp(√(1 + 4n + 4(n² − n²R²)) − (1 + 2n)).
 *
 * Source: J. H. Zar, Biostatistical Analysis, 1999, equation 27.4; its error is below 0.001 from n = 10 on.
 */
export function rayleigh(angles: Vector, period: number): number {
  const n = angles.length, turn = 2 * Math.PI / period;
  const c = sum(angles.map((angle) => Math.cos(turn * angle)));
  const s = sum(angles.map((angle) => Math.sin(turn * angle)));
  const resultant = c * c + s * s;
  return Math.min(1, Math.exp(Math.sqrt(1 + 4 * n + 4 * (n * n - resultant)) - (1 + 2 * n)));
}

/** KL of a coin that falls with probability q from one that does with p. */
export function bernoulliDivergence(q: number, p: number): number {
  const part = (a: number, b: number): number => (a === 0 ? 0 : a * Math.log(a / b));
  return part(q, p) + part(1 - q, 1 - p);
}
