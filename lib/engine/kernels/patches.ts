/**
 * Patches of images, and sums of patches that overlap: with products in between, the kernels of every convolution.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel } from "../backend/kernel.ts";
import { assertShape } from "../shape.ts";
import { rowsPerChunk } from "./elementwise.ts";

/** Which patches of an image there are. */
export interface PatchSizes {
  /** An image's axes, the last of which lies together in memory. */
  readonly image: readonly [height: number, width: number, channels: number];
  /** How many patches there are, along both axes. */
  readonly grid: readonly [rows: number, columns: number];
  /** A patch's size. */
  readonly kernel: readonly [height: number, width: number];
  /** From one patch to the next. */
  readonly stride: readonly [height: number, width: number];
  /** How far the first patch begins before the image. What is not of the image is 0. */
  readonly before: readonly [top: number, left: number];
}

/** @throws RangeError for a size that is not a whole number from 1, or from 0 in `before` */
export function checkPatches(sizes: PatchSizes): void {
  for (
    const [name, least] of [["image", 1], ["grid", 1], ["kernel", 1], ["stride", 1], ["before", 0]] as const
  ) {
    const given: readonly number[] = sizes[name];
    if (!given.every((size) => Number.isInteger(size) && size >= least)) {
      throw new RangeError(`patches: ${name} must be whole numbers from ${least}, but it is ${given}`);
    }
  }
}

/** Numbers of an image, of a patch, and of all its patches. */
function counts(
  { image, grid, kernel }: PatchSizes,
): { image: number; patch: number; all: number; positions: number } {
  const [height, width, channels] = image, positions = grid[0] * grid[1];
  const patch = kernel[0] * kernel[1] * channels;
  return { image: height * width * channels, patch, all: positions * patch, positions };
}

/** Calls with where a run of a patch lies: `size` numbers from `at` of the image, and from `to` of its patches. */
function runs(
  { image: [height, width, channels], grid, kernel, stride, before }: PatchSizes,
  f: (at: number, to: number, size: number) => void,
): void {
  for (let i = 0, to = 0; i < grid[0]; i++) {
    for (let j = 0; j < grid[1]; j++) {
      const left = j * stride[1] - before[1];
      const [first, last] = [Math.max(0, -left), Math.min(kernel[1], width - left)];
      for (let a = 0; a < kernel[0]; a++, to += kernel[1] * channels) {
        const y = i * stride[0] + a - before[0];
        if (y < 0 || y >= height || first >= last) continue;
        f((y * width + left + first) * channels, to + first * channels, (last - first) * channels);
      }
    }
  }
}

/** Index tables of ordinary operations: for each number that is made, the numbers that it is the sum of, or `none`. */
function tables(sizes: PatchSizes, kind: "patches" | "overlap"): Int32Array[] {
  const { image, all } = counts(sizes);
  const [made, none] = kind === "patches" ? [all, image] : [image, all];
  const found: Int32Array[] = [], used = new Int32Array(made);
  runs(sizes, (at, to, size) => {
    for (let i = 0; i < size; i++) {
      const [target, source] = kind === "patches" ? [to + i, at + i] : [at + i, to + i];
      const table = found[used[target]!] ??= new Int32Array(made).fill(none);
      table[target] = source;
      used[target]!++;
    }
  });
  return found.length > 0 ? found : [new Int32Array(made).fill(none)];
}

/** Sums of numbers of each row by tables; the number beyond a row's end is 0. */
function gathered(rows: tf.Tensor, sizes: PatchSizes, kind: "patches" | "overlap"): tf.Tensor {
  const [count] = rows.shape as [number, number];
  const padded = tf.concat([rows, tf.zeros([count, 1])], 1);
  return tables(sizes, kind)
    .map((table) => tf.gather(padded, tf.tensor1d(table, "int32"), 1) as tf.Tensor)
    .reduce((sum, part) => tf.add(sum, part));
}

