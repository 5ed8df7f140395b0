// Patches of images, and sums of patches that overlap.

import { OverlapArguments, PatchesArguments } from "./arguments";

/** to ← `bytes` of numbers from `from`. */
@inline
function copied(from: usize, to: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 64 <= bytes; i += 64) {
    const a = v128.load(from + i), b = v128.load(from + i, 16), c = v128.load(from + i, 32), d = v128.load(from + i, 48);
    v128.store(to + i, a);
    v128.store(to + i, b, 16);
    v128.store(to + i, c, 32);
    v128.store(to + i, d, 48);
  }
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.load(from + i));
  for (; i < bytes; i += 4) store<f32>(to + i, load<f32>(from + i));
}

/** to ← 0. */
@inline
function cleared(to: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, f32x4.splat(0));
  for (; i < bytes; i += 4) store<f32>(to + i, 0);
}

/** to ← to + `bytes` of numbers from `from`. */
@inline
function added(from: usize, to: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 64 <= bytes; i += 64) {
    const a = f32x4.add(v128.load(to + i), v128.load(from + i)), b = f32x4.add(v128.load(to + i, 16), v128.load(from + i, 16));
    const c = f32x4.add(v128.load(to + i, 32), v128.load(from + i, 32));
    const d = f32x4.add(v128.load(to + i, 48), v128.load(from + i, 48));
    v128.store(to + i, a);
    v128.store(to + i, b, 16);
    v128.store(to + i, c, 32);
    v128.store(to + i, d, 48);
  }
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)));
  for (; i < bytes; i += 4) store<f32>(to + i, load<f32>(to + i) + load<f32>(from + i));
}

/** About how many bytes of patches are made at a time, row by row of each: 4 KiB, which stay in the first-level cache. */
const TOGETHER: usize = 4096;

/** Columns of the grid before the first whose patch begins at `edge` or behind it. */
@inline
function columnsBefore(edge: i32, stride: i32, columns: i32): i32 {
  return edge <= 0 ? 0 : min(columns, (edge + stride - 1) / stride);
}

/** The patches of row i of the grid, of the image x, to `out`; returns the end of them. */
export function patchesOfRow(args: PatchesArguments, x: usize, i: i32, out: usize): usize {
  const height = args.height, width = args.width, columns = args.columns, kernelWidth = args.kernelWidth;
  const strideWidth = args.strideWidth, before = args.left;
  const pixel = <usize>args.channels << 2, run = <usize>kernelWidth * pixel, patch = <usize>args.kernelHeight * run;
  const step = <usize>strideWidth * pixel, group = max(1, <i32>(TOGETHER / patch));
  // Columns whose patches lie within the image from left to right.
  const first = columnsBefore(before, strideWidth, columns);
  const end = max(first, columnsBefore(width - kernelWidth + before + 1, strideWidth, columns));
  for (let start = 0; start < columns; start += group) {
    const last = min(columns, start + group), whole = max(start, first), wholeEnd = min(last, end);
    for (let a = 0; a < args.kernelHeight; a++) {
      const y = i * args.strideHeight + a - args.top, line = x + <usize>(y * width) * pixel, inside = y >= 0 && y < height;
      let to = out + <usize>start * patch + <usize>a * run;
      for (let j = start; j < last; j++) {
        if (inside && j == whole && whole < wholeEnd) {
          let from = line + <usize>(j * strideWidth - before) * pixel;
          // Runs of three vectors, of images in colour, are too short for a loop.
          if (run == 48) {
            for (; j < wholeEnd; j++) {
              const p = v128.load(from), q = v128.load(from, 16), r = v128.load(from, 32);
              v128.store(to, p);
              v128.store(to, q, 16);
              v128.store(to, r, 32);
              to += patch;
              from += step;
            }
          } else {
            for (; j < wholeEnd; j++) {
              copied(from, to, run);
              to += patch;
              from += step;
            }
          }
          if (j == last) break;
        }
        const left = j * strideWidth - before, from = max(0, -left), stop = min(kernelWidth, width - left);
        cleared(to, run);
        if (inside && from < stop) {
          copied(line + <usize>(left + from) * pixel, to + <usize>from * pixel, <usize>(stop - from) * pixel);
        }
        to += patch;
      }
    }
  }
  return out + <usize>columns * patch;
}

/** Adds patches x of row i of the grid to the image `out`; returns the end of them. */
export function overlapOfRow(args: PatchesArguments, x: usize, i: i32, out: usize): usize {
  const height = args.height, width = args.width, columns = args.columns, kernelWidth = args.kernelWidth;
  const strideWidth = args.strideWidth, before = args.left;
  const pixel = <usize>args.channels << 2, run = <usize>kernelWidth * pixel, patch = <usize>args.kernelHeight * run;
  const group = max(1, <i32>(TOGETHER / patch));
  // Patches that follow each other overlap: a processor waits to read what it has just written in other pieces.
  const apart = (kernelWidth + strideWidth - 1) / strideWidth;
  for (let start = 0; start < columns; start += group) {
    const last = min(columns, start + group);
    for (let a = 0; a < args.kernelHeight; a++) {
      const y = i * args.strideHeight + a - args.top, line = out + <usize>(y * width) * pixel;
      if (y < 0 || y >= height) continue;
      for (let phase = 0; phase < apart; phase++) {
        for (let j = start + phase; j < last; j += apart) {
          const left = j * strideWidth - before, first = max(0, -left), stop = min(kernelWidth, width - left);
          if (first < stop) {
            const from = x + <usize>j * patch + <usize>a * run + <usize>first * pixel;
            added(from, line + <usize>(left + first) * pixel, <usize>(stop - first) * pixel);
          }
        }
      }
    }
  }
  return x + <usize>columns * patch;
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
