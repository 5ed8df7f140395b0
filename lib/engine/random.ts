/**
 * Random tensors from keys.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { type Key, normal } from "./key.ts";

/** A tensor of independent N(0, 1) numbers, the same on every engine. */
export function normalTensor(key: Key, shape: readonly number[]): tf.Tensor {
  return tf.tensor(normal(key, tf.util.sizeFromShape([...shape])), [...shape], "float32");
}