type Few = Readonly<Record<"images" | "x" | "out", number>>;
/** The arguments of both kernels on the heap. */
function argumentsOf({ image, grid, kernel, stride, before }: PatchSizes, size: number, few: Few) {
  return {
    ...few,
    size,
    ...{ height: image[0], width: image[1], channels: image[2] },
    ...{ rows: grid[0], columns: grid[1], kernelHeight: kernel[0], kernelWidth: kernel[1] },
    ...{ strideHeight: stride[0], strideWidth: stride[1], top: before[0], left: before[1] },
  };
}

const patchesKernel: Kernel<PatchSizes> = defineKernel<PatchSizes>({
  name: "GraePatches",
  shapes: ([x], sizes) => {
    const { positions, patch } = counts(sizes);
    return [[x![0]! * positions, patch]];
  },
  compute: ([x], [out], sizes) => {
    const { image, all } = counts(sizes);
    out!.fill(0);
    for (let row = 0; row * image < x!.length; row++) {
      runs(sizes, (at, to, size) => {
        out!.set(x!.subarray(row * image + at, row * image + at + size), row * all + to);
      });
    }
  },
  onHeap: ({ team }, [x], [out], sizes, [[images]]) => {
    const { all } = counts(sizes), size = rowsPerChunk(all);
    const args = argumentsOf(sizes, size, { images, x, out });
    team.run("patches", Math.ceil(images / size), args, images * all);
  },
  compose: ([x], sizes) => {
    const { positions, patch } = counts(sizes);
    return [tf.reshape(gathered(x!, sizes, "patches"), [x!.shape[0]! * positions, patch])];
  },
  gradient: ([dy], _, sizes) => [() => overlapKernel([dy!], sizes)[0]!],
});

const overlapKernel: Kernel<PatchSizes> = defineKernel<PatchSizes>({
  name: "GraeOverlap",
  shapes: ([y], sizes) => {
    const { positions, image } = counts(sizes);
    return [[y![0]! / positions, image]];
  },
  compute: ([y], [out], sizes) => {
    const { image, all } = counts(sizes);
    out!.fill(0);
    for (let row = 0; row * all < y!.length; row++) {
      runs(sizes, (at, to, size) => {
        for (let i = 0; i < size; i++) out![row * image + at + i]! += y![row * all + to + i]!;
      });
    }
  },
  onHeap: ({ team }, [x], [out], sizes, [[rows]]) => {
    const { all, positions } = counts(sizes), size = rowsPerChunk(all), images = rows / positions;
    const args = argumentsOf(sizes, size, { images, x, out });
    team.run("overlap", Math.ceil(images / size), args, images * all);
  },
  compose: ([y], sizes) => {
    const { all, positions } = counts(sizes);
    return [gathered(tf.reshape(y!, [y!.shape[0]! / positions, all]), sizes, "overlap")];
  },
  gradient: ([dx], _, sizes) => [() => patchesKernel([dx!], sizes)[0]!],
});

/**
 * The patches of images, each a row: x `[examples, height · width · channels]` ↦
 * `[examples · rows · columns, kernel height · kernel width · channels]`. Linear; its gradient is {@link overlap}.
 *
 * @throws TypeError if x has another shape
 */
export function patches(x: tf.Tensor, sizes: PatchSizes): tf.Tensor {
  assertShape("patches", "x", x, `examples ${counts(sizes).image}`);
  return patchesKernel([x], sizes)[0]!;
}

/**
 * The adjoint of {@link patches}: sums, over all patches that cover a place of an image, of what they have there; y
 * `[examples · rows · columns, kernel height · kernel width · channels]` ↦ `[examples, height · width · channels]`. Linear; its
 * gradient is `patches`.
 *
 * @throws TypeError if y has another shape
 * @throws RangeError if its rows are not those of whole images
 */
export function overlap(y: tf.Tensor, sizes: PatchSizes): tf.Tensor {
  const { patch, positions } = counts(sizes);
  assertShape("overlap", "y", y, `positions ${patch}`);
  if (y.shape[0]! % positions !== 0) {
    throw new RangeError(
      `overlap: y must have ${positions} rows for each image, but it has ${y.shape[0]} rows`,
    );
  }
  return overlapKernel([y], sizes)[0]!;
}
