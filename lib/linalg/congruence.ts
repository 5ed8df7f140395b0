/**
 * T_b M T_bᵀ for each example b, congruences of one symmetric M: with T_b M, which its gradient takes, and the sizes of the
 * rows of T, by which its rounding is judged.
 *
 * With a library each thread makes some rows of T M, and multiplies them with T while they are in its cache.
 *
 * @module
 */

import { dotRows } from "../engine/kernels/rows.ts";
import { CORES } from "../engine/kernels/team.ts";
import { type Heap, type HeapBlas, multiply } from "../engine/mod.ts";

/** Rows that a thread makes at a time: so many if there are enough of them, and fewer as long as the library is not slow. */
const [MOST_ROWS, FEWEST_ROWS] = [64, 32];
/** The width from which that pays. */
const WIDE = 64;

/** Sizes, as the axes have them. */
export type CongruenceSizes = readonly [batch: number, tangents: number, width: number];

/** Where matrices are on the heap. */
export interface Congruences {
  /** T: `[batch, tangent, width]`. */
  readonly t: number;
  /** M, symmetric: `[width, width]`. */
  readonly m: number;
  /** T M: `[batch, tangent, width]`. */
  readonly mapped: number;
  /** T M Tᵀ: `[batch, tangent, tangent]`, or its diagonal: `[batch, tangent]`. */
  readonly products: number;
  /** ‖t‖² for each row t of T: `[batch, tangent]`. */
  readonly squares: number;
}

/** Makes T M, T M Tᵀ or its diagonal, and ‖t‖², of T and M. */
export function makeCongruences(
  heap: Heap,
  at: Congruences,
  sizes: CongruenceSizes,
  diagonal: boolean,
): void {
  const [batch, tangents, width] = sizes;
  // By the number of cores and not of threads, which would change the bits.
  const rows = Math.min(MOST_ROWS, batch * tangents / (2 * CORES));
  const { blas } = heap;
  if (blas?.single && width >= WIDE && rows >= FEWEST_ROWS) {
    byRows(heap, blas, at, sizes, diagonal, Math.max(1, Math.floor(rows / tangents)));
  } else oneByOne(heap, at, sizes, diagonal);
}

/** All of them for so many examples at a time. */
function byRows(
  { team }: Heap,
  { pathAt, pathBytes }: HeapBlas,
  { t, m, mapped, products, squares }: Congruences,
  [batch, tangents, width]: CongruenceSizes,
  diagonal: boolean,
  size: number,
): void {
  const matrices = { t, m, mapped, products, squares };
  const args = { batch, tangents, width, size, diagonal, path: pathAt, pathBytes, ...matrices };
  team.run("congruences", Math.ceil(batch / size), args, batch * tangents * width * width);
}

/** One after the other. */
function oneByOne(
  heap: Heap,
  { t, m, mapped, products, squares }: Congruences,
  [batch, tangents, width]: CongruenceSizes,
  diagonal: boolean,
): void {
  const rows = batch * tangents;
  multiply(heap, { m: rows, n: width, k: width, a: t, b: m, c: mapped });
  if (diagonal) dotRows(heap, mapped, t, products, [rows, width]);
  else {
    const sizes = { m: tangents, n: tangents, k: width, batch };
    multiply(heap, { ...sizes, transposeB: true, a: mapped, b: t, c: products });
  }
  dotRows(heap, t, t, squares, [rows, width]);
}
