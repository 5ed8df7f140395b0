/**
 * What a recorded function did.
 *
 * @module
 */

import type * as tf from "@tensorflow/tfjs-core";
import type { Heap } from "../backend/heap.ts";
import type { Key } from "../key.ts";

/** A number for some numbers: tensors that share them share it. */
export type Place = number;

/** A kernel or a draw. */
export interface Operation {
  /** The kernel's name. */
  readonly name: string;
  /** What it takes. */
  readonly takes: readonly Made[];
  /** What it makes. */
  readonly makes: readonly Made[];
  /** Does it again: to memory where it can be told to, else by a call. */
  readonly again: Filling | Calling;
}

/** Fills what is made from what is taken, given as byte offsets into the heap. All of it is float32. */
export interface Filling {
  readonly fill: (heap: Heap, inputs: readonly number[], outputs: readonly number[], key: Key) => void;
}

/** Makes new tensors of those that are given, in the order of what is taken and made. */
export interface Calling {
  readonly call: (given: readonly tf.DataId[]) => tf.TensorInfo[];
}

/** A tensor as its numbers' place and what is made of them. */
export interface Made {
  readonly place: Place;
  readonly shape: number[];
  readonly dtype: tf.DataType;
}

/** What a function did. */
export interface Transcript {
  readonly operations: readonly Operation[];
  /** What was there before: the recording's own, to be disposed of. */
  readonly constants: readonly { readonly place: Place; readonly tensor: tf.Tensor }[];
  /** What it returned. */
  readonly outputs: readonly Made[];
  /** How many places there are; those of the inputs come first. */
  readonly places: number;
  /** How it looked at numbers, by which it may have done anything; null if it did not. */
  readonly looked: string | null;
}
