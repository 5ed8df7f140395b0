/**
 * What is done with keys while a function is recorded.
 *
 * @module
 */

import type * as tf from "@tensorflow/tfjs-core";
import type { Key } from "../key.ts";

/** Who records a function. */
export interface Trace {
  /** A key was made of another; `again` does the same with any other. */
  derived(child: Key, parent: Key, again: (parent: Key) => Key): void;
  /** A tensor was made of what `draw` draws from a key. */
  drawn(tensor: tf.Tensor, key: Key, draw: (key: Key) => Float32Array): void;
  /** Numbers were drawn from a key, and nobody knows what becomes of them. */
  read(key: Key): void;
}

let current: Trace | null = null;

/** Who records what runs now. */
export const currentTrace = (): Trace | null => current;

/** Whether a function is recorded now. It must not depend on numbers that it reads. */
export const isRecording = (): boolean => current !== null;

/** Runs a function under the eyes of a trace. */
export function traced<T>(trace: Trace, f: () => T): T {
  const outer = current;
  current = trace;
  try {
    return f();
  } finally {
    current = outer;
  }
}
