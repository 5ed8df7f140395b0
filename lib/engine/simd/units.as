// What all unit tangents give the weights of the first two layers that they go through, see `units.ts`.

import { transposed4 } from "./product";
import { total } from "./rows";

/** out = φ′ with rows and columns exchanged, from the sign of y `[rows, columns]`: `size` columns, a multiple of four, to a chunk. */
export function steps(args: usize, chunk: i32): void {
  const rows = load<i32>(args), columns = load<i32>(args, 4), size = load<i32>(args, 8), slope = load<f32>(args, 12);
  const y = <usize>load<u32>(args, 16), out = <usize>load<u32>(args, 20);
  const stride = <usize>columns << 2, across = <usize>rows << 2;
  const one4 = f32x4.splat(1), slope4 = f32x4.splat(slope), zero = f32x4.splat(0);
  const last = min(columns, (chunk + 1) * size);
  for (let j = chunk * size; j < last; j += 4) {
    const height = min(4, last - j), whole = height == 4 ? rows & ~3 : 0;
    const to = out + <usize>j * across;
    for (let i = 0; i < whole; i += 4) {
      transposed4(y + <usize>i * stride + (<usize>j << 2), stride, to + (<usize>i << 2), across);
    }
    for (let r = 0; r < height; r++) {
      const line = to + <usize>r * across;
      for (let i = whole; i < rows; i++) {
        store<f32>(line + (<usize>i << 2), load<f32>(y + <usize>i * stride + (<usize>(j + r) << 2)) > 0 ? 1 : slope);
      }
      for (let at = line; at < line + (<usize>whole << 2); at += 16) {
        v128.store(at, v128.bitselect(one4, slope4, f32x4.gt(v128.load(at), zero)));
      }
    }
  }
}

/** Four rows of n for one row of v and out, with four factors that are `across` bytes apart, as are their gradients. */
function contractFour(n: usize, v: usize, out: usize, bytes: usize, factors: usize, gradients: usize, across: usize): void {
  const n1 = n + bytes, n2 = n1 + bytes, n3 = n2 + bytes;
  const c0 = load<f32>(factors), c1 = load<f32>(factors + across);
  const c2 = load<f32>(factors + 2 * across), c3 = load<f32>(factors + 3 * across);
  const x0 = f32x4.splat(c0), x1 = f32x4.splat(c1), x2 = f32x4.splat(c2), x3 = f32x4.splat(c3);
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const w = v128.load(v + at);
    let sum = v128.load(out + at), a = v128.load(n + at);
    s0 = f32x4.relaxed_madd(a, w, s0);
    sum = f32x4.relaxed_madd(a, x0, sum);
    a = v128.load(n1 + at);
    s1 = f32x4.relaxed_madd(a, w, s1);
    sum = f32x4.relaxed_madd(a, x1, sum);
    a = v128.load(n2 + at);
    s2 = f32x4.relaxed_madd(a, w, s2);
    sum = f32x4.relaxed_madd(a, x2, sum);
    a = v128.load(n3 + at);
    s3 = f32x4.relaxed_madd(a, w, s3);
    sum = f32x4.relaxed_madd(a, x3, sum);
    v128.store(out + at, sum);
  }
  let t0 = total(s0), t1 = total(s1), t2 = total(s2), t3 = total(s3);
  for (; at < bytes; at += 4) {
    const w = load<f32>(v + at), a0 = load<f32>(n + at), a1 = load<f32>(n1 + at), a2 = load<f32>(n2 + at), a3 = load<f32>(n3 + at);
    t0 += a0 * w;
    t1 += a1 * w;
    t2 += a2 * w;
    t3 += a3 * w;
    store<f32>(out + at, load<f32>(out + at) + a0 * c0 + a1 * c1 + a2 * c2 + a3 * c3);
  }
  store<f32>(gradients, load<f32>(gradients) + t0);
  store<f32>(gradients + across, load<f32>(gradients + across) + t1);
  store<f32>(gradients + 2 * across, load<f32>(gradients + 2 * across) + t2);
  store<f32>(gradients + 3 * across, load<f32>(gradients + 3 * across) + t3);
}

/** One of them. */
function contractOne(n: usize, v: usize, out: usize, bytes: usize, factor: usize, gradient: usize): void {
  const c = load<f32>(factor), x = f32x4.splat(c);
  let s = f32x4.splat(0);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const a = v128.load(n + at);
    s = f32x4.relaxed_madd(a, v128.load(v + at), s);
    v128.store(out + at, f32x4.relaxed_madd(a, x, v128.load(out + at)));
  }
  let t = total(s);
  for (; at < bytes; at += 4) {
    const a = load<f32>(n + at);
    t += a * load<f32>(v + at);
    store<f32>(out + at, load<f32>(out + at) + a * c);
  }
  store<f32>(gradient, load<f32>(gradient) + t);
}

/**
 * out_r += Σ_j c_jr n_rj and dc_jr += n_rj · v_r: n `[rows, per, columns]`, v, out `[rows, columns]`, c, dc `[per, wide]`, of
 * which the first `rows` columns count; `size` rows to a chunk.
 */
export function contract(args: usize, chunk: i32): void {
  const rows = load<i32>(args), per = load<i32>(args, 4), size = load<i32>(args, 12);
  const bytes = <usize>load<i32>(args, 8) << 2, across = <usize>load<i32>(args, 16) << 2;
  const last = min(rows, (chunk + 1) * size);
  for (let r = chunk * size; r < last; r++) {
    let n = <usize>load<u32>(args, 20) + <usize>(r * per) * bytes;
    const v = <usize>load<u32>(args, 24) + <usize>r * bytes, out = <usize>load<u32>(args, 32) + <usize>r * bytes;
    let c = <usize>load<u32>(args, 28) + (<usize>r << 2), dc = <usize>load<u32>(args, 36) + (<usize>r << 2);
    let j = 0;
    for (; j + 4 <= per; j += 4) {
      contractFour(n, v, out, bytes, c, dc, across);
      n += 4 * bytes;
      c += 4 * across;
      dc += 4 * across;
    }
    for (; j < per; j++) {
      contractOne(n, v, out, bytes, c, dc);
      n += bytes;
      c += across;
      dc += across;
    }
  }
}
