/**
 * Kernels that go over matrices row by row: what surrounds the products of a dense layer whose activation is piecewise
 * linear, with slope 1 where its output is above 0, and `slope` elsewhere.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { detach } from "./gradient.ts";
import type { Heap } from "./heap.ts";
import { defineKernel } from "./kernel.ts";
import { KERNEL } from "./simd/simd.ts";
import { float } from "./team.ts";

/** Numbers of a chunk: 64 KiB, so that two such matrices stay in the second cache. */
const CHUNK = 1 << 14;
/** Columns of a chunk that adds up columns. */
const STRIP = 64;

/** Rows of so many columns that make a chunk. */
const rowsPerChunk = (columns: number): number => Math.max(1, Math.floor(CHUNK / columns));

/** In place, y = φ(y + bias): y `[rows, columns]`. */
export function finishRows(
  { team }: Heap,
  y: number,
  bias: number,
  [rows, columns]: readonly [number, number],
  slope: number,
): void {
  const size = rowsPerChunk(columns);
  const args = [rows, columns, size, float(slope), y, bias];
  team.run(KERNEL.finish, Math.ceil(rows / size), args, rows * columns);
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
  const args = [rows, columns, size, float(slope), t, y, out, per];
  team.run(KERNEL.slopes, Math.ceil(rows / size), args, rows * per * columns);
}

const slopesKernel = defineKernel<{ readonly slope: number }>({
  name: "GraeSlopes",
  shapes: ([t]) => [[...t!]],
  onHeap: (heap, [t, y], [out], { slope }, [[rows, per, columns]]) =>
    slopeRows(heap, t, y, out, [rows, per, columns], slope),
  compose: ([t, y], { slope }) => {
    const [rows, , columns] = t!.shape as [number, number, number];
    return [tf.mul(t!, tf.reshape(tf.step(y!, slope), [rows, 1, columns]))];
  },
});

/** t φ′, with φ′ from the sign of y `[rows, columns]`: t `[rows, per, columns]`. Not differentiable. */
export function slopes(t: tf.Tensor, y: tf.Tensor, slope: number): tf.Tensor {
  return slopesKernel([t, y], { slope })[0]!;
}

const slopesAndSumsKernel = defineKernel<{ readonly slope: number }>({
  name: "GraeSlopesAndSums",
  shapes: ([dy], { slope }) => [...(slope === 1 ? [] : [[...dy!]]), [dy![1]!]],
  onHeap: ({ team }, [dy, y], out, { slope }, [[rows, columns]]) => {
    const [du, sums] = slope === 1 ? [0, out[0]] as const : out;
    const args = [rows, columns, STRIP, float(slope), dy, y, du, sums];
    team.run(KERNEL.slopesAndSums, Math.ceil(columns / STRIP), args, rows * columns);
  },
  compose: ([dy, y], { slope }) => {
    if (slope === 1) return [tf.sum(dy!, 0)];
    const du = tf.mul(dy!, tf.step(y!, slope));
    return [du, tf.sum(du, 0)];
  },
});

/** du = dy φ′ and the sums of its columns: dy, y `[rows, columns]`. Not differentiable. */
export function slopesAndSums(dy: tf.Tensor, y: tf.Tensor, slope: number): [du: tf.Tensor, sums: tf.Tensor] {
  const outputs = slopesAndSumsKernel([dy, y], { slope });
  return slope === 1 ? [detach(dy), outputs[0]!] : [outputs[0]!, outputs[1]!];
}
