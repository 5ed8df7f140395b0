/**
 * Memory on the heap that is used again and again.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Heap } from "../backend/heap.ts";

/** Tensors that are taken and given back; who takes one gets one of that very size. */
export class Pool {
  readonly #heap: Heap;
  readonly #free = new Map<number, tf.TensorInfo[]>();
  readonly #all: tf.TensorInfo[] = [];

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  /** A tensor with as many numbers, unset. */
  take(shape: readonly number[]): tf.TensorInfo {
    const free = this.#free.get(tf.util.sizeFromShape([...shape]))?.pop();
    if (free) return free;
    const made = this.#heap.allocate(shape);
    this.#all.push(made);
    return made;
  }

  /** Takes it back. */
  give(tensor: tf.TensorInfo): void {
    const size = tf.util.sizeFromShape(tensor.shape);
    const free = this.#free.get(size);
    if (free) free.push(tensor);
    else this.#free.set(size, [tensor]);
  }

  /** Gives the memory of all back, also of those that are taken. */
  [Symbol.dispose](): void {
    this.#all.forEach(this.#heap.release);
    this.#all.length = 0;
    this.#free.clear();
  }
}
