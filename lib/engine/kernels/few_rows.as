// Products of few rows, example by example, without packing, which would take longer than multiplying.

import { InnerProductsArguments, MixArguments } from "./arguments";
import { total } from "./rows";

/** Four rows of a mixture: `across` bytes from row to row of c, `stride` from row to row of t and out. */
function mixFour(c: usize, across: usize, t: usize, stride: usize, k: i32, out: usize): void {
  let at: usize = 0;
  for (; at + 32 <= stride; at += 32) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    let from = t + at, weight = c;
    for (let j = 0; j < k; j++) {
      const low = v128.load(from), high = v128.load(from, 16);
      let x = v128.load_splat<f32>(weight);
      a0 = f32x4.relaxed_madd(x, low, a0);
      b0 = f32x4.relaxed_madd(x, high, b0);
      x = v128.load_splat<f32>(weight + across);
      a1 = f32x4.relaxed_madd(x, low, a1);
      b1 = f32x4.relaxed_madd(x, high, b1);
      x = v128.load_splat<f32>(weight + 2 * across);
      a2 = f32x4.relaxed_madd(x, low, a2);
      b2 = f32x4.relaxed_madd(x, high, b2);
      x = v128.load_splat<f32>(weight + 3 * across);
      a3 = f32x4.relaxed_madd(x, low, a3);
      b3 = f32x4.relaxed_madd(x, high, b3);
      from += stride;
      weight += 4;
    }
    let to = out + at;
    v128.store(to, a0);
    v128.store(to, b0, 16);
    v128.store(to += stride, a1);
    v128.store(to, b1, 16);
    v128.store(to += stride, a2);
    v128.store(to, b2, 16);
    v128.store(to += stride, a3);
    v128.store(to, b3, 16);
  }
  for (let i = 0; i < 4; i++) mixOne(c + <usize>i * across, t + at, stride, k, out + at + <usize>i * stride, stride - at);
}

/** The first `bytes` of one row of a mixture. */
function mixOne(c: usize, t: usize, stride: usize, k: i32, out: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    let a = f32x4.splat(0);
    let from = t + at;
    for (let j = 0; j < k; j++) {
      a = f32x4.relaxed_madd(v128.load_splat<f32>(c + (<usize>j << 2)), v128.load(from), a);
      from += stride;
    }
    v128.store(out + at, a);
  }
  for (; at < bytes; at += 4) {
    let sum: f32 = 0;
    for (let j = 0; j < k; j++) sum += load<f32>(c + (<usize>j << 2)) * load<f32>(t + at + <usize>j * stride);
    store<f32>(out + at, sum);
  }
}

/**
 * Reads memory line by line, so that it is in the cache when it is read in another order. The result depends on what is read,
 * so that the compiler cannot leave the reads out.
 */
function touched(from: usize, bytes: usize): i32 {
  let all: i32 = 0;
  for (let at: usize = 0; at < bytes; at += 64) all |= load<i32>(from + at);
  return all;
}

/**
 * out_b = c_b t_b for small matrices c: t `[batch, k, columns]`, c `[batch, m, k]`, out `[batch, m, columns]`, one of the
 * batch to a chunk.
 */
export function mix(args: MixArguments, chunk: i32, scratch: usize): void {
  const m = args.m, columns = args.n, k = args.k;
  const t = args.b + (<usize>(chunk * k) * <usize>columns << 2);
  const across = <usize>k << 2, stride = <usize>columns << 2;
  let c = args.a + (<usize>(chunk * m * k) << 2);
  let out = args.c + (<usize>(chunk * m) * <usize>columns << 2);
  // This saves a tenth of the time for eight rows by eight. The number that is stored here is overwritten below.
  store<i32>(out, touched(t, <usize>k * stride));
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    mixFour(c, across, t, stride, k, out);
    c += 4 * across;
    out += 4 * stride;
  }
  for (; i < m; i++) {
    mixOne(c, t, stride, k, out, stride);
    c += across;
    out += stride;
  }
}

/** Σ a_j b_j over the columns from byte `from` on. */
@inline
function restOf(a: usize, b: usize, from: usize, bytes: usize): f32 {
  let sum: f32 = 0;
  for (let at = from; at < bytes; at += 4) sum += load<f32>(a + at) * load<f32>(b + at);
  return sum;
}

/** Four rows of a with two of b: `bytes` from row to row of both, `across` from row to row of out. */
function fourByTwo(a: usize, b: usize, bytes: usize, out: usize, across: usize): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, d0 = c0, d1 = c0, d2 = c0, d3 = c0;
  const a1 = a + bytes, a2 = a1 + bytes, a3 = a2 + bytes, b1 = b + bytes;
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const c = v128.load(b + at), d = v128.load(b1 + at);
    let x = v128.load(a + at);
    c0 = f32x4.relaxed_madd(x, c, c0);
    d0 = f32x4.relaxed_madd(x, d, d0);
    x = v128.load(a1 + at);
    c1 = f32x4.relaxed_madd(x, c, c1);
    d1 = f32x4.relaxed_madd(x, d, d1);
    x = v128.load(a2 + at);
    c2 = f32x4.relaxed_madd(x, c, c2);
    d2 = f32x4.relaxed_madd(x, d, d2);
    x = v128.load(a3 + at);
    c3 = f32x4.relaxed_madd(x, c, c3);
    d3 = f32x4.relaxed_madd(x, d, d3);
  }
  store<f32>(out, total(c0) + restOf(a, b, at, bytes));
  store<f32>(out, total(d0) + restOf(a, b1, at, bytes), 4);
  store<f32>(out += across, total(c1) + restOf(a1, b, at, bytes));
  store<f32>(out, total(d1) + restOf(a1, b1, at, bytes), 4);
  store<f32>(out += across, total(c2) + restOf(a2, b, at, bytes));
  store<f32>(out, total(d2) + restOf(a2, b1, at, bytes), 4);
  store<f32>(out += across, total(c3) + restOf(a3, b, at, bytes));
  store<f32>(out, total(d3) + restOf(a3, b1, at, bytes), 4);
}

/**
 * out_b = a_b b_bᵀ for few rows: a `[batch, m, columns]`, b `[batch, n, columns]`, out `[batch, m, n]`, one of the batch to
 * a chunk.
 */
export function innerProducts(args: InnerProductsArguments, chunk: i32, scratch: usize): void {
  const m = args.m, n = args.n;
  const bytes = <usize>args.k << 2, across = <usize>n << 2;
  const a = args.a + <usize>(chunk * m) * bytes;
  const b = args.b + <usize>(chunk * n) * bytes;
  const out = args.c + (<usize>(chunk * m * n) << 2);
  const whole = m & ~3, pairs = n & ~1;
  for (let i = 0; i < whole; i += 4) {
    for (let j = 0; j < pairs; j += 2) {
      fourByTwo(a + <usize>i * bytes, b + <usize>j * bytes, bytes, out + <usize>i * across + (<usize>j << 2), across);
    }
  }
  for (let i = 0; i < m; i++) {
    for (let j = i < whole ? pairs : 0; j < n; j++) {
      const x = a + <usize>i * bytes, y = b + <usize>j * bytes;
      let sum = f32x4.splat(0);
      let at: usize = 0;
      for (; at + 16 <= bytes; at += 16) sum = f32x4.relaxed_madd(v128.load(x + at), v128.load(y + at), sum);
      store<f32>(out + <usize>i * across + (<usize>j << 2), total(sum) + restOf(x, y, at, bytes));
    }
  }
}
