/**
 * Fitted convergence orders.
 *
 * @module
 */

/** An error at a step size, and the part of it that may be rounding. */
export interface OrderPoint {
  /** Step size t > 0. */
  readonly t: number;
  /** |error| at t. */
  readonly error: number;
  /** The part of the error that may be rounding. */
  readonly rounding: number;
}

/** A slope of log error over log t. */
export interface OrderFit {
  readonly slope: number;
  /** By how much rounding may have moved the slope. */
  readonly uncertainty: number;
  /** False where rounding may be half of an error or more. */
  readonly resolved: boolean;
}

/**
 * Least squares through (log t, log error). The slope is Σ a_k log error_k with fixed a_k, so an error off by r_k moves it
 * by at most |a_k| log(1/(1 − r_k/error_k)).
 */
export function fitOrder(points: readonly OrderPoint[]): OrderFit {
  const logs = points.map(({ t }) => Math.log(t));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const spread = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  const resolved = points.every(({ error, rounding }) => rounding < error / 2);
  let slope = 0, uncertainty = 0;
  points.forEach(({ error, rounding }, k) => {
    const a = (logs[k]! - mean) / spread;
    if (Number.isNaN(error)) slope = NaN;
    if (!resolved) return;
    slope += a * Math.log(error);
    uncertainty -= Math.abs(a) * Math.log1p(-rounding / error);
  });
  return { slope, uncertainty, resolved };
}
