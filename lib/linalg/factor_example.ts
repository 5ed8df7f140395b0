/**
 * I + G/β of one example in double precision: what is done where tensors are in host memory.
 *
 * @module
 */

import { backwardInPlace, choleskyInPlace, forwardInPlace, logDeterminantOfFactor } from "./dense_float64.ts";
import { NotPositiveDefiniteError } from "./not_positive_definite.ts";
import { roundingThrough } from "./through_square.ts";

/** What defines A = I + G/β. */
export interface Settings {
  readonly beta: number;
  readonly block: number;
}

/** The public function, for messages. */
export const DOING = "identityPlusGram";

/**
 * Above this size of the numbers that add up to G/β, rounding them to float32 (ε = 6e-8) may move an eigenvalue of A, all
 * of which are at least 1, by more than about 1e-3.
 */
const TRUSTED = 1e3;

/** What a kernel of {@link identityPlusGram} is given, as arrays. */
export interface Given {
  readonly gram: Float32Array;
  /** ‖t‖² of T, and of the rows of W Wᵀ, where J was not formed. */
  readonly tangentSizes: Float32Array | undefined;
  readonly squareSizes: Float32Array | undefined;
  readonly latent: number;
}

/** Whether float32 can hold this example's Gram matrix beside I; an infinite one is let through, to be refused. */
export function trusts(
  { gram, tangentSizes, squareSizes, latent }: Given,
  beta: number,
): (example: number) => boolean {
  const rounding = squareSizes && roundingThrough(squareSizes);
  return (example) => {
    let largest = 0;
    for (let i = 0; i < latent; i++) {
      const diagonal = gram[example * latent * latent + i * latent + i]!;
      const through = rounding === undefined ? 0 : tangentSizes![example * latent + i]! * rounding;
      largest = Math.max(largest, diagonal, through);
    }
    return !(largest / beta > TRUSTED && largest < Infinity);
  };
}

/** Where the results of one example go. */
export interface Results {
  readonly logDeterminant: Float32Array;
  readonly inverse: Float32Array;
  readonly root: Float32Array;
}

/** One example, from G, or from the rows of Jᵀ where G is not trusted. */
export function factorExample(
  { logDeterminant, inverse, root }: Results,
  example: number,
  gram: Float32Array,
  rows: Float64Array | null,
  { beta, block }: Settings,
): void {
  const batch = logDeterminant.length, d = Math.sqrt(gram.length / batch), first = example * d * d;
  const entry = (i: number, j: number): number => {
    if (!rows) return gram[first + i * d + j]!;
    const n = rows.length / d;
    let sum = 0;
    for (let c = 0; c < n; c++) sum += rows[i * n + c]! * rows[j * n + c]!;
    return sum;
  };
  const a = new Float64Array(block * block), columns = new Float64Array(block * block);
  logDeterminant[example] = 0;
  for (const  of of[inverse, root]) of.fill(0, first, first + d * d);
  for (let start = 0; start < d; start += block) {
    for (let i = 0; i < block; i++) {
      for (let j = 0; j <= i; j++) {
        a[i * block + j] = a[j * block + i] = entry(start + i, start + j) / beta + (i === j ? 1 : 0);
      }
    }
    const failed = choleskyInPlace(a, block);
    if (failed >= 0) {
      throw new NotPositiveDefiniteError(DOING, example, batch, start + failed, a[failed * block + failed]!);
    }
    logDeterminant[example]! += logDeterminantOfFactor(a, block);
    const put = (out: Float32Array): void => {
      for (let i = 0; i < block; i++) {
        for (let j = 0; j < block; j++) out[first + (start + i) * d + start + j] = columns[i * block + j]!;
      }
    };
    columns.fill(0);
    for (let i = 0; i < block; i++) columns[i * block + i] = 1;
    forwardInPlace(a, block, columns, block);
    put(root);
    backwardInPlace(a, block, columns, block);
    put(inverse);
  }
}

/** Jᵀ = T W of one example, in double precision. */
export function jacobianRows(t: Float32Array, w: Float32Array, width: number): Float64Array {
  const d = t.length / width, n = w.length / width;
  const rows = new Float64Array(d * n);
  for (let i = 0; i < d; i++) {
    for (let h = 0; h < width; h++) {
      const s = t[i * width + h]!;
      for (let c = 0; c < n; c++) rows[i * n + c]! += s * w[h * n + c]!;
    }
  }
  return rows;
}
