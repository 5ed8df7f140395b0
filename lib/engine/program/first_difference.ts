/**
 * Where two traces of a function begin to differ.
 *
 * @module
 */

import { equals } from "@std/bytes/equals";
import * as tf from "@tensorflow/tfjs-core";
import { cloneKey, type Key } from "../key.ts";
import { Recording } from "./program.ts";
import type { Operation, Trace } from "./trace.ts";

/** Whether two tensors have the same type, shape and bits; all NaNs count as one, since wasm may give each another payload. */
export function sameBits(a: tf.Tensor, b: tf.Tensor): boolean {
  if (a.dtype !== b.dtype || String(a.shape) !== String(b.shape)) return false;
  const [left, right] = [a.dataSync(), b.dataSync()];
  const bytes = ({ buffer, byteOffset, byteLength }: tf.TypedArray): Uint8Array =>
    new Uint8Array(buffer, byteOffset, byteLength);
  // Comparing bytes is faster, but only comparing numbers takes two NaNs for equal.
  return equals(bytes(left), bytes(right)) || left.every((value, i) => Object.is(value, right[i]));
}

/** The outputs of each operation. The trace's constants are disposed of. */
function madeBy(trace: Trace, inputs: readonly tf.Tensor[], key: Key): tf.Tensor[][] {
  const made = trace.operations.flatMap(({ outputs }) => outputs);
  using recording = new Recording({ ...trace, outputs: made });
  const all = recording.replay(inputs, cloneKey(key));
  return trace.operations.map(({ outputs }) => all.splice(0, outputs.length));
}

/** Equal for operations that differ in numbers alone. */
const structure = ({ name, inputs, outputs }: Operation): string => JSON.stringify([name, inputs, outputs]);

/** A clause on the first constant of one number that two operations do not share; empty if there is none. */
function otherConstant(was: Trace, now: Trace, index: number): string {
  const constantOf = ({ constants }: Trace, buffer: number): tf.Tensor | undefined =>
    constants.find((constant) => constant.buffer === buffer)?.tensor;
  for (const { buffer } of was.operations[index]!.inputs) {
    const [before, after] = [constantOf(was, buffer), constantOf(now, buffer)];
    // Operations of the same structure take constants in the same places.
    if (before?.size !== 1 || sameBits(before, after!)) continue;
    // As many digits as float32 has.
    const [then, instead] = [before, after!].map((tensor) => Number(tensor.dataSync()[0]!.toPrecision(7)));
    return `, whose constant was ${then} and is ${instead}`;
  }
  return "";
}

/**
 * The first kernel that gives other bits in a recording than in an earlier one of the same function, for the same inputs.
 * Both traces are given up: their constants are disposed of.
 *
 * @returns a clause for a message
 */
export function firstDifference(
  was: Trace,
  now: Trace,
  inputs: readonly tf.Tensor[],
  key: Key,
): string {
  const lengths = [was, now].map(({ operations }) => operations.length);
  const kernel = (index: number): string =>
    `the first kernel whose bits differ is ${now.operations[index]!.name}, kernel ${index + 1} of ${
      lengths[1]
    }`;
  const alike = now.operations.findIndex((operation, i) =>
    i >= was.operations.length || structure(operation) !== structure(was.operations[i]!)
  );
  const end = alike < 0 ? Math.min(...lengths) : alike;
  const constants = Array.from({ length: end }, (_, i) => otherConstant(was, now, i));
  const [before, after] = [was, now].map((trace) => madeBy(trace, inputs, key));
  const index = before!.slice(0, end).findIndex((made, i) =>
    made.some((tensor, j) => !sameBits(tensor, after![i]![j]!))
  );
  tf.dispose([...before!.flat(), ...after!.flat()]);
  if (index >= 0) return kernel(index) + constants[index];
  if (end < lengths[1]!) {
    const instead = was.operations[end]?.name;
    return kernel(end) + (instead === undefined ? ", where there was none" : `, where there was ${instead}`);
  }
  return end < lengths[0]!
    ? `${was.operations[end]!.name}, kernel ${end + 1} of ${lengths[0]}, did not run again`
    : "every kernel has the same bits: what is returned differs";
}
