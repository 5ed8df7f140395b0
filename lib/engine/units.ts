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

import { rowsPerChunk } from "./elementwise.ts";
import type { Heap } from "./heap.ts";
import { multiply } from "./product.ts";
import { KERNEL } from "./simd/simd.ts";
import { float } from "./team.ts";

/** Columns of a chunk of φ′. */
const STRIP = 32;
/** Numbers of N that are made at a time, 2 MiB, which stay in the second caches; and rows at least, for the product's sake. */
const [BLOCK, FEWEST] = [1 << 19, 64];

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
  const wide = tangents * columns;
  const most = Math.min(hidden, Math.max(FEWEST, 16 * Math.floor(BLOCK / wide / 16)));
  const steps = heap.allocate([hidden, batch]), block = heap.allocate([most, wide]);
  try {
    const [stepsAt, n] = [heap.offset(steps), heap.offset(block)];
    heap.team.run(
      KERNEL.steps,
      Math.ceil(hidden / STRIP),
      [batch, hidden, STRIP, float(slope), y, stepsAt],
      batch * hidden,
    );
    for (let row = 0; row < hidden; row += most) {
      const rows = Math.min(most, hidden - row), size = rowsPerChunk(wide);
      multiply(heap, { m: rows, n: wide, k: batch, a: stepsAt + 4 * row * batch, b: du, c: n });
      const [of, within] = [4 * row * columns, 4 * row];
      heap.team.run(
        KERNEL.contract,
        Math.ceil(rows / size),
        [
          rows,
          tangents,
          columns,
          size,
          hidden,
          n,
          second + of,
          first + within,
          inSecond + of,
          inFirst + within,
        ],
        rows * wide,
      );
    }
  } finally {
    [steps, block].forEach(heap.release);
  }
}
