/**
 * All unit tangents at once, through the first two layers. After the first layer they are ẏ_bj = φ′_b ∘ W_j: a factor of the
 * example b and a factor of the tangent j. So they are computed only where they are multiplied by V. In reverse, with
 *
 * N_j = Σ_b φ′_bᵀ u̇_bj (`[hidden, columns]`, u̇ the gradient in ẏ V)
 *
 * the gradient in V is Σ_j diag(W_j) N_j, and that in W_j is the sums of the rows of N_j ∘ V. This is one product with all u̇,
 * where example by example there are two, for V and for ẏ.
 *
 * @module
 */

import { CORES } from "../engine/kernels/team.ts";
import { type Heap, libraryOf, makeAll } from "../engine/mod.ts";

/** Columns of a chunk of φ′. */
const STRIP = 32;
/** Rows that a thread multiplies at a time, and about how many numbers of N: 1 MiB, which stays in its second-level cache. */
const [ROWS, NUMBERS] = [64, 1 << 18];

/** Where two layers are on the heap. */
export interface UnitLayers {
  /** The output of the first layer: `[batch, hidden]`. */
  readonly y: number;
  /** W: `[tangent, hidden]`. */
  readonly first: number;
  /** V: `[hidden, columns]`. */
  readonly second: number;
}

/** Sizes, as the axes have them. */
export type UnitSizes = readonly [batch: number, tangents: number, hidden: number, columns: number];

/**
 * Pushes unit tangents through two layers: ((φ′ ∘ W) V) ∘ ψ′, with φ′ and ψ′ from the signs of what the layers give.
 *
 * @param z what the second layer gives: `[batch, columns]`
 * @param out `[batch, tangent, columns]`
 * @param slopes of both
 */
export function pushUnitTangents(
  heap: Heap,
  { y, first, second }: UnitLayers,
  [z, out]: readonly [number, number],
  [batch, tangents, hidden, columns]: UnitSizes,
  [firstSlope, secondSlope]: readonly [number, number],
): void {
  const size = Math.max(1, Math.floor(ROWS / tangents));
  const space = heap.allocate([CORES, size * tangents, hidden]);
  try {
    heap.team.run("pushUnits", Math.ceil(batch / size), {
      batch,
      tangents,
      hidden,
      columns,
      size,
      ...libraryOf(heap),
      firstSlope,
      secondSlope,
      y,
      w: first,
      v: second,
      z,
      out,
      space: heap.offset(space),
    }, batch * tangents * hidden * columns);
  } finally {
    heap.release(space);
  }
}

/** Where gradients are on the heap; what is made is added to what is there. */
export interface UnitGradients extends UnitLayers {
  /** u̇: `[batch, tangent, columns]`. */
  readonly du: number;
  /** The gradient in W. */
  readonly inFirst: number;
  /** The gradient in V. */
  readonly inSecond: number;
}

/** Adds the gradients of unit tangents in the first two weights, with φ′ from the sign of y: 1, or `slope`. */
export function addUnitGradients(
  heap: Heap,
  { y, du, first, second, inFirst, inSecond }: UnitGradients,
  [batch, tangents, hidden, columns]: UnitSizes,
  slope: number,
): void {
  const { team } = heap;
  const group = Math.min(tangents, 4 * Math.max(1, Math.floor(NUMBERS / (ROWS * columns) / 4)));
  const scratch = makeAll(heap, [[hidden, batch], [CORES, ROWS, group * columns]]);
  try {
    const [slopes, space] = scratch.map(heap.offset) as [number, number];
    const ofSlopes = { rows: batch, columns: hidden, size: STRIP, slope, y, out: slopes };
    team.run("transposedSlopes", Math.ceil(hidden / STRIP), ofSlopes, batch * hidden);
    team.run("unitGradients", Math.ceil(hidden / ROWS), {
      batch,
      tangents,
      hidden,
      columns,
      size: ROWS,
      group,
      ...libraryOf(heap),
      slopes,
      du,
      w: first,
      v: second,
      dw: inFirst,
      dv: inSecond,
      space,
    }, batch * tangents * hidden * columns);
  } finally {
    scratch.forEach(heap.release);
  }
}
