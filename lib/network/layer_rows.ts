/**
 * The kernels before and after the products of a dense layer whose activation is piecewise linear: its slope is 1 where the
 * output is above 0, and `slope` elsewhere.
 *
 * @module
 */

import { rowsPerChunk } from "../engine/kernels/elementwise.ts";
import type { Heap } from "../engine/mod.ts";

/** Columns of a chunk that adds up columns. */
const STRIP = 64;

/** In place, y = φ(y + bias): y `[rows, columns]`. */
export function finishRows(
  { team }: Heap,
  y: number,
  bias: number,
  [rows, columns]: readonly [number, number],
  slope: number,
): void {
  const size = rowsPerChunk(columns);
  const args = { rows, columns, size, slope, y, bias };
  team.run("addBiasAndActivate", Math.ceil(rows / size), args, rows * columns);
}

/** out = t φ′, with φ′ from the sign of y `[rows, columns]`: t, out `[rows, per, columns]`, which may be the same. */
export function slopeRows(
  { team }: Heap,
  t: number,
  y: number,
  out: number,
  [rows, per, columns]: readonly [number, number, number],
  slope: number,
): void {
  const size = rowsPerChunk(per * columns);
  const args = { rows, columns, size, slope, t, y, out, per, same: false };
  team.run("slopes", Math.ceil(rows / size), args, rows * per * columns);
}

/**
 * du = dy φ′, with φ′ from the sign of y, and the sums of its columns over each block of `height` rows: dy, y, du `[rows,
 * columns]`, sums `[blocks, columns]`. With slope 1, where φ′ = 1 and du = dy, only the sums.
 */
export function sumSlopedRows(
  { team }: Heap,
  { dy, y, du, sums }: Readonly<Record<"dy" | "y" | "du" | "sums", number>>,
  [rows, columns]: readonly [number, number],
  slope: number,
  height = rows,
): void {
  const args = { rows, columns, size: STRIP, height, slope, dy, y, du, sums };
  team.run("slopesAndSums", Math.ceil(columns / STRIP) * Math.ceil(rows / height), args, rows * columns);
}
