// Products of patches of images with a matrix. A thread makes a strip of them, some rows of the grids of its images, in its cache.

import {
  OverlapProductsArguments, PatchesArguments, PatchGradientsArguments, PatchProductsArguments,
} from "../engine/kernels/arguments";
import { bytesOfImage, bytesOfRow, overlapOfRow, patchesOfRow } from "../engine/kernels/patches";
import { multiplyWithin } from "../engine/kernels/product";
import { threadOf } from "../engine/kernels/team";

/** Makes patches of rows `row` to `end`, counted through the grids of all images x. */
function fillStrip(args: PatchesArguments, row: i32, end: i32, space: usize): void {
  const image = bytesOfImage(args), rows = args.rows;
  for (let r = row; r < end; r++) space = patchesOfRow(args, args.x + <usize>(r / rows) * image, r % rows, space);
}

/** Where this thread's strip is. */
@inline
function spaceOf(args: usize, scratch: usize, space: usize, strip: i32): usize {
  return space + <usize>threadOf(args, scratch) * <usize>strip * bytesOfRow(changetype<PatchesArguments>(args));
}

/**
 * out = P w with P the patches of x `[images, height, width, channels]`: w `[patch, filters]`, out `[images, rows, columns,
 * filters]`; `size` images to a chunk.
 */
export function patchProducts(args: PatchProductsArguments, chunk: i32, scratch: usize): void {
  const grid = changetype<PatchesArguments>(args), filters = args.filters, columns = args.columns, strip = args.strip;
  const patch = args.kernelHeight * args.kernelWidth * args.channels;
  const space = spaceOf(changetype<usize>(args), scratch, args.space, strip);
  const last = min(args.images, (chunk + 1) * args.size) * args.rows;
  for (let row = chunk * args.size * args.rows; row < last; row += strip) {
    const end = min(last, row + strip);
    fillStrip(grid, row, end, space);
    multiplyWithin(
      false, false, false, (end - row) * columns, filters, patch, space, args.w, filters,
      args.out + (<usize>(row * columns) * <usize>filters << 2), args.path, args.pathBytes, scratch,
    );
  }
}

/**
 * The adjoint of `patchProducts`: out is the sum, where patches overlap, of x wᵀ: x `[images, rows, columns, filters]`, out
 * `[images, height, width, channels]`.
 */
export function overlapProducts(args: OverlapProductsArguments, chunk: i32, scratch: usize): void {
  const grid = changetype<PatchesArguments>(args), filters = args.filters, rows = args.rows, columns = args.columns;
  const strip = args.strip, image = bytesOfImage(grid), patch = args.kernelHeight * args.kernelWidth * args.channels;
  const space = spaceOf(changetype<usize>(args), scratch, args.space, strip);
  const last = min(args.images, (chunk + 1) * args.size) * rows;
  for (let row = chunk * args.size * rows; row < last; row += strip) {
    const end = min(last, row + strip);
    multiplyWithin(
      false, true, false, (end - row) * columns, patch, filters, args.x + (<usize>(row * columns) * <usize>filters << 2), args.w,
      filters, space, args.path, args.pathBytes, scratch,
    );
    let from = space;
    for (let r = row; r < end; r++) {
      const out = args.out + <usize>(r / rows) * image;
      if (r % rows == 0) memory.fill(out, 0, image);
      from = overlapOfRow(grid, from, r % rows, out);
    }
  }
}

/**
 * The gradient of `patchProducts` in w, chunk by chunk: out_chunk = Pᵀ u, with P the patches of x and u `[images, rows, columns,
 * filters]` at `w`, both of the chunk's images: out `[chunks, patch, filters]`.
 */
export function patchGradients(args: PatchGradientsArguments, chunk: i32, scratch: usize): void {
  const grid = changetype<PatchesArguments>(args), filters = args.filters, columns = args.columns, strip = args.strip;
  const patch = args.kernelHeight * args.kernelWidth * args.channels;
  const space = spaceOf(changetype<usize>(args), scratch, args.space, strip);
  const out = args.out + (<usize>(chunk * patch) * <usize>filters << 2);
  const first = chunk * args.size * args.rows, last = min(args.images, (chunk + 1) * args.size) * args.rows;
  for (let row = first; row < last; row += strip) {
    const end = min(last, row + strip);
    fillStrip(grid, row, end, space);
    multiplyWithin(
      true, false, row > first, patch, filters, (end - row) * columns, space,
      args.w + (<usize>(row * columns) * <usize>filters << 2), filters, out, args.path, args.pathBytes, scratch,
    );
  }
}
