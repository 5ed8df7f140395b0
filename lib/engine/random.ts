/**
 * Random tensors from keys.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { type Key, normal } from "./key.ts";
import { drawnFrom } from "./key_use.ts";
import { currentTracer } from "./program/tracer.ts";

/**
 * A tensor of numbers that are drawn from a key.
 *
 * A function that is to be replayed draws through this alone: a replay draws from its own key, with the same `draw`.
 *
 * @param draw as many float32 numbers as the shape has, a pure function of the key
 */
export function drawn(key: Key, shape: readonly number[], draw: (key: Key) => Float32Array): tf.Tensor {
  drawnFrom(key);
  const [high, low] = key;
  // Of an equal key, which nobody traces.
  const tensor = tf.tensor(draw([high, low]), [...shape], "float32");
  currentTracer()?.drawn(tensor, key, draw);
  return tensor;
}

/** A tensor of independent N(0, 1) numbers, the same on every engine. */
export function normalTensor(key: Key, shape: readonly number[]): tf.Tensor {
  return drawn(key, shape, (from) => normal(from, tf.util.sizeFromShape([...shape])));
}
