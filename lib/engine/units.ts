/**
 * The reverse pass of all unit tangents at once, through the first two layers. Behind the first they are ẏ_bj = φ′_b ∘ W_j,
 * an outer product of what depends on the example b and what depends on the tangent j; so with
 *
 * N_j = Σ_b φ′_bᵀ u̇_bj (`[hidden, columns]`, u̇ the gradient in ẏ V)
 *
 * the gradient in V is Σ_j diag(W_j) N_j, and that in W_j the sums of the rows of N_j ∘ V: one product with all u̇ where
 * example by example it takes two, for V and for ẏ.
 *
 * @module
 */

import type { Heap } from "./heap.ts";
import { KERNEL } from "./simd/simd.ts";
import { float } from "./team.ts";

/** Columns of a chunk of φ′. */
const STRIP = 32;
/** Rows of N that a thread makes at a time, and about how many numbers: 1 MiB, which stays in its second cache. */
const [ROWS, NUMBERS] = [64, 1 << 18];
const THREADS = navigator.hardwareConcurrency;

/** Where things are on the heap; gradients are added to what is there. */
export interface UnitGradients {
  /** What the first layer gives: `[batch, hidden]`. */
  readonly y: number;
  /** u̇: `[batch, tangent, columns]`. */
  readonly du: number;
  /** W: `[tangent, hidden]`. */
  readonly first: number;
  /** V: `[hidden, columns]`. */
  readonly second: number;
  /** The gradient in W. */
  readonly inFirst: number;
  /** The gradient in V. */
  readonly inSecond: number;
}

/** Adds the gradients of unit tangents in the first two weights, with φ′ from the sign of y: 1, or `slope`. */
export function addUnitGradients(
  heap: Heap,
  { y, du, first, second, inFirst, inSecond }: UnitGradients,
  [batch, tangents, hidden, columns]: readonly [number, number, number, number],
  slope: number,
): void {
  const { team, blas } = heap;
  const group = Math.min(tangents, 4 * Math.max(1, Math.floor(NUMBERS / (ROWS * columns) / 4)));
  const steps = heap.allocate([hidden, batch]), space = heap.allocate([THREADS, ROWS, group * columns]);
  try {
    const [stepsAt, spaceAt] = [heap.offset(steps), heap.offset(space)];
    const ofSteps = [batch, hidden, STRIP, float(slope), y, stepsAt];
    team.run(KERNEL.steps, Math.ceil(hidden / STRIP), ofSteps, batch * hidden);
    const library = [blas?.pathAt ?? 0, blas?.pathBytes ?? 0];
    const addresses = [stepsAt, du, first, second, inFirst, inSecond, spaceAt];
    team.run(
      KERNEL.units,
      Math.ceil(hidden / ROWS),
      [batch, tangents, hidden, columns, ROWS, group, ...library, ...addresses],
      batch * tangents * hidden * columns,
    );
  } finally {
    [steps, space].forEach(heap.release);
  }
}
