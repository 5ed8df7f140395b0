/**
 * For tests of kernels by themselves: on a memory of their own, without tensors, where all that they leave is compared.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { suiteKey } from "../../../fixtures/suite_seed.ts";
import { chunkMultiplier } from "../blas/chunk.ts";
import type { Sgemm } from "../blas/sgemm.ts";
import { integers } from "../key.ts";
import { type Arguments, CONSTANTS, type KernelName, KERNELS, wordsOf } from "./interface.ts";
import type { PatchSizes } from "./patches.ts";
import { Team } from "./team.ts";

/** What lies on the memory. */
export type Numbers = Float32Array | Float64Array | Int32Array;

/** What an array must hold after a kernel: these numbers, each to its last bit, or within so much of it. */
export type Expected = readonly [at: Numbers, numbers: ArrayLike<number>, within?: ArrayLike<number>];

/** A job by itself; `at` gives the byte offset of an array. */
export interface KernelCase<Name extends KernelName> {
  readonly kernel: Name;
  readonly chunks: number;
  readonly args: (at: (numbers: Numbers) => number) => Arguments<Name>;
  readonly expected: readonly Expected[];
  /** Scratch memory, which may hold anything afterwards. */
  readonly scratch?: readonly Numbers[];
}

/** Around vectors of four numbers, of two and of four of them; one number less and more than 64; two of these. */
export const WIDTHS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 19, 20, 31, 32, 33, 63, 64, 65, 128];

/** Numbers at which float32 ends: zeros of both signs, below the normal numbers, the smallest, the largest, none. */
export const EXTREMES = [
  ...[0, -0, 2 ** -149, -(2 ** -149), 1e-40, 2 ** -126, -1e-38, 1e38, -1e38, (2 - 2 ** -23) * 2 ** 127],
  ...[Infinity, -Infinity, NaN],
];

const drawn = new Map<string, Float32Array>();

/** Whole numbers from −3 to 3: products and sums of these are exact, in any order. */
export function wholes(index: number, count: number): Float32Array {
  const key = suiteKey(index), name = `${key} ${count}`;
  if (!drawn.has(name)) drawn.set(name, Float32Array.from(integers(key, count, 7), (v) => v - 3));
  return drawn.get(name)!.slice();
}

/** The same, in which each extreme number has a place, if there are so many. */
export const withExtremes = (index: number, count: number): Float32Array => {
  const made = wholes(index, count);
  EXTREMES.forEach((v, i) => (1 + index % 3) * i < count && (made[(1 + index % 3) * i] = v));
  return made;
};

/** Room for a result, in which nothing is a number yet. */
export const room = (count: number): Float32Array => new Float32Array(count).fill(NaN);

/** One number after the other, by its row and its column. */
export const filled = (
  rows: number,
  columns: number,
  f: (row: number, column: number) => number,
): Float32Array =>
  Float32Array.from({ length: rows * columns }, (_, i) => f(Math.floor(i / columns), i % columns));

/** op(A) op(B) for each of a batch, exact for whole numbers; rows of B are `leadingB` numbers apart, or have no gaps. */
export function products(
  [a, b]: readonly Float32Array[],
  [batch, m, n, k]: readonly [number, number, number, number],
  { transposeA = false, transposeB = false, sameA = false, sameB = false, leadingB = 0 } = {},
): Float32Array {
  const across = leadingB || (transposeB ? k : n), c = new Float32Array(batch * m * n);
  for (let one = 0, at = 0; one < batch; one++) {
    const fromA = sameA ? 0 : one * m * k, fromB = sameB ? 0 : one * k * n;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++, at++) {
        let sum = 0;
        for (let l = 0; l < k; l++) {
          const x = a![fromA + (transposeA ? l * m + i : i * k + l)]!;
          sum += x * b![fromB + (transposeB ? j * across + l : l * across + j)]!;
        }
        c[at] = sum;
      }
    }
  }
  return c;
}

/** Runs of every kind: none, partial, one, three and more vectors; patches of less and more than 4 KiB; strides over a patch. */
export const PATCHES: readonly PatchSizes[] = [
  { image: [5, 6, 3], grid: [3, 4], kernel: [3, 3], stride: [1, 1], before: [0, 0] },
  { image: [5, 4, 2], grid: [5, 4], kernel: [3, 3], stride: [1, 1], before: [1, 1] },
  { image: [4, 9, 3], grid: [2, 5], kernel: [4, 4], stride: [2, 2], before: [1, 1] },
  { image: [4, 9, 1], grid: [5, 10], kernel: [2, 12], stride: [1, 1], before: [1, 7] },
  { image: [3, 9, 4], grid: [2, 3], kernel: [2, 5], stride: [1, 2], before: [0, 1] },
  { image: [7, 8, 2], grid: [2, 3], kernel: [2, 1], stride: [4, 3], before: [0, 0] },
  { image: [3, 2, 7], grid: [3, 2], kernel: [1, 1], stride: [1, 1], before: [0, 0] },
  { image: [2, 2, 2], grid: [4, 4], kernel: [2, 2], stride: [2, 2], before: [3, 3] },
  { image: [4, 5, 3], grid: [1, 1], kernel: [4, 5], stride: [1, 1], before: [0, 0] },
  ...[4, 8, 12, 16, 20].map((channels) => (
    { image: [3, 5, channels], grid: [3, 6], kernel: [2, 1], stride: [1, 1], before: [1, 1] } as const
  )),
  ...[1, 15, 16, 17, 33, 120].map((channels) => (
    { image: [3, 7, channels], grid: [3, 7], kernel: [3, 3], stride: [1, 1], before: [1, 1] } as const
  )),
];

