/**
 * Kernels that go over matrices row by row.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { rowsPerChunk } from "./elementwise.ts";
import type { Heap } from "../backend/heap.ts";
import { defineKernel } from "../backend/kernel.ts";
import { assertShape, type Axes } from "../shape.ts";

/** Requires matrices `[rows, columns]` of one size. */
export function assertAlike(doing: string, matrices: Readonly<Record<string, tf.Tensor>>): Axes {
  const axes: Axes = new Map();
  for (const [name, matrix] of Object.entries(matrices)) {
    assertShape(doing, name, matrix, "rows columns", axes);
  }
  return axes;
}

/** out = Σ_j a_ij b_ij for each row: a, b `[rows, columns]`, out `[rows]`. */
export function dotRows(
  { team }: Heap,
  a: number,
  b: number,
  out: number,
  [rows, columns]: readonly [number, number, ...number[]],
): void {
  const size = rowsPerChunk(columns);
  team.run("dots", Math.ceil(rows / size), { rows, columns, size, a, b, out }, rows * columns);
}

const rowDotsKernel = defineKernel<Record<never, never>>({
  name: "GraeRowDots",
  shapes: ([a]) => [[a![0]!]],
  onHeap: (heap, [a, b], [out], _, [shape]) => dotRows(heap, a, b, out, shape),
  compose: ([a, b]) => [tf.sum(tf.mul(a!, b!), 1)],
});

/** Σ_j a_ij b_ij for each row: a, b `[rows, columns]` ↦ `[rows]`. Not differentiable. */
export function rowDots(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  assertAlike("rowDots", { a, b });
  return rowDotsKernel([a, b], {})[0]!;
}

const scaleRowsKernel = defineKernel<{ readonly factor: number }>({
  name: "GraeScaleRows",
  shapes: ([a]) => [[...a!]],
  onHeap: ({ team }, [a, c], [out], { factor }, [[rows, columns]]) => {
    const size = rowsPerChunk(columns);
    const args = { rows, columns, size, factor, a, c, out };
    team.run("scaleRows", Math.ceil(rows / size), args, rows * columns);
  },
  compose: ([a, c], { factor }) => [tf.mul(a!, tf.reshape(tf.mul(factor, c!), [-1, 1]))],
});

/** factor c_i a_ij: a `[rows, columns]`, c `[rows]` ↦ `[rows, columns]`. Not differentiable. */
export function scaleRows(a: tf.Tensor, c: tf.Tensor, factor: number): tf.Tensor {
  assertShape("scaleRows", "c", c, "rows", assertAlike("scaleRows", { a }));
  return scaleRowsKernel([a, c], { factor })[0]!;
}

const differencesKernel = defineKernel<{ readonly factor: number }>({
  name: "GraeDifferences",
  shapes: ([a]) => [[...a!]],
  onHeap: ({ team }, [a, b, c], [out], { factor }, [[rows, columns]]) => {
    const size = rowsPerChunk(columns);
    const args = { rows, columns, size, factor, a, b, c, out };
    team.run("differences", Math.ceil(rows / size), args, rows * columns);
  },
  compose: ([a, b, c], { factor }) => [tf.mul(tf.sub(a!, b!), tf.reshape(tf.mul(factor, c!), [-1, 1]))],
});

const squaredDistanceKernel = defineKernel<Record<never, never>>({
  name: "GraeSquaredDistance",
  shapes: ([a]) => [[a![0]!]],
  onHeap: ({ team }, [a, b], [out], _, [[rows, columns]]) => {
    const size = rowsPerChunk(columns);
    team.run(
      "squaredDistances",
      Math.ceil(rows / size),
      { rows, columns, size, a, b, out },
      rows * columns,
    );
  },
  compose: ([a, b]) => [tf.sum(tf.square(tf.sub(a!, b!)), 1)],
  gradient: ([dy], [a, b]) => [
    () => differencesKernel([a!, b!, dy!], { factor: 2 })[0]!,
    () => differencesKernel([a!, b!, dy!], { factor: -2 })[0]!,
  ],
});

/** ‖a − b‖² for each row: a, b `[rows, columns]` ↦ `[rows]`. */
export function squaredDistance(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  assertAlike("squaredDistance", { a, b });
  return squaredDistanceKernel([a, b], {})[0]!;
}

const squaredNormKernel = defineKernel<Record<never, never>>({
  name: "GraeSquaredNorm",
  shapes: ([a]) => [[a![0]!]],
  onHeap: (heap, [a], [out], _, [shape]) => dotRows(heap, a, a, out, shape),
  compose: ([a]) => [tf.sum(tf.square(a!), 1)],
  gradient: ([dy], [a]) => [() => scaleRows(a!, dy!, 2)],
});

/** ‖a‖² for each row: a `[rows, columns]` ↦ `[rows]`. */
export function squaredNorm(a: tf.Tensor): tf.Tensor {
  assertAlike("squaredNorm", { a });
  return squaredNormKernel([a], {})[0]!;
}
