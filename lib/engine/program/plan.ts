/**
 * The second step: where the numbers of a trace will be.
 *
 * A buffer that lives from one operation to another has memory that buffers of the same size share, if their lifetimes do not
 * overlap. What a kernel of tfjs makes is wherever it puts it, if that is too much to copy, and so are numbers of other types
 * than float32.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { BufferId, Trace } from "./trace.ts";

/** Numbers up to which the output of a kernel of tfjs is copied to memory of the recording. */
const WORTH_COPYING = 1 << 14;

/** How a buffer has its memory. */
export type BufferKind =
  /** An input, or a copy of it where it is not always at the same place. */
  | "input"
  /** A tensor that was there before the trace. */
  | "constant"
  /** Memory of its own: it is returned. */
  | "output"
  /** Memory that it shares with others, one after the other. */
  | "shared"
  /** Wherever a kernel of tfjs puts it, until its last use. */
  | "loose";

/** A buffer as it is planned. */
export interface PlannedBuffer {
  readonly kind: BufferKind;
  readonly shape: number[];
  readonly dtype: tf.DataType;
  readonly bytes: number;
  /** The operation that fills it; −1 for inputs and constants. */
  readonly from: number;
  /** The last operation that reads it; the number of operations for outputs. */
  readonly to: number;
  /** Which piece of shared memory it has; null if it has none. */
  readonly slot: number | null;
}

/** Where numbers will be. */
export interface Plan {
  /** By the number of the buffer. */
  readonly buffers: readonly PlannedBuffer[];
  /** How many numbers each piece of shared memory holds. */
  readonly slots: readonly number[];
  /** For each operation, the buffers that nobody reads after it, without inputs, constants and outputs. */
  readonly frees: readonly (readonly BufferId[])[];
}

/** How many numbers a shape has. */
export const sizeOf = (shape: readonly number[]): number => tf.util.sizeFromShape([...shape]);

/** Plans the memory of a trace. */
export function plan({ inputs, operations, constants, outputs, buffers: count }: Trace): Plan {
  const buffers: PlannedBuffer[] = Array.from({ length: count });
  const end = operations.length;
  const add = (
    { buffer, shape, dtype }: { buffer: BufferId; shape: number[]; dtype: tf.DataType },
    rest: Pick<PlannedBuffer, "kind" | "from" | "to" | "slot">,
  ): void => {
    buffers[buffer] = {
      shape,
      dtype,
      bytes: dtype === "string" ? 0 : tf.util.bytesPerElement(dtype) * sizeOf(shape),
      ...rest,
    };
  };
  const last = lastUses({ operations, outputs });
  const everywhere = { from: -1, to: end, slot: null };
  for (const input of inputs) add(input, { kind: "input", ...everywhere });
  for (const { buffer, tensor: { shape, dtype } } of constants) {
    add({ buffer, shape, dtype }, { kind: "constant", ...everywhere });
  }
  const returned = new Set(outputs.map(({ buffer }) => buffer));
  const frees = operations.map((): BufferId[] => []);
  for (const [buffer, i] of last) frees[i]!.push(buffer);
  const slots: number[] = [];
  const free = new Map<number, number[]>();
  operations.forEach((operation, i) => {
    for (const value of operation.outputs) {
      const { buffer, shape, dtype } = value, size = sizeOf(shape);
      const fixed = "fill" in operation.again || dtype === "float32" && size <= WORTH_COPYING;
      const to = last.get(buffer) ?? end;
      if (!fixed) add(value, { kind: "loose", from: i, to, slot: null });
      else if (returned.has(buffer)) add(value, { kind: "output", from: i, to, slot: null });
      else {
        const slot = free.get(size)?.pop() ?? slots.push(size) - 1;
        add(value, { kind: "shared", from: i, to, slot });
      }
    }
    for (const buffer of frees[i]!) {
      const { slot, shape } = buffers[buffer]!;
      if (slot === null) continue;
      const size = sizeOf(shape);
      if (!free.get(size)?.push(slot)) free.set(size, [slot]);
    }
  });
  return { buffers, slots, frees };
}

/** The last operation that needs each buffer which operations fill, without those that are returned. */
function lastUses({ operations, outputs }: Pick<Trace, "operations" | "outputs">): Map<BufferId, number> {
  const last = new Map<BufferId, number>();
  operations.forEach((operation, i) => operation.outputs.forEach(({ buffer }) => last.set(buffer, i)));
  operations.forEach(({ inputs }, i) => {
    for (const { buffer } of inputs) if (last.has(buffer)) last.set(buffer, i);
  });
  for (const { buffer } of outputs) last.delete(buffer);
  return last;
}