/** Where in an image each number of its patches comes from; −1 beyond it. */
export function patchPlaces({ image, grid, kernel, stride, before }: PatchSizes): Int32Array {
  const [height, width, channels] = image, places: number[] = [];
  for (let i = 0; i < grid[0]; i++) {
    for (let j = 0; j < grid[1]; j++) {
      for (let a = 0; a < kernel[0]; a++) {
        for (let b = 0; b < kernel[1]; b++) {
          const y = i * stride[0] + a - before[0], x = j * stride[1] + b - before[1];
          const inside = y >= 0 && y < height && x >= 0 && x < width;
          for (let c = 0; c < channels; c++) places.push(inside ? (y * width + x) * channels + c : -1);
        }
      }
    }
  }
  return Int32Array.from(places);
}

/** A product in double precision, in place of a library. */
const sgemm: Sgemm = (ta, tb, m, n, k, a, leadingA, b, leadingB, c, leadingC, accumulate) => {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = accumulate ? c[i * leadingC + j]! : 0;
      for (let l = 0; l < k; l++) {
        sum += a[ta ? l * leadingA + i : i * leadingA + l]! * b[tb ? j * leadingB + l : l * leadingB + j]!;
      }
      c[i * leadingC + j] = sum;
    }
  }
};

const memory = new WebAssembly.Memory({ initial: 128, maximum: 65536, shared: true });
/** The first bytes of the memory are the job's and a thread's own. */
const FIRST = 2 * CONSTANTS.SCRATCH_BYTES, GAP = 64;
/**
 * What no array holds: at each word of the memory another NaN, a signalling one, which arithmetic never gives. So it is seen if one
 * is read, if a result is written over one, and if one is copied over another.
 */
const NOTHING = Uint32Array.from({ length: memory.buffer.byteLength / 4 }, (_, word) => 0x7f800001 + word);
const isNothing = (from: number, to: number): boolean => {
  const words = new Uint32Array(memory.buffer);
  for (let word = from / 4; word < to / 4; word++) if (words[word] !== NOTHING[word]) return false;
  return true;
};
const multiplier = chunkMultiplier(memory, wordsOf(KERNELS.blas), () => sgemm);
const team = await Team.on(memory, () => CONSTANTS.SCRATCH_BYTES / 2, 1, multiplier);

/** Runs a kernel by itself, and compares all that it leaves: results, what it may only read, and what is around them. */
export function runKernel<Name extends KernelName>(what: string, given: KernelCase<Name>): void {
  const { kernel, chunks, args, expected, scratch = [] } = given;
  const bytes = new Uint8Array(memory.buffer);
  const places = new Map<Numbers, number>();
  let end = FIRST;
  const at = (numbers: Numbers): number => {
    if (!places.has(numbers)) {
      places.set(numbers, end + GAP);
      end = 16 * Math.ceil((end + GAP + numbers.byteLength) / 16);
    }
    return places.get(numbers)!;
  };
  const words = args(at);
  // Also where the last kernel has left something.
  const own = (CONSTANTS.SCRATCH_BYTES / 2 + CONSTANTS.JOB_BYTES) / 4;
  new Uint32Array(memory.buffer).set(NOTHING.subarray(own, (end + GAP) / 4), own);
  const bytesOf = (numbers: Numbers): Uint8Array =>
    new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  for (const [numbers, place] of places) bytes.set(bytesOf(numbers), place);
  team.run(kernel, chunks, words, 1);
  let around = FIRST;
  for (const [numbers, place] of places) {
    assert(isNothing(around, place), `${kernel} of ${what} writes around`);
    around = place + numbers.byteLength;
    const found = bytes.slice(place, around);
    const [, values, within] = expected.find(([result]) => result === numbers) ?? [];
    if (!values) {
      if (!scratch.includes(numbers)) assertEquals(found, bytesOf(numbers).slice(), `${kernel} of ${what}`);
      continue;
    }
    assertEquals(values.length, numbers.length, `${kernel} of ${what}: test`);
    const results = new (numbers.constructor as Float64ArrayConstructor)(found.buffer);
    const rounded = (v: number): number => numbers instanceof Float32Array ? Math.fround(v) : v;
    results.forEach((v, i) => {
      const wanted = rounded(values[i]!);
      if (Object.is(v, wanted) || Math.abs(v - wanted) <= (within?.[i] ?? -1)) return;
      throw new Error(`${kernel} of ${what}: number ${i} is ${v}, not ${wanted}`);
    });
  }
  assert(isNothing(around, end + GAP), `${kernel} of ${what} writes behind`);
}
