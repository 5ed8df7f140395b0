/**
 * The hooks by which keys and draws tell whoever traces a function.
 *
 * @module
 */

import type * as tf from "@tensorflow/tfjs-core";
import type { Key } from "../key.ts";

/** Traces a function. */
export interface Tracer {
  /** A key was derived from another; `again` derives the like from any other. */
  derived(child: Key, parent: Key, again: (parent: Key) => Key): void;
  /** A tensor was filled with the numbers that `draw` draws from a key. */
  drawn(tensor: tf.Tensor, key: Key, draw: (key: Key) => Float32Array): void;
  /** Numbers were drawn from a key without {@link Tracer.drawn}, so a replay could not draw them again. */
  read(key: Key): void;
}

let current: Tracer | null = null;

/** The tracer of the function that runs now; null if it is not traced. */
export const currentTracer = (): Tracer | null => current;

/** Whether a function is traced now: it must not depend on numbers that it reads. */
export const isRecording = (): boolean => current !== null;

/** Calls a function with a tracer. */
export function withTracer<T>(tracer: Tracer, f: () => T): T {
  const outer = current;
  current = tracer;
  try {
    return f();
  } finally {
    current = outer;
  }
}
