/**
 * For tests of replays: bits of tensors, and functions past their first calls.
 *
 * @module
 */

import { key, type Recordable, type Replayable, replayable, tf } from "../mod.ts";

/** Shapes, types and bits of tensors, to be compared. */
export const bits = (tensors: readonly tf.Tensor[]): string =>
  tensors.map((t) => `[${t.shape}] ${t.dtype} ${new Uint32Array(t.dataSync<"float32">().buffer)}`).join("; ");

/** A function that is replayed, past the calls that are recorded and compared. */
export function ready(f: Recordable, inputs: readonly tf.Tensor[]): Replayable {
  const replay = replayable(f);
  for (let i = 0; i < 4; i++) tf.dispose(replay(inputs, key(i)));
  return replay;
}
