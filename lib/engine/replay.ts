/**
 * Functions that are called twice, and from then on replayed as what their kernels did to memory.
 *
 * Why: around the kernels of a training step tfjs keeps a tape, scopes and tensors, and looks for what the gradient needs,
 * the same at every step: a fifth of a β-VAE's step (8.5 ms for 10.8), three quarters of a toy's (0.3 ms for 1.5).
 *
 * @module
 */

import { equals } from "@std/bytes/equals";
import * as tf from "@tensorflow/tfjs-core";
import type { Key } from "./key.ts";
import { BACKEND, record, type Recordable } from "./recorder.ts";
import { Recording } from "./recording.ts";
import { ReplayError } from "./replay_error.ts";
import { currentTrace } from "./trace.ts";

/** A function that may be replayed, until what its recordings hold is disposed of. */
export interface Replayable extends Recordable, Disposable {}

/** A recording for one choice of shapes, and whether a replay of it gave the bits of a call. */
interface Known {
  readonly recording: Recording;
  checked: boolean;
}

/**
 * The same function, faster: its first call for given shapes is recorded, its second compared with a replay, and from the
 * third on there are only replays, which give the same bits. On the engines cpu and webgpu it is always called.
 *
 * The function must be pure: what it makes depends on the numbers and shapes of its inputs and on its key alone, and it does
 * the same with any numbers. A function that reads a tensor, or draws from its key by itself, is refused at its first call.
 * What it takes from elsewhere, as a counter, stays what it was then: the second call shows much of that, but not all.
 *
 * @throws ReplayError, when it is called, from when two calls have shown that it is not pure
 */
export function replayable(f: Recordable): Replayable {
  const recordings = new Map<string, Known>();
  let refused: ReplayError | null = null;
  const forget = (): void => {
    for (const { recording } of recordings.values()) recording[Symbol.dispose]();
    recordings.clear();
  };
  const refuse = (
    [outputs, inputs]: readonly (readonly tf.Tensor[])[],
    found: string,
    options?: ErrorOptions,
  ): never => {
    forget();
    tf.dispose(outputs!.filter((tensor) => !inputs!.includes(tensor)));
    throw refused = new ReplayError(found, options);
  };
  const first = (shapes: string, inputs: readonly tf.Tensor[], key: Key): tf.Tensor[] => {
    const { outputs, transcript } = record(f, inputs, key);
    recordings.set(shapes, { recording: new Recording(transcript), checked: false });
    const { looked } = transcript;
    return looked === null ? outputs : refuse([outputs, inputs], `at its first call it ${looked}`);
  };
  const second = (known: Known, inputs: readonly tf.Tensor[], key: Key): tf.Tensor[] => {
    const called = f(inputs, key);
    let replayed: tf.Tensor[];
    try {
      replayed = known.recording.replay(inputs, key);
    } catch (cause) {
      return refuse([called, inputs], "its second call returned, where a replay of the first throws", {
        cause,
      });
    }
    known.checked = replayed.length === called.length &&
      replayed.every((tensor, i) => same(tensor, called[i]!));
    tf.dispose(replayed);
    return known.checked
      ? called
      : refuse([called, inputs], "its second call gave other numbers than a replay of the first");
  };
  const call: Recordable = (inputs, key) => {
    if (refused) throw refused;
    // Whoever records what calls this records what it does.
    if (tf.getBackend() !== BACKEND || currentTrace()) return f(inputs, key);
    const shapes = inputs.map(({ shape, dtype, dataId }) =>
      // Inputs that share their numbers are one to a recording.
      `${dtype} ${shape} ${inputs.findIndex((other) => other.dataId === dataId)}`
    ).join();
    const known = recordings.get(shapes);
    if (!known) return first(shapes, inputs, key);
    return known.checked ? known.recording.replay(inputs, key) : second(known, inputs, key);
  };
  return Object.assign(call, { [Symbol.dispose]: forget });
}

/** Whether two tensors are the same, bit for bit. */
function same(a: tf.Tensor, b: tf.Tensor): boolean {
  const bytes = (tensor: tf.Tensor): Uint8Array => new Uint8Array(tensor.dataSync().buffer);
  return a.dtype === b.dtype && String(a.shape) === String(b.shape) && equals(bytes(a), bytes(b));
}
