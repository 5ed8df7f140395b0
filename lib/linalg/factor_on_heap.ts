/**
 * I + G/β of a whole batch on the wasm heap, by its threads.
 *
 * @module
 */

import { CONSTANTS, type Few, type Heap, multiply } from "../engine/mod.ts";
import type { Settings } from "./factor_example.ts";

/** Pivots that are multiplied before a logarithm is taken: where G is trusted, G/β is so small that the product is a number. */
const TOGETHER = 8;

/** The largest block for which the kernel on the wasm heap has room: two matrices in double precision. */
const LARGEST_ON_HEAP = Math.floor(Math.sqrt(CONSTANTS.SCRATCH_BYTES / 16));

/** Inverses, roots and log-determinants by the threads of the heap; says of each example whether it could be factored. */
export function factorOnHeap(
  heap: Heap,
  gram: number,
  [, inverse, root]: Few<number>,
  { beta, block }: Settings,
  [batch, latent]: readonly [number, number],
  logDeterminant: Float32Array,
): (example: number) => boolean {
  if (block > LARGEST_ON_HEAP) return () => false;
  const pivots = heap.allocate([batch, 2 * latent]);
  const at = heap.offset(pivots);
  const args = { latent, block, gram, pivots: at, inverse, root, beta };
  heap.team.run("factor", batch, args, batch * latent * block * block);
  const pivotsLessOne = new Float64Array(heap.view(at, 0).buffer, at, batch * latent);
  const failed = new Set<number>();
  for (let example = 0; example < batch; example++) {
    // (1 + p)(1 + e) − 1 = p + e + p e: no 1 is added to a small number.
    let sum = 0, product = 0;
    for (let i = 0; i < latent; i++) {
      const excess = pivotsLessOne[example * latent + i]!;
      if (excess <= -1) failed.add(example);
      product += excess + product * excess;
      if (i % TOGETHER < TOGETHER - 1 && i < latent - 1) continue;
      sum += Math.log1p(product);
      product = 0;
    }
    logDeterminant[example] = sum;
  }
  heap.release(pivots);
  return (example) => !failed.has(example);
}

/** Jᵀ = T W of one example, by the engine's own product. */
export function formed(
  heap: Heap,
  tangents: number,
  last: number,
  [m, n, k]: readonly [number, number, number],
): Float64Array {
  const rows = heap.allocate([m, n]);
  multiply(heap, { m, n, k, a: tangents, b: last, c: heap.offset(rows) });
  const values = Float64Array.from(heap.view(heap.offset(rows), m * n));
  heap.release(rows);
  return values;
}
