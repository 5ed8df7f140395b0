// A = I + G/β in double precision, block by block: its Cholesky pivots, its inverse, and a root of the inverse.

import { FactorArguments } from "../engine/kernels/arguments";

/** Sets `count` numbers of four bytes to 0. Not by memory.fill: another thread may have grown the memory, which this one does not know yet. */
function clear(at: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<i32>(at + (<usize>i << 2), 0);
}

@inline
function at(matrix: usize, n: i32, i: i32, j: i32): usize {
  return matrix + (<usize>(i * n + j) << 3);
}

/** Σ_k a_k b_k over the first `count` numbers of two rows. */
function dot(a: usize, b: usize, count: i32): f64 {
  let s = f64x2.splat(0);
  let k = 0;
  for (; k + 2 <= count; k += 2) {
    s = f64x2.add(s, f64x2.mul(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
  }
  const sum = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
  return k < count ? sum + load<f64>(a) * load<f64>(b) : sum;
}

/** to ← to + factor from, over the first `count` numbers of two rows. */
function addMultiple(to: usize, from: usize, factor: f64, count: i32): void {
  const f = f64x2.splat(factor);
  let k = 0;
  for (; k + 2 <= count; k += 2) {
    v128.store(to, f64x2.add(v128.load(to), f64x2.mul(f, v128.load(from))));
    to += 16;
    from += 16;
  }
  if (k < count) store<f64>(to, load<f64>(to) + factor * load<f64>(from));
}

/**
 * Overwrites the lower triangle of E with L, where I + E = L Lᵀ, and writes the pivots minus 1: 1 is never added to a small
 * number. False at a pivot that is not positive; NaN goes through.
 */
function factorise(a: usize, n: i32, pivots: usize): bool {
  for (let i = 0; i < n; i++) {
    const row = at(a, n, i, 0);
    for (let j = 0; j < i; j++) {
      const other = at(a, n, j, 0), place = at(a, n, i, j);
      store<f64>(place, (load<f64>(place) - dot(row, other, j)) / load<f64>(at(a, n, j, j)));
    }
    const place = at(a, n, i, i), excess = load<f64>(place) - dot(row, row, i);
    store<f64>(pivots + (<usize>i << 3), excess);
    if (excess <= -1) return false;
    store<f64>(place, sqrt<f64>(1 + excess));
  }
  return true;
}

/** R ← L⁻¹, lower triangular. */
function invertTriangle(l: usize, r: usize, n: i32): void {
  clear(r, 2 * n * n);
  for (let i = 0; i < n; i++) {
    const row = at(r, n, i, 0), pivot = load<f64>(at(l, n, i, i));
    for (let k = 0; k < i; k++) addMultiple(row, at(r, n, k, 0), -load<f64>(at(l, n, i, k)), k + 1);
    for (let c = 0; c < i; c++) store<f64>(at(r, n, i, c), load<f64>(at(r, n, i, c)) / pivot);
    store<f64>(at(r, n, i, i), 1 / pivot);
  }
}

/** C ← RᵀR, of which the lower triangle is made. */
function squareOfRoot(r: usize, c: usize, n: i32): void {
  clear(c, 2 * n * n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i <= k; i++) addMultiple(at(c, n, i, 0), at(r, n, k, 0), load<f64>(at(r, n, k, i)), i + 1);
  }
}

/**
 * One example of G `[batch, d, d]`: the pivots of A minus 1 in double precision `[batch, d]`, up to the first that is not
 * above −1; A⁻¹ and R with RᵀR = A⁻¹ `[batch, d, d]`, 0 outside of the blocks. `scratch` holds two matrices of a block.
 */
export function factor(args: FactorArguments, chunk: i32, scratch: usize): void {
  const d = args.latent, block = args.block, beta = args.beta;
  const gram = args.gram + (<usize>(chunk * d * d) << 2);
  const pivots = args.pivots + (<usize>(chunk * d) << 3);
  const inverse = args.inverse + (<usize>(chunk * d * d) << 2);
  const root = args.root + (<usize>(chunk * d * d) << 2);
  const a = scratch, r = scratch + (<usize>(block * block) << 3);
  clear(inverse, d * d);
  clear(root, d * d);
  for (let start = 0; start < d; start += block) {
    for (let i = 0; i < block; i++) {
      for (let j = 0; j <= i; j++) {
        const g = <f64>load<f32>(gram + (<usize>((start + i) * d + start + j) << 2)) / beta;
        store<f64>(at(a, block, i, j), g);
      }
    }
    if (!factorise(a, block, pivots + (<usize>start << 3))) return;
    invertTriangle(a, r, block);
    squareOfRoot(r, a, block);
    for (let i = 0; i < block; i++) {
      for (let j = 0; j <= i; j++) {
        const row = <usize>((start + i) * d + start + j) << 2, column = <usize>((start + j) * d + start + i) << 2;
        const value = <f32>load<f64>(at(a, block, i, j));
        store<f32>(inverse + row, value);
        store<f32>(inverse + column, value);
        store<f32>(root + row, <f32>load<f64>(at(r, block, i, j)));
      }
    }
  }
}
