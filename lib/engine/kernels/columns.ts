/**
 * The columns of a matrix in two parts: slices take a kernel each, and in reverse a padding each and a sum.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { copyRows } from "./elementwise.ts";
import { defineKernel } from "../backend/kernel.ts";
import { assertShape } from "../shape.ts";

/** How many columns the first part has. */
interface Split {
  readonly at: number;
}

const joinColumnsKernel = defineKernel<Split>({
  name: "GraeJoinColumns",
  shapes: ([a, b]) => [[a![0]!, a![1]! + b![1]!]],
  onHeap: (heap, [a, b], [out], { at }, [[rows], [, rest]]) => {
    copyRows(heap, [rows, at], [a, at], [out, at + rest]);
    copyRows(heap, [rows, rest], [b, rest], [out + 4 * at, at + rest]);
  },
  compose: ([a, b]) => [tf.concat([a!, b!], 1)],
});

const splitColumnsKernel = defineKernel<Split>({
  name: "GraeSplitColumns",
  shapes: ([a], { at }) => [[a![0]!, at], [a![0]!, a![1]! - at]],
  onHeap: (heap, [a], [first, second], { at }, [[rows, columns]]) => {
    copyRows(heap, [rows, at], [a, columns], [first, at]);
    copyRows(heap, [rows, columns - at], [a + 4 * at, columns], [second, columns - at]);
  },
  compose: ([a], { at }) => tf.split(a!, [at, a!.shape[1]! - at], 1),
  gradient: ([first, rest], _, split) => [() => joinColumnsKernel([first!, rest!], split)[0]!],
});

/**
 * The first so many columns and the rest: a `[rows, columns]` ↦ `[rows, at]`, `[rows, columns − at]`.
 *
 * @throws RangeError unless both have columns; TypeError for a wrong shape or kind
 */
export function splitColumns(a: tf.Tensor, at: number): [tf.Tensor, tf.Tensor] {
  assertShape("splitColumns", "a", a, "rows columns");
  const columns = a.shape[1]!;
  if (!Number.isInteger(at) || at < 1 || at >= columns) {
    throw new RangeError(
      `splitColumns: at must be a whole number from 1 to ${
        columns - 1
      }, but it is ${at} for ${columns} columns`,
    );
  }
  const [first, rest] = splitColumnsKernel([a], { at });
  return [first!, rest!];
}
