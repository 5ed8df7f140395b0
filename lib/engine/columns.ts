/**
 * The columns of a matrix in two parts: slices take a kernel each, and in reverse a padding each and a sum.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.ts";

/** How many columns the first part has. */
interface Split {
  readonly at: number;
}

const joinColumnsKernel = defineKernel<Split>({
  name: "GraeJoinColumns",
  shapes: ([a, b]) => [[a![0]!, a![1]! + b![1]!]],
  compute: ([a, b], [out], { at }, [shape, other]) => {
    const [rows, columns] = [shape![0]!, at + other![1]!];
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        out![i * columns + j] = j < at ? a![i * at + j]! : b![i * (columns - at) + j - at]!;
      }
    }
  },
  compose: ([a, b]) => [tf.concat([a!, b!], 1)],
});

const splitColumnsKernel = defineKernel<Split>({
  name: "GraeSplitColumns",
  shapes: ([a], { at }) => [[a![0]!, at], [a![0]!, a![1]! - at]],
  compute: ([a], [first, rest], { at }, [shape]) => {
    const [rows, columns] = shape as [number, number];
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        if (j < at) first![i * at + j] = a![i * columns + j]!;
        else rest![i * (columns - at) + j - at] = a![i * columns + j]!;
      }
    }
  },
  compose: ([a], { at }) => tf.split(a!, [at, a!.shape[1]! - at], 1),
  gradient: ([first, rest], _, split) => [() => joinColumnsKernel([first!, rest!], split)[0]!],
});

/** The first so many columns and the rest: a `[rows, columns]` ↦ `[rows, at]`, `[rows, columns − at]`. */
export function splitColumns(a: tf.Tensor, at: number): [tf.Tensor, tf.Tensor] {
  const [first, rest] = splitColumnsKernel([a], { at });
  return [first!, rest!];
}
