/**
 * Functions that are called a few times, and from then on replayed.
 *
 * Why: around the kernels of a training step tfjs keeps a tape, scopes and tensors, the same at every step. That is a fifth
 * of a β-VAE's step (8.5 ms instead of 10.8), and more of a toy's (0.3 ms instead of 1.5).
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../engine_error.ts";
import { firstDifference, sameBits } from "./first_difference.ts";
import { cloneKey, type Key } from "../key.ts";
import { Recording } from "./program.ts";
import { ReplayError } from "./replay_error.ts";
import { BACKEND, type Recordable, type Trace, trace as traceOf } from "./trace.ts";
import { currentTracer } from "./tracer.ts";

/** A function that may be replayed; disposing of it gives the memory of its recordings back. */
export interface Replayable extends Recordable, Disposable {
  /**
   * Compares a replay with a call once more, where there were replays for these shapes since the last comparison: at the end,
   * so that none of them stays in doubt.
   *
   * @throws ReplayError if they differ
   */
  check(inputs: readonly tf.Tensor[], key: Key): void;
}

/** A recording for one choice of shapes. */
interface Known {
  readonly recording: Recording;
  readonly trace: Trace;
  /** How many calls and replays have succeeded. */
  uses: number;
  /** The last call of the function, of any shapes, at which a replay of this recording was right. */
  checkedAt: number;
  /** Whether there were replays since. */
  inDoubt: boolean;
}

/**
 * Recordings that are kept: those of the shapes that were used last. A training has two, of its whole batches and of the last
 * of an epoch. One of a step of 784-500-500-8 holds 17 MB, and 200 sizes of a batch would fill the heap.
 */
const MOST = 8;

/** Whether a use is compared with a call: the uses 2, 3, 4, 8, 16, … */
const isChecked = (use: number): boolean => use === 3 || Number.isInteger(Math.log2(use));

/**
 * The same function, faster: its first call for given shapes is recorded and then replayed, which gives the same bits. The
 * calls 2, 3, 4, 8, 16, … for these shapes are calls of the function again, and compared with a replay. On the engines cpu
 * and webgpu it is always called.
 *
 * Recordings for eight choices of shapes are kept. Where the heap is full, others than the one in use are given up, and a call
 * whose recording has no room is not recorded. The replays of a recording since its last comparison stay uncompared when it is
 * given up.
 *
 * The function must be pure: its outputs depend on the numbers and shapes of its inputs and on its key alone, and it runs the
 * same kernels for any numbers. A function that reads a tensor, or draws from its key by itself, is refused at its first call.
 * A number from elsewhere, such as a counter, keeps its first value, until a comparison shows that it has changed.
 *
 * @throws ReplayError, when it is called, from when a comparison has shown that it is not pure: names the first kernel whose
 *   bits differ, and the calls since the last comparison, which may have been replayed wrongly
 */
