/**
 * Matrix products on the wasm heap: by BLAS where one is in use and the product is large, else by our own SIMD kernel on all
 * threads.
 *
 * Why: tfjs's kernel, which they replace, is fast for A B alone. With either side transposed it is a scalar loop (128 × 784 ×
 * 500: 4.1 ms plain, 58 ms with Aᵀ), and every reverse pass transposes.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Heap, HeapBlas } from "../backend/heap.ts";
import { areFloats, installHeapKernel } from "../backend/heap_kernel.ts";
import { replaceKernel } from "../backend/replace_kernel.ts";
import { CONSTANTS } from "./interface.ts";
import { CORES } from "./team.ts";

/** C = op(A) op(B): sizes, and byte offsets of matrices that lie row by row without gaps. */
export interface Product {
  /** Whether op(A) = Aᵀ. */
  readonly transposeA?: boolean;
  /** Whether op(B) = Bᵀ. */
  readonly transposeB?: boolean;
  /** Rows of op(A) and C. */
  readonly m: number;
  /** Columns of op(B) and C. */
  readonly n: number;
  /** Columns of op(A), rows of op(B). */
  readonly k: number;
  /** Where A is. */
  readonly a: number;
  /** Where B is. */
  readonly b: number;
  /** Where C goes. */
  readonly c: number;
  /** How many matrices C has, one after the other; 1 by default. */
  readonly batch?: number;
  /** Whether A is one matrix for all of them. */
  readonly sameA?: boolean;
  /** Whether B is. */
  readonly sameB?: boolean;
}

/** Multiply-adds from which a call of BLAS (3 µs) and its threads pay. Smaller ones of a batch go to our kernel all at once. */
const WORTH_BLAS = 1 << 17;
const { PRODUCT_ROWS, PRODUCT_COLUMNS, FEW_ROWS: FEW } = CONSTANTS;

/**
 * How products by BLAS are cut: one chunk per core, so that the library packs as few matrices as possible (128 × 500 × 500
 * with Bᵀ: 0.34 ms in two chunks, 0.46 in eight), but no chunk smaller than this; and more chunks where the product is large,
 * so that no thread waits long for another.
 */
const [SMALLEST, LARGEST] = [2.5e5, 16e6];
const [FEWEST_ROWS, FEWEST_COLUMNS] = [60, 96];

/** C ← op(A) op(B). */
export function multiply(heap: Heap, product: Product): void {
  const { m, n, k, c, batch = 1 } = product;
  if (m * n * batch === 0) return;
  if (k === 0) heap.view(c, batch * m * n).fill(0);
  else if (mixes(product)) inPlace(heap, "mix", product);
  else if (areInner(product)) inPlace(heap, "innerProducts", product);
  else if (heap.blas && m * n * k >= WORTH_BLAS) blasProduct(heap, heap.blas, product);
  else ownProduct(heap, product, false);
}

/** Whether each A of a batch is small, and B lies in the order in which it is read: packing would take longer than multiplying. */
function mixes({ transposeA, transposeB, m, n, k, batch = 1, sameA, sameB }: Product): boolean {
  return batch > 1 && !transposeA && !transposeB && !sameA && !sameB && m <= FEW && k <= FEW && n >= FEW;
}

/** Whether each product of a batch is of few rows with few others, which lie in the order in which they are read. */
function areInner({ transposeA, transposeB, m, n, k, batch = 1, sameA, sameB }: Product): boolean {
  return batch > 1 && !transposeA && transposeB === true && !sameA && !sameB && m <= FEW && n <= FEW &&
    k >= FEW;
}

/** Each product of a batch as a chunk, from where the matrices lie. */
function inPlace(
  { team }: Heap,
  kernel: "mix" | "innerProducts",
  { m, n, k, a, b, c, batch = 1 }: Product,
): void {
  team.run(kernel, batch, { m, n, k, a, b, c }, batch * m * n * k);
}

/** The path on the heap of a library that several threads may call; 0 where there is none. */
export const libraryOf = (
  { blas }: Pick<Heap, "blas">,
): { readonly path: number; readonly pathBytes: number } =>
  blas?.shared ? { path: blas.pathAt, pathBytes: blas.pathBytes } : { path: 0, pathBytes: 0 };

/** Each matrix of a batch as a job of its own: large ones are few. */
function blasProduct({ team }: Heap, { single, pathAt, pathBytes }: HeapBlas, product: Product): void {
  const { transposeA = false, transposeB = false, m, n, k, a, b, c, batch = 1, sameA, sameB } = product;
  // Rows or columns are cut into a power of two of pieces, of whole vectors. The number of cores decides, since that of
  // threads would change the bits. A library with threads of its own cuts for itself.
  const work = m * n * k;
  const narrowest = m >= n ? m / FEWEST_ROWS : n / FEWEST_COLUMNS;
  const most = Math.min(work / SMALLEST, Math.max(CORES, work / LARGEST), narrowest);
  const pieces = single ? Math.max(1, 2 ** Math.floor(Math.log2(most))) : 1;
  for (let i = 0; i < batch; i++) {
    team.run("blas", pieces, {
      transposeA,
      transposeB,
      m,
      n,
      k,
      a: a + (sameA ? 0 : 4 * m * k * i),
      b: b + (sameB ? 0 : 4 * k * n * i),
      c: c + 4 * m * n * i,
      leadingA: transposeA ? m : k,
      leadingB: transposeB ? k : n,
      leadingC: n,
      rowPieces: m >= n ? pieces : 1,
      columnPieces: m >= n ? 1 : pieces,
      path: pathAt,
      pathBytes,
      accumulate: false,
    }, work);
  }
}

