import { columnsOf, meanOf, type Rows, varianceOf } from "./rows.ts";

/** Sweeps over all weights end when none moves by this, in units of the target's deviation. */
const ENOUGH = 1e-12;
/** Sweeps at most: each brings the loss down, and correlated codes need many. */
const SWEEPS = 100_000;

/**
 * The weights of the lasso, by coordinate descent:
 *
 * ```math
 * argmin_w ‖y − Z w‖²/(2n) + α ‖w‖₁
 * ```
 *
 * The columns of Z and y are brought to a mean of 0 and a variance of 1 first; a latent that never changes has the weight 0.
 *
 * Source: Friedman, Hastie, Höfling, Tibshirani, *Pathwise Coordinate Optimization*, 2007.
 *
 * @param codes `[n, latent]`
 * @param targets `[n]`
 * @param penalty α ≥ 0
 * @returns w: `[latent]`
 * @throws RangeError for a penalty, targets that never change, or where 100,000 sweeps do not end; TypeError for a shape
 */
export function lasso(codes: Rows, targets: ArrayLike<number>, penalty: number): Float64Array {
  const doing = "lasso", n = codes.length;
  if (!(penalty >= 0 && penalty < Infinity)) {
    throw new RangeError(`${doing}: the penalty must be a number from 0, but it is ${penalty}`);
  }
  if (targets.length !== n) {
    throw new TypeError(`${doing}: targets must be as many as codes, ${n}, but there are ${targets.length}`);
  }
  const columns = columnsOf(doing, "codes", codes).map(standardised);
  const [target] = columnsOf(doing, "targets", Array.from(targets, (entry) => [entry]));
  const y = standardised(target!);
  if (y.every((entry) => entry === 0)) {
    throw new RangeError(`${doing}: the targets must change, but they are ${targets[0]} throughout`);
  }
  const along = columns.map((u) => product(u, y)),
    gram = columns.map((u) => columns.map((v) => product(u, v)));
  const weights = new Float64Array(columns.length);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = 0;
    for (let i = 0; i < weights.length; i++) {
      if (gram[i]![i] === 0) continue;
      // The correlation with what the others leave, since each column has a variance of 1.
      let rest = along[i]!;
      for (let k = 0; k < weights.length; k++) if (k !== i) rest -= gram[i]![k]! * weights[k]!;
      const next = Math.sign(rest) * Math.max(0, Math.abs(rest) - penalty);
      moved = Math.max(moved, Math.abs(next - weights[i]!));
      weights[i] = next;
    }
    if (moved <= ENOUGH) return weights;
  }
  throw new RangeError(
    `${doing}: the weights must settle in ${SWEEPS} sweeps, but they still move; latents are nearly the same: raise the penalty, which is ${penalty}`,
  );
}

/** The column with a mean of 0 and a variance of 1; zeros where it never changes. */
function standardised(v: Float64Array): Float64Array {
  const centre = meanOf(v), deviation = Math.sqrt(varianceOf(v));
  return v.map((entry) => (deviation === 0 ? 0 : (entry - centre) / deviation));
}

/** Σ u v/n */
function product(u: Float64Array, v: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < u.length; n++) sum += u[n]! * v[n]!;
  return sum / u.length;
}
