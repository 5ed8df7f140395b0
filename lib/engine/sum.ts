/**
 * Sums of two large tensors of one shape on all threads: a reverse pass adds up the gradients of a weight that is used
 * twice, and tfjs's kernel takes one thread for it.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Heap } from "./heap.ts";
import { KERNEL } from "./simd/simd.ts";

/** Numbers from which threads pay. */
const WORTH_SHARING = 1 << 15;
/** Numbers of a chunk. */
const CHUNK = 1 << 14;

/** Replaces the wasm engine's `Add` where it adds many float32 numbers one by one. */
export function installSum(heap: Heap): void {
  const original = tf.getKernel("Add", "wasm");
  tf.unregisterKernel("Add", "wasm");
  tf.registerKernel({
    ...original,
    kernelFunc: (given) => {
      const [a, b] = [given.inputs["a"]!, given.inputs["b"]!];
      const size = tf.util.sizeFromShape(a.shape);
      const plain = a.dtype === "float32" && b.dtype === "float32" &&
        tf.util.arraysEqual(a.shape, b.shape);
      if (!plain || size < WORTH_SHARING) return original.kernelFunc(given);
      const out = heap.allocate(a.shape);
      const args = [size, CHUNK, heap.offset(a), heap.offset(b), heap.offset(out)];
      heap.team.run(KERNEL.add, Math.ceil(size / CHUNK), args, size);
      return out;
    },
  });
}