function ownProduct(heap: Heap, product: Product, symmetric: boolean): void {
  const { transposeA = false, transposeB = false, m, n, k, a, b, c, batch = 1 } = product;
  const stepA = product.sameA ? 0 : 4 * m * k, stepB = product.sameB ? 0 : 4 * k * n;
  const chunks = batch * Math.ceil(m / PRODUCT_ROWS) * Math.ceil(n / PRODUCT_COLUMNS);
  const leadingB = transposeB ? k : n;
  const args = {
    m,
    n,
    k,
    transposeA,
    transposeB,
    symmetric,
    a,
    b,
    c,
    stepA,
    stepB,
    leadingB,
    accumulate: false,
  };
  heap.team.run("product", chunks, args, batch * m * n * k);
}

/** Columns at a time of a symmetric product by BLAS; more where Aᵀ must be packed, so that it is packed less often. */
const [STRIP, STRIP_OF_TRANSPOSED] = [48, 96];

/**
 * C ← op(A) op(B) where that is symmetric: its lower triangle is computed in strips of columns, and mirrored. A library that
 * one thread alone may call computes all of it.
 */
export function multiplySymmetric(heap: Heap, product: Product): void {
  const { transposeA = false, n, k, a, b, c } = product;
  const { team, blas } = heap;
  const library = n * n * k >= WORTH_BLAS ? blas : null;
  if (library?.shared) {
    const size = transposeA ? STRIP_OF_TRANSPOSED : STRIP;
    const { pathAt: path, pathBytes } = library;
    const args = { transposed: transposeA, n, k, size, a, b, c, path, pathBytes };
    team.run("symmetric", Math.ceil(n / size), args, n * n * k);
    return;
  }
  if (library) blasProduct(heap, library, product);
  else ownProduct(heap, product, true);
  const size = 32;
  team.run("mirror", Math.ceil(n / size), { n, size, c }, n * n);
}

/** Replaces the wasm engine's `BatchMatMul`. */
export function installProduct(heap: Heap): void {
  installHeapKernel(heap, "BatchMatMul", {
    names: ["a", "b"],
    accepts: ([a, b]) => {
      assertPairs(a!, b!);
      return areFloats([a!, b!]) && areInStep(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
    },
    shapes: (shapes, attrs) => {
      const { batches, m, n } = sizesOf(shapes, attrs);
      return { one: [...batches, m, n] };
    },
    fill: (heap, [a, b], [c], attrs, shapes) => {
      const { batches, ...sizes } = sizesOf(shapes, attrs);
      multiply(heap, { ...sizes, a: a!, b: b!, c: c!, batch: tf.util.sizeFromShape(batches) });
    },
  });
}

/** Makes an engine of tfjs refuse what {@link assertPairs} refuses. */
export function refuseWrongPairs(backend: "cpu" | "webgpu"): void {
  replaceKernel("BatchMatMul", (original) => (params) => {
    assertPairs(params.inputs["a"]!, params.inputs["b"]!);
    return original(params);
  }, backend);
}

/**
 * Requires that each side's batch is the last axes of the product's. tfjs takes matrix i of the product from matrix i modulo their
 * number, which is another where an axis of 1 is followed by others: [2, 3] with [2, 1] would be silently wrong.
 *
 * @throws TypeError
 */
function assertPairs({ shape: a }: tf.TensorInfo, { shape: b }: tf.TensorInfo): void {
  if (a.length < 4 && b.length < 4) return;
  const batches = [a, b].map((shape) => shape.slice(0, -2)) as [number[], number[]];
  const whole = tf.broadcast_util.assertAndGetBroadcastShape(...batches);
  const isLast = (own: readonly number[]): boolean => {
    const first = own.findIndex((size) => size !== 1);
    return first < 0 || own.slice(first).every((size, i, all) => size === whole.at(i - all.length));
  };
  if (batches.every(isLast)) return;
  throw new TypeError(
    "matMul: the batch of each side must be the last axes of the other's, or one matrix, but they are " +
      `${batches.map((batch) => `[${batch}]`).join(" and ")}; tile the smaller one`,
  );
}

/** Whether two batches have their matrices in pairs, or one side has only one; of batches that {@link assertPairs} lets through. */
const areInStep = (a: number[], b: number[]): boolean => {
  const [sizeA, sizeB] = [a, b].map((batch) => tf.util.sizeFromShape(batch));
  return sizeA === 1 || sizeB === 1 || sizeA === sizeB;
};

/** The sizes of a product of tensors, whose last two axes are those of matrices. */
function sizesOf(
  [a, b]: readonly (readonly number[])[],
  attrs: tf.NamedAttrMap,
): Omit<Product, "a" | "b" | "c" | "batch"> & { batches: number[] } {
  const [transposeA, transposeB] = [Boolean(attrs["transposeA"]), Boolean(attrs["transposeB"])];
  const [aRows, aColumns] = a!.slice(-2) as [number, number];
  const [bRows, bColumns] = b!.slice(-2) as [number, number];
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [batchesA, batchesB] = [a!.slice(0, -2), b!.slice(0, -2)];
  return {
    transposeA,
    transposeB,
    m,
    n: transposeB ? bRows : bColumns,
    k,
    batches: tf.broadcast_util.assertAndGetBroadcastShape(batchesA, batchesB),
    sameA: tf.util.sizeFromShape(batchesA) === 1,
    sameB: tf.util.sizeFromShape(batchesB) === 1,
  };
}
