import { assertShape, type Axes } from "../../lib/engine/mod.ts";
import type { Matrix } from "../../lib/symmetry/mod.ts";

/** Where a decoder with two latents lies in the plane of the turned and scaled W. */
export interface PlaneFit {
  /** a */
  readonly along: number;
  /** b */
  readonly across: number;
  /** The angle of (a, b) in radians, modulo signed permutation: in [0, π/2). */
  readonly angle: number;
}

const QUARTER = Math.PI / 2;

/**
 * The a and b for which W [[a, −b], [b, a]] is nearest to A, in the sum of squares; A with one column turned round where
 * it is W mirrored.
 *
 * W and W [[0, −1], [1, 0]] are orthogonal to each other and equally long, so both are projections.
 *
 * @param estimate A: `[data, 2]`
 * @param truth W: `[data, 2]`
 * @throws TypeError for a wrong shape
 */
export function planeFit(estimate: Matrix, truth: Matrix): PlaneFit {
  const axes: Axes = new Map();
  assertShape("planeFit", "truth", { shape: [truth.length, truth[0]?.length ?? 0] }, "data 2", axes);
  assertShape("planeFit", "estimate", { shape: [estimate.length, estimate[0]?.length ?? 0] }, "data 2", axes);
  const product = (i: number, j: number): number =>
    truth.reduce((sum, row, k) => sum + row[i]! * estimate[k]![j]!, 0);
  const square = truth.reduce((sum, row) => sum + row[0]! ** 2 + row[1]! ** 2, 0);
  const mirrored = product(0, 0) * product(1, 1) < product(0, 1) * product(1, 0);
  const sign = mirrored ? -1 : 1;
  const along = (product(0, 0) + sign * product(1, 1)) / square;
  const across = (product(1, 0) - sign * product(0, 1)) / square;
  const angle = ((Math.atan2(across, along) % QUARTER) + QUARTER) % QUARTER;
  return { along, across, angle };
}
