/**
 * Products of patches of images on the heap: patches are made, and multiplied or added up, in strips that stay in a thread's
 * cache. Written out whole, those of conv64's third transposed layer would be 369 MB for 64 examples with 10 tangents.
 *
 * @module
 */

import { CORES } from "../engine/kernels/team.ts";
import { type Heap, libraryOf, makeAll, type PatchSizes } from "../engine/mod.ts";
import { sumSlopedRows } from "./layer_rows.ts";

/** About how many numbers of patches a thread makes at a time: 256 KiB, which stay in its second-level cache. */
const NUMBERS = 1 << 16;
/** Sums of gradients in W, for each core: their number decides the bits, so that of threads must not. */
const SUMS = 4;

/** A product of the patches of some images. */
export interface PatchProduct {
  readonly sizes: PatchSizes;
  readonly images: number;
  /** Columns of W. */
  readonly filters: number;
}

type Name = "patchProducts" | "overlapProducts" | "patchGradients";

/** Runs a job in chunks of so many images, with room for a strip of patches for each thread. */
function run(
  heap: Heap,
  name: Name,
  { sizes: { image, grid, kernel, stride, before }, images, filters }: PatchProduct,
  [x, w, out]: readonly [x: number, w: number, out: number],
  imagesPerChunk: (strip: number) => number,
): void {
  const [rows, columns] = grid, patch = kernel[0] * kernel[1] * image[2];
  const wanted = Math.max(1, Math.floor(NUMBERS / (columns * patch)));
  const size = imagesPerChunk(wanted), strip = Math.min(wanted, size * rows);
  const space = heap.allocate([CORES, strip * columns, patch]);
  try {
    heap.team.run(name, Math.ceil(images / size), {
      ...{ images, size, rows, columns, filters, strip, x, w, out },
      ...{ height: image[0], width: image[1], channels: image[2] },
      ...{ kernelHeight: kernel[0], kernelWidth: kernel[1] },
      ...{ strideHeight: stride[0], strideWidth: stride[1], top: before[0], left: before[1] },
      ...libraryOf(heap),
      space: heap.offset(space),
    }, images * rows * columns * patch * filters);
  } finally {
    heap.release(space);
  }
}

/** So many images that their rows of patches fill a strip. */
const filling = ({ sizes: { grid }, images }: PatchProduct) => (strip: number): number =>
  Math.max(1, Math.min(images, Math.ceil(strip / grid[0])));

/** y = P(x) W: x `[images, height · width · channels]`, W `[patch, filters]`, y `[images, positions · filters]`. */
export function multiplyPatches(
  heap: Heap,
  product: PatchProduct,
  [x, w, y]: readonly [number, number, number],
): void {
  run(heap, "patchProducts", product, [x, w, y], filling(product));
}

/** x = P*(y Wᵀ), the adjoint of {@link multiplyPatches}. */
export function overlapPatches(
  heap: Heap,
  product: PatchProduct,
  [y, w, x]: readonly [number, number, number],
): void {
  run(heap, "overlapProducts", product, [y, w, x], filling(product));
}

/** dW = P(x)ᵀ u, the gradient of {@link multiplyPatches} in W: u as y. */
export function patchGradients(
  heap: Heap,
  product: PatchProduct,
  [x, u, dw]: readonly [number, number, number],
): void {
  const { sizes: { image, kernel }, images, filters } = product;
  const size = Math.ceil(images / (SUMS * CORES)), chunks = Math.ceil(images / size);
  const numbers = kernel[0] * kernel[1] * image[2] * filters;
  const [parts] = makeAll(heap, [[chunks, numbers]]);
  try {
    const at = heap.offset(parts!);
    run(heap, "patchGradients", product, [x, u, at], () => size);
    sumSlopedRows(heap, { dy: at, y: at, du: at, sums: dw }, [chunks, numbers], 1);
  } finally {
    heap.release(parts!);
  }
}
