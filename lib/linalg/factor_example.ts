/**
 * I + G/β of one example in double precision: what is done where tensors are in host memory.
 *
 * @module
 */

import {
  backwardInPlace,
  choleskyBesideIdentity,
  choleskyInPlace,
  forwardInPlace,
  logDeterminantOfFactor,
} from "./dense_float64.ts";
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

/** Above this size, rounding G/β to double precision (ε = 1e-16) may move one by more than about 1e-6. */
const TRUSTED_IN_DOUBLE = 1e9;

/** A pivot is known where it is so many times its rounding error, that of ‖J‖/√β. */
const KNOWN = 2 ** 10;

/** What is wrong with a pivot, and what to do. */
const OVERFLOWS = " in float32; scale J down or raise β";
const LOST = ", which is lost in double precision beside ‖J‖²/β; scale J down or raise β";

/** From what an example is factored: G as float32 has it, G made again in double precision, or J itself. */
export type From = "float32" | "float64" | "jacobian";

/** What a kernel of {@link identityPlusGram} is given, as arrays. */
export interface Given {
  readonly gram: Float32Array;
  /** ‖t‖² of T, and of the rows of W Wᵀ, where J was not formed. */
  readonly tangentSizes: Float32Array | undefined;
  readonly squareSizes: Float32Array | undefined;
  readonly latent: number;
}

/** From what each example must be factored, so that I is not lost beside G/β. */
export function source(
  { gram, tangentSizes, squareSizes, latent }: Given,
  beta: number,
): (example: number) => From {
  const rounding = squareSizes && roundingThrough(squareSizes);
  return (example) => {
    let largest = 0;
    for (let i = 0; i < latent; i++) {
      const diagonal = gram[example * latent * latent + i * latent + i]!;
      const through = rounding === undefined ? 0 : tangentSizes![example * latent + i]! * rounding;
      largest = Math.max(largest, diagonal, through);
    }
    // NaN is neither.
    return largest / beta <= TRUSTED
      ? "float32"
      : largest / beta <= TRUSTED_IN_DOUBLE
      ? "float64"
      : "jacobian";
  };
}

/** Requires a finite T M of one example, which its gradient takes, unless Jᵀ is not finite either. */
export function assertMapped(
  mapped: Float32Array,
  rows: Float64Array,
  [example, batch, latent]: readonly [number, number, number],
): void {
  const at = mapped.findIndex((x) => !Number.isFinite(x));
  if (at < 0 || !rows.every(Number.isFinite)) return;
  const pivot = Math.floor(at * latent / mapped.length);
  throw new NotPositiveDefiniteError(DOING, example, batch, pivot, Infinity, OVERFLOWS);
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
  from: From,
  { beta, block }: Settings,
): void {
  const batch = logDeterminant.length, d = Math.sqrt(gram.length / batch), first = example * d * d;
  const columns = new Float64Array(block * block);
  let sum = 0;
  for (const result of [inverse, root]) result.fill(0, first, first + d * d);
  for (let start = 0; start < d; start += block) {
    const refuse = (pivot: number, value: number, why?: string): never => {
      throw new NotPositiveDefiniteError(DOING, example, batch, start + pivot, value, why);
    };
    const own = rows?.slice(start * rows.length / d, (start + block) * rows.length / d);
    let factor: Float64Array;
    if (from === "jacobian") {
      factor = factorOfJacobian(own!, block, beta, refuse);
      sum += logDeterminantOfFactor(factor, block);
    } else {
      const g = own ? gramOfRows(own, block) : cut(gram, first, d, start, block);
      const diagonal = Float64Array.from({ length: block }, (_, i) => g[i * (block + 1)]! / beta);
      factor = factorOfGram(g, block, beta, refuse);
      for (let i = 0; i < block; i++) sum += logPivot(factor, block, i, diagonal[i]!);
    }
    const put = (out: Float32Array): void => {
      for (let i = 0; i < block; i++) {
        for (let j = 0; j < block; j++) out[first + (start + i) * d + start + j] = columns[i * block + j]!;
      }
    };
    columns.fill(0);
    for (let i = 0; i < block; i++) columns[i * block + i] = 1;
    forwardInPlace(factor, block, columns, block);
    put(root);
    backwardInPlace(factor, block, columns, block);
    put(inverse);
  }
  logDeterminant[example] = sum;
}

/** The logarithm of pivot i of I + G/β from its factor, and from the entry of G/β: a small one keeps its digits. */
function logPivot(l: Float64Array, n: number, i: number, entry: number): number {
  let excess = entry;
  for (let k = 0; k < i; k++) excess -= l[i * n + k]! ** 2;
  // A large one has lost digits of `excess` to what was subtracted, and none that its logarithm needs.
  return Math.abs(excess) < 0.5 ? Math.log1p(excess) : 2 * Math.log(l[i * n + i]!);
}

/** Ends a factorisation, with a pivot and what is wrong with it. */
type Refuse = (pivot: number, value: number, why?: string) => never;

/** A diagonal block of one matrix among others `[d, d]`. */
function cut(gram: Float32Array, first: number, d: number, start: number, block: number): Float64Array {
  return Float64Array.from({ length: block * block }, (_, k) => {
    const row = start + Math.floor(k / block), column = start + k % block;
    return gram[first + row * d + column]!;
  });
}

/** JᵀJ from the rows of Jᵀ. */
function gramOfRows(rows: Float64Array, n: number): Float64Array {
  const length = rows.length / n, gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let c = 0; c < length; c++) sum += rows[i * length + c]! * rows[j * length + c]!;
      gram[i * n + j] = gram[j * n + i] = sum;
    }
  }
  return gram;
}

/** The Cholesky factor of I + G/β. Overwrites G. */
function factorOfGram(gram: Float64Array, n: number, beta: number, refuse: Refuse): Float64Array {
  for (let k = 0; k < n * n; k++) gram[k] = gram[k]! / beta + (k % (n + 1) === 0 ? 1 : 0);
  const failed = choleskyInPlace(gram, n);
  if (failed >= 0) refuse(failed, gram[failed * n + failed]!);
  return gram;
}

/** The Cholesky factor of I + JᵀJ/β from the rows of Jᵀ; NaN where one is not finite. Overwrites them. */
function factorOfJacobian(rows: Float64Array, n: number, beta: number, refuse: Refuse): Float64Array {
  if (!rows.every(Number.isFinite)) return new Float64Array(n * n).fill(NaN);
  const length = rows.length / n;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    const squares = rows.subarray(i * length, (i + 1) * length).reduce((sum, x) => sum + x * x, 0);
    // A⁻¹, which its gradient takes, would be 0.
    if (Math.fround(Math.max(squares, squares / beta)) === Infinity) refuse(i, Infinity, OVERFLOWS);
    largest = Math.max(largest, 1 + squares / beta);
  }
  const factor = choleskyBesideIdentity(rows.map((x) => x / Math.sqrt(beta)), n);
  for (let i = 0; i < n; i++) {
    const pivot = factor[i * n + i]!;
    if (pivot < KNOWN * Number.EPSILON * Math.sqrt(largest)) refuse(i, pivot ** 2, LOST);
  }
  return factor;
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
