/**
 * Sums of two large tensors of one shape on all threads: a reverse pass adds up the gradients of a weight that is used
 * twice, and tfjs's kernel takes one thread for it.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Heap } from "./heap.ts";
import { replaceKernel } from "./replace_kernel.ts";
import { addNumbers } from "./rows.ts";
import { WORTH_SHARING } from "./team.ts";

/** Replaces the wasm engine's `Add` where it adds many float32 numbers one by one. */
export function installSum(heap: Heap): void {
  replaceKernel("Add", (original) => (given) => {
    const [a, b] = [given.inputs["a"]!, given.inputs["b"]!];
    const size = tf.util.sizeFromShape(a.shape);
    const plain = a.dtype === "float32" && b.dtype === "float32" &&
      tf.util.arraysEqual(a.shape, b.shape);
    if (!plain || size < WORTH_SHARING) return original(given);
    const out = heap.allocate(a.shape);
    addNumbers(heap, heap.offset(a), heap.offset(b), heap.offset(out), size);
    return out;
  });
}
