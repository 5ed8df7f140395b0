/**
 * Elementwise operations, sums and copies, as jobs. tfjs's kernels use one thread, and each is called by itself.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Heap } from "../backend/heap.ts";
import { areFloats, installHeapKernel } from "../backend/heap_kernel.ts";
import { BINARY } from "./interface.ts";

/** Numbers of a chunk: 64 KiB, so that two of them stay in the second-level cache. */
export const CHUNK = 1 << 14;

/** Rows of so many columns that make a chunk. */
export const rowsPerChunk = (columns: number): number =>
  Math.max(1, Math.floor(CHUNK / Math.max(1, columns)));

/** How two operands broadcast over three axes: sizes, and strides in numbers, 0 where an operand is the same along an axis. */
interface Layout {
  readonly sizes: Three;
  readonly a: Three;
  readonly b: Three;
}
type Three = readonly [outer: number, middle: number, inner: number];

/** The layout of operands that broadcast; null if it takes more than three axes. */
function layoutOf(a: readonly number[], b: readonly number[]): Layout | null {
  const rank = Math.max(a.length, b.length);
  const sizeAt = (shape: readonly number[], axis: number): number => shape[shape.length - rank + axis] ?? 1;
  /** From the last axis on: its size, and whether a and b advance along it. Neighbours that are alike are merged. */
  const axes: { size: number; a: boolean; b: boolean }[] = [];
  for (let axis = rank - 1; axis >= 0; axis--) {
    const [sizeA, sizeB] = [sizeAt(a, axis), sizeAt(b, axis)];
    const size = Math.max(sizeA, sizeB);
    if (size === 1) continue;
    const [ofA, ofB] = [sizeA > 1, sizeB > 1];
    const last = axes.at(-1);
    if (last && last.a === ofA && last.b === ofB) last.size *= size;
    else axes.push({ size, a: ofA, b: ofB });
  }
  if (axes.length > 3) return null;
  while (axes.length < 3) axes.push({ size: 1, a: false, b: false });
  const stridesOf = (operand: "a" | "b"): Three => {
    let stride = 1;
    return axes.map((axis) => {
      if (!axis[operand]) return 0;
      stride *= axis.size;
      return stride / axis.size;
    }).reverse() as unknown as Three;
  };
  return {
    sizes: axes.map(({ size }) => size).reverse() as unknown as Three,
    a: stridesOf("a"),
    b: stridesOf("b"),
  };
}

/** out = a ∘ b. */
function combine(
  { team }: Heap,
  operation: number,
  [a, b, out]: readonly [number, number, number],
  { sizes: [outer, middle, inner], a: [outerA, middleA, innerA], b: [outerB, middleB, innerB] }: Layout,
): void {
  const count = outer * middle * inner;
  team.run("binary", Math.ceil(count / CHUNK), {
    operation,
    count,
    size: CHUNK,
    middle,
    inner,
    a,
    outerA,
    middleA,
    innerA,
    b,
    outerB,
    middleB,
    innerB,
    out,
  }, count);
}

function installBinary(heap: Heap, name: string, operation: number): void {
  const noNumbers = ({ shape }: tf.TensorInfo): boolean => tf.util.sizeFromShape(shape) === 0;
  installHeapKernel(heap, name, {
    names: ["a", "b"],
    accepts: (given) =>
      areFloats(given) && !given.some(noNumbers) && layoutOf(given[0]!.shape, given[1]!.shape) !== null,
    shapes: ([a, b]) => ({ one: tf.broadcast_util.assertAndGetBroadcastShape([...a!], [...b!]) }),
    fill: (heap, [a, b], [out], _, shapes) =>
      combine(heap, operation, [a!, b!, out!], layoutOf(shapes[0]!, shapes[1]!)!),
  });
}

/** An operation on one tensor: on itself twice. */
function installUnary(heap: Heap, name: string, operation: number): void {
  installHeapKernel(heap, name, {
    names: ["x"],
    accepts: areFloats,
    shapes: ([shape]) => ({ one: [...shape!] }),
    fill: (heap, [x], [out], _, [shape]) => {
      const size = [tf.util.sizeFromShape([...shape!])];
      combine(heap, operation, [x!, x!, out!], layoutOf(size, size)!);
    },
  });
}

/** The attributes of a sum: its axes, and whether they stay with the size 1. */
interface Reduction {
  readonly axis: number | number[] | undefined;
  readonly keepDims: boolean;
}

/** A sum or a mean over the last axes; of no numbers it is 0. */
function installSum(heap: Heap, name: "Sum" | "Mean"): void {
  const axesOf = (shape: readonly number[], attrs: tf.NamedAttrMap): number[] =>
    tf.util.parseAxisParam((attrs as unknown as Reduction).axis!, [...shape]);
  installHeapKernel(heap, name, {
    names: ["x"],
    accepts: ([x], attrs) =>
      areFloats([x!]) && (tf.util.sizeFromShape(x!.shape) === 0 ||
        axesOf(x!.shape, attrs).toSorted((a, b) => b - a).every((axis, i) =>
          axis === x!.shape.length - 1 - i
        )),
    shapes: ([shape], attrs) => {
      const axes = axesOf(shape!, attrs);
      const { keepDims } = attrs as unknown as Reduction;
      return {
        one: shape!.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size])),
      };
    },
    fill: ({ team }, [x], [out], attrs, [shape]) => {
      const axes = axesOf(shape!, attrs);
      const rows = tf.util.sizeFromShape(shape!.filter((_, axis) => !axes.includes(axis)));
      const columns = rows === 0 ? 0 : tf.util.sizeFromShape([...shape!]) / rows;
      const size = rowsPerChunk(columns);
      const divisor = name === "Mean" ? Math.max(1, columns) : 1;
      const args = { rows, columns, size, divisor, a: x!, out: out! };
      team.run("sums", Math.ceil(rows / size), args, rows * columns);
    },
  });
}

/** Copies rows of `width` numbers; rows are `step` numbers apart where they come from, and `toStep` where they go. */
export function copyRows(
  { team }: Heap,
  [rows, width]: readonly [number, number],
  [from, step]: readonly [number, number],
  [to, toStep]: readonly [number, number],
): void {
  const size = rowsPerChunk(width);
  const args = { rows, width, size, from, step, to, toStep };
  team.run("copyRows", Math.ceil(rows / size), args, rows * width);
}

/** The parts of a tensor along its first axis. */
function installUnpack(heap: Heap): void {
  installHeapKernel(heap, "Unpack", {
    names: ["value"],
    accepts: ([value], attrs) => areFloats([value!]) && attrs["axis"] === 0,
    shapes: ([shape]) => ({ list: Array.from({ length: shape![0]! }, () => shape!.slice(1)) }),
    fill: (heap, [value], outputs, _, [shape]) => {
      const size = tf.util.sizeFromShape(shape!.slice(1));
      outputs.forEach((out, i) => copyNumbers(heap, value! + 4 * i * size, out, size));
    },
  });
}

/** Copies `count` numbers. */
export function copyNumbers({ team }: Heap, from: number, to: number, count: number): void {
  team.run("copy", Math.ceil(count / CHUNK), { count, size: CHUNK, from, to }, count);
}

/** Replaces the wasm engine's elementwise operations and sums of float32. */
export function installElementwise(heap: Heap): void {
  for (const name of ["Add", "Sub", "Multiply", "RealDiv"] as const) installBinary(heap, name, BINARY[name]);
  installUnary(heap, "Neg", BINARY.Neg);
  installUnary(heap, "Square", BINARY.Multiply);
  installSum(heap, "Sum");
  installSum(heap, "Mean");
  installUnpack(heap);
}
