import { choleskyInPlace, solveInPlace } from "../linalg/dense_float64.ts";

/** On biases, whose common shift changes nothing: keeps the Hessian positive definite. */
const BIAS_PENALTY = 1e-9;

/**
 * A classifier by softmax regression, minimised by Newton's method with halved steps:
 *
 * ```math
 * ½ ‖W‖² − ∑ₙ log softmax(W xₙ + b)_{cₙ}
 * ```
 *
 * @param features `[n, feature]`
 * @param classes from 0: `[n]`
 * @returns the class of a row `[feature]`, the first of those with the greatest score
 * @throws RangeError where the minimum is not found
 */
export function softmaxRegression(
  features: readonly Float64Array[],
  classes: readonly number[],
): (row: Float64Array) => number {
  const kinds = Math.max(...classes) + 1, width = features[0]!.length + 1, size = kinds * width;
  const rows = features.map((row) => Float64Array.of(...row, 1));
  const penalty = Float64Array.from({ length: size }, (_, k) => k % width === width - 1 ? BIAS_PENALTY : 1);
  /** Shares of the classes of a row, and the log of their normaliser. */
  const shares = (w: Float64Array, row: Float64Array): { readonly p: Float64Array; readonly log: number } => {
    const p = new Float64Array(kinds);
    let top = -Infinity, sum = 0;
    for (let c = 0; c < kinds; c++) {
      for (let i = 0; i < width; i++) p[c]! += w[c * width + i]! * row[i]!;
      top = Math.max(top, p[c]!);
    }
    for (let c = 0; c < kinds; c++) sum += p[c] = Math.exp(p[c]! - top);
    for (let c = 0; c < kinds; c++) p[c]! /= sum;
    return { p, log: top + Math.log(sum) };
  };
  const loss = (w: Float64Array): number => {
    let sum = w.reduce((all, entry, k) => all + penalty[k]! * entry ** 2 / 2, 0);
    rows.forEach((row, n) => {
      sum += shares(w, row).log;
      for (let i = 0; i < width; i++) sum -= w[classes[n]! * width + i]! * row[i]!;
    });
    return sum;
  };
  let w = new Float64Array(size), value = loss(w);
  for (let step = 0; step < 100; step++) {
    const gradient = w.map((entry, k) => penalty[k]! * entry), hessian = new Float64Array(size * size);
    penalty.forEach((entry, k) => hessian[k * size + k] = entry);
    rows.forEach((row, n) => {
      const { p } = shares(w, row);
      for (let c = 0; c < kinds; c++) {
        const off = p[c]! - (classes[n] === c ? 1 : 0);
        for (let i = 0; i < width; i++) gradient[c * width + i]! += off * row[i]!;
        for (let e = 0; e <= c; e++) {
          const weight = p[c]! * ((c === e ? 1 : 0) - p[e]!);
          for (let i = 0; i < width; i++) {
            const at = (c * width + i) * size + e * width, factor = weight * row[i]!;
            for (let j = 0; j < width; j++) hessian[at + j]! += factor * row[j]!;
          }
        }
      }
    });
    const move = Float64Array.from(gradient);
    if (choleskyInPlace(hessian, size) >= 0) break;
    solveInPlace(hessian, size, move, 1);
    // Twice what a step is expected to bring: rounding, from some point on.
    const decrement = gradient.reduce((sum, entry, k) => sum + entry * move[k]!, 0);
    if (decrement < 1e-10 * (1 + value)) {
      return (row) => {
        const { p } = shares(w, Float64Array.of(...row, 1));
        return p.indexOf(Math.max(...p));
      };
    }
    let scale = 1;
    for (;;) {
      const next = w.map((entry, k) => entry - scale * move[k]!), lower = loss(next);
      if (lower <= value - 1e-4 * scale * decrement || scale < 1e-6) {
        [w, value] = [next, lower];
        break;
      }
      scale /= 2;
    }
  }
  throw new RangeError(
    "softmaxRegression: the minimum must be found in 100 steps, but it is not; bring the features to a size of about 1",
  );
}