export function replayable(f: Recordable): Replayable {
  const recordings = new Map<string, Known>();
  let refused: ReplayError | null = null;
  let calls = 0;
  /** Gives up `count` recordings, first those that have not been used for the longest time. */
  const giveUp = (count: number): void => {
    for (const [shapes, { recording }] of [...recordings].slice(0, Math.max(0, count))) {
      recording[Symbol.dispose]();
      recordings.delete(shapes);
    }
  };
  const refuse = (
    [outputs, inputs]: readonly (readonly tf.Tensor[])[],
    found: string,
    options?: ErrorOptions,
  ): never => {
    giveUp(recordings.size);
    tf.dispose(outputs!.filter((tensor) => !inputs!.includes(tensor)));
    throw refused = new ReplayError(`call ${calls} ${found}`, options);
  };
  const first = (shapes: string, inputs: readonly tf.Tensor[], key: Key): tf.Tensor[] => {
    const { outputs, trace } = traceOf(f, inputs, key);
    const { looked, constants } = trace;
    let recording: Recording;
    try {
      recording = new Recording(trace);
    } catch (error) {
      tf.dispose(constants.map(({ tensor }) => tensor));
      if (error instanceof EngineError) return outputs;
      throw error;
    }
    recordings.set(shapes, { recording, trace, uses: 1, checkedAt: calls, inDoubt: false });
    return looked === null ? outputs : refuse([outputs, inputs], looked);
  };
  const check = (known: Known, inputs: readonly tf.Tensor[], key: Key): tf.Tensor[] => {
    // Traced again, so that a difference can be led back to its kernel.
    const { outputs, trace } = traceOf(f, inputs, key);
    const dispose = (): void => tf.dispose(trace.constants.map(({ tensor }) => tensor));
    let replayed: tf.Tensor[];
    try {
      replayed = known.recording.replay(inputs, cloneKey(key));
    } catch (cause) {
      dispose();
      return refuse([outputs, inputs], `returned, where a replay throws ${known.recording.failedAt()}`, {
        cause,
      });
    }
    const same = replayed.length === outputs.length &&
      replayed.every((tensor, i) => sameBits(tensor, outputs[i]!));
    tf.dispose(replayed);
    if (!same) {
      const where = whereDifferent(known.trace, trace, inputs, key);
      const since = known.checkedAt + 1;
      const doubt = since < calls ? `; calls ${since} to ${calls - 1} were replays and may be wrong` : "";
      return refuse([outputs, inputs], `gave other numbers than a replay: ${where}${doubt}`);
    }
    dispose();
    if (trace.looked !== null) return refuse([outputs, inputs], trace.looked);
    known.checkedAt = calls;
    known.inDoubt = false;
    return outputs;
  };
  // While a caller is traced, what the function does is part of that trace.
  const replays = (): boolean => tf.getBackend() === BACKEND && !currentTracer();
  const call: Recordable = (inputs, key) => {
    if (refused) throw refused;
    if (!replays()) return f(inputs, key);
    calls++;
    const shapes = shapesOf(inputs), known = recordings.get(shapes);
    // A map lists its oldest entry first: an entry that is used is inserted again.
    recordings.delete(shapes);
    if (known) recordings.set(shapes, known);
    else giveUp(recordings.size - MOST + 1);
    const checked = known && isChecked(known.uses + 1);
    const make = (): tf.Tensor[] =>
      !known
        ? first(shapes, inputs, key)
        : checked
        ? check(known, inputs, key)
        : known.recording.replay(inputs, key);
    let made: tf.Tensor[];
    try {
      made = make();
    } catch (error) {
      const others = recordings.size - Number(recordings.has(shapes));
      if (!(error instanceof EngineError) || others === 0) throw error;
      giveUp(others);
      made = make();
    }
    if (known) {
      known.inDoubt = !checked;
      known.uses++;
    }
    return made;
  };
  const checkNow: Replayable["check"] = (inputs, key) => {
    if (refused) throw refused;
    const known = replays() ? recordings.get(shapesOf(inputs)) : undefined;
    if (!known?.inDoubt) return;
    calls++;
    tf.dispose(check(known, inputs, key).filter((tensor) => !inputs.includes(tensor)));
  };
  return Object.assign(call, { check: checkNow, [Symbol.dispose]: () => giveUp(recordings.size) });
}

/** Where two traces begin to differ. Both are replayed, which takes memory; a message must not fail for want of it. */
function whereDifferent(...given: Parameters<typeof firstDifference>): string {
  try {
    return firstDifference(...given);
  } catch (error) {
    return `no kernel could be named, since replaying it throws (${(error as Error).message})`;
  }
}

/** What tells recordings apart: types and shapes of inputs, and which of them share their numbers. */
const shapesOf = (inputs: readonly tf.Tensor[]): string =>
  inputs.map(({ shape, dtype, dataId }) =>
    `${dtype} ${shape} ${inputs.findIndex((other) => other.dataId === dataId)}`
  ).join();
