// Patches of images, and sums of patches that overlap.

import { OverlapArguments, PatchesArguments } from "./arguments";

/** to ← `count` numbers from `from`. */
@inline
function copied(from: usize, to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(to + (<usize>i << 2), v128.load(from + (<usize>i << 2)));
  for (; i < count; i++) store<f32>(to + (<usize>i << 2), load<f32>(from + (<usize>i << 2)));
}

/** to ← to + `count` numbers from `from`. */
@inline
function added(from: usize, to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = <usize>i << 2;
    v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)));
  }
  for (; i < count; i++) {
    const at = <usize>i << 2;
    store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at));
  }
}

/** The patches of row i of the grid, of the image x, to `out`; returns the end of them. */
export function patchesOfRow(args: PatchesArguments, x: usize, i: i32, out: usize): usize {
  const height = args.height, width = args.width, channels = args.channels;
  const kernelHeight = args.kernelHeight, kernelWidth = args.kernelWidth, columns = args.columns;
  const run = <usize>(kernelWidth * channels) << 2;
  for (let j = 0; j < columns; j++) {
    const left = j * args.strideWidth - args.left;
    const first = max(0, -left), end = min(kernelWidth, width - left);
    for (let a = 0; a < kernelHeight; a++) {
      const y = i * args.strideHeight + a - args.top;
      if (y < 0 || y >= height || first >= end) {
        memory.fill(out, 0, run);
      } else {
        const before = <usize>(first * channels) << 2, beyond = <usize>(end * channels) << 2;
        if (first > 0) memory.fill(out, 0, before);
        copied(x + (<usize>((y * width + left + first) * channels) << 2), out + before, (end - first) * channels);
        if (end < kernelWidth) memory.fill(out + beyond, 0, run - beyond);
      }
      out += run;
    }
  }
  return out;
}

/** Adds patches x of row i of the grid to the image `out`; returns the end of them. */
export function overlapOfRow(args: PatchesArguments, x: usize, i: i32, out: usize): usize {
  const height = args.height, width = args.width, channels = args.channels;
  const kernelHeight = args.kernelHeight, kernelWidth = args.kernelWidth, columns = args.columns;
  const run = <usize>(kernelWidth * channels) << 2;
  for (let j = 0; j < columns; j++) {
    const left = j * args.strideWidth - args.left;
    const first = max(0, -left), end = min(kernelWidth, width - left);
    for (let a = 0; a < kernelHeight; a++) {
      const y = i * args.strideHeight + a - args.top;
      if (y >= 0 && y < height && first < end) {
        const at = out + (<usize>((y * width + left + first) * channels) << 2);
        added(x + (<usize>(first * channels) << 2), at, (end - first) * channels);
      }
      x += run;
    }
  }
  return x;
}

/** Bytes of an image. */
@inline
export function bytesOfImage(args: PatchesArguments): usize {
  return <usize>(args.height * args.width * args.channels) << 2;
}

/** Bytes of the patches of a row of the grid. */
@inline
export function bytesOfRow(args: PatchesArguments): usize {
  return <usize>(args.columns * args.kernelHeight * args.kernelWidth * args.channels) << 2;
}

/**
 * The patches of `images` images x `[height, width, channels]`, `size` images to a chunk: out
 * `[images, rows, columns, kernel height, kernel width, channels]`, 0 beyond an image.
 */
export function patches(args: PatchesArguments, chunk: i32, scratch: usize): void {
  const image = bytesOfImage(args), rows = args.rows;
  const start = chunk * args.size, last = min(args.images, start + args.size);
  let out = args.out + <usize>(start * rows) * bytesOfRow(args);
  for (let one = start; one < last; one++) {
    for (let i = 0; i < rows; i++) out = patchesOfRow(args, args.x + <usize>one * image, i, out);
  }
}

/** The adjoint of `patches`: x `[images, rows, columns, kernel height, kernel width, channels]`, out `[images, height, width, channels]`. */
export function overlap(args: OverlapArguments, chunk: i32, scratch: usize): void {
  const grid = changetype<PatchesArguments>(args), image = bytesOfImage(grid), rows = args.rows;
  const start = chunk * args.size, last = min(args.images, start + args.size);
  let x = args.x + <usize>(start * rows) * bytesOfRow(grid);
  for (let one = start; one < last; one++) {
    const out = args.out + <usize>one * image;
    memory.fill(out, 0, image);
    for (let i = 0; i < rows; i++) x = overlapOfRow(grid, x, i, out);
  }
}
