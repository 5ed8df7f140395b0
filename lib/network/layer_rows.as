// The kernels before and after the products of a dense layer whose activation is piecewise linear.

import { AddBiasAndActivateArguments, SlopesAndSumsArguments, SlopesArguments } from "../engine/kernels/arguments";

/** φ(v) for φ with slope 1 above 0 and `slope` ≤ 1 below; NaN stays NaN. */
@inline
function activated(v: v128, slope: v128, flat: bool): v128 {
  return f32x4.max(v, flat ? f32x4.splat(0) : f32x4.mul(v, slope));
}

/** v where y > 0, elsewhere `slope` v. */
@inline
function sloped(v: v128, y: v128, slope: v128): v128 {
  return v128.bitselect(v, f32x4.mul(v, slope), f32x4.gt(y, f32x4.splat(0)));
}

@inline
function slopedOne(v: f32, y: f32, slope: f32): f32 {
  return y > 0 ? v : v * slope;
}

/** In place, y = φ(y + bias): y `[rows, columns]`, `size` rows to a chunk. */
export function addBiasAndActivate(args: AddBiasAndActivateArguments, chunk: i32, scratch: usize): void {
  const rows = args.rows, columns = args.columns, size = args.size, slope = args.slope;
  const bias = args.bias;
  const flat = slope == 0, slope4 = f32x4.splat(slope), zero = f32x4.splat(0);
  const last = min(rows, (chunk + 1) * size);
  let y = args.y + (<usize>(chunk * size) * <usize>columns << 2);
  for (let i = chunk * size; i < last; i++) {
    let j = 0;
    let b = bias;
    if (flat) {
      for (; j + 16 <= columns; j += 16) {
        v128.store(y, f32x4.max(f32x4.add(v128.load(y), v128.load(b)), zero));
        v128.store(y, f32x4.max(f32x4.add(v128.load(y, 16), v128.load(b, 16)), zero), 16);
        v128.store(y, f32x4.max(f32x4.add(v128.load(y, 32), v128.load(b, 32)), zero), 32);
        v128.store(y, f32x4.max(f32x4.add(v128.load(y, 48), v128.load(b, 48)), zero), 48);
        y += 64;
        b += 64;
      }
    }
    for (; j + 4 <= columns; j += 4) {
      v128.store(y, activated(f32x4.add(v128.load(y), v128.load(b)), slope4, flat));
      y += 16;
      b += 16;
    }
    for (; j < columns; j++) {
      const v = load<f32>(y) + load<f32>(b);
      store<f32>(y, max<f32>(v, flat ? 0 : v * slope));
      y += 4;
      b += 4;
    }
  }
}

/**
 * du = dy φ′, with φ′ from the sign of y, and the sums of its columns over each block of `height` rows: dy, y, du `[rows,
 * columns]`, sums `[blocks, columns]`, `size` columns of a block to a chunk. With slope 1, where φ′ = 1 and du = dy, only the
 * sums.
 */
export function slopesAndSums(args: SlopesAndSumsArguments, chunk: i32, scratch: usize): void {
  const columns = args.columns, size = args.size, slope = args.slope;
  const strips = (columns + size - 1) / size, block = chunk / strips, start = chunk % strips * size;
  const rows = min(args.height, args.rows - block * args.height);
  const stride = <usize>columns << 2, above = <usize>(block * args.height) * stride;
  const dy = args.dy + above, y = args.y + above, du = args.du + above, sums = args.sums + <usize>block * stride;
  const slope4 = f32x4.splat(slope), linear = slope == 1;
  const last = min(columns, start + size);
  let j = start;
  for (; j + 16 <= last; j += 16) {
    let a = f32x4.splat(0), b = a, c = a, d = a;
    let at = <usize>j << 2;
    for (let i = 0; i < rows; i++) {
      let v0 = v128.load(dy + at), v1 = v128.load(dy + at, 16), v2 = v128.load(dy + at, 32), v3 = v128.load(dy + at, 48);
      if (!linear) {
        v0 = sloped(v0, v128.load(y + at), slope4);
        v1 = sloped(v1, v128.load(y + at, 16), slope4);
        v2 = sloped(v2, v128.load(y + at, 32), slope4);
        v3 = sloped(v3, v128.load(y + at, 48), slope4);
        v128.store(du + at, v0);
        v128.store(du + at, v1, 16);
        v128.store(du + at, v2, 32);
        v128.store(du + at, v3, 48);
      }
      a = f32x4.add(a, v0);
      b = f32x4.add(b, v1);
      c = f32x4.add(c, v2);
      d = f32x4.add(d, v3);
      at += stride;
    }
    const to = sums + (<usize>j << 2);
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
  }
  for (; j < last; j++) {
    let sum: f32 = 0;
    let at = <usize>j << 2;
    for (let i = 0; i < rows; i++) {
      let v = load<f32>(dy + at);
      if (!linear) {
        v = slopedOne(v, load<f32>(y + at), slope);
        store<f32>(du + at, v);
      }
      sum += v;
      at += stride;
    }
    store<f32>(sums + (<usize>j << 2), sum);
  }
}

/**
 * out = t φ′, with φ′ from the sign of y: t, out `[rows, per, columns]` (which may be the same), y `[rows, columns]`,
 * `size` of the rows to a chunk; or t `[per, columns]`, the same for all rows.
 */
export function slopes(args: SlopesArguments, chunk: i32, scratch: usize): void {
  const rows = args.rows, columns = args.columns, size = args.size, slope = args.slope;
  const per = args.per, same = args.same != 0, slope4 = f32x4.splat(slope);
  const start = chunk * size, last = min(rows, start + size);
  let t = args.t + (same ? 0 : <usize>(start * per) * <usize>columns << 2);
  let out = args.out + (<usize>(start * per) * <usize>columns << 2);
  let y = args.y + (<usize>start * <usize>columns << 2);
  const stride = <usize>columns << 2, zero = f32x4.splat(0);
  for (let i = start; i < last; i++) {
    let j: usize = 0;
    for (; j + 64 <= stride; j += 64) {
      const y0 = f32x4.gt(v128.load(y + j), zero), y1 = f32x4.gt(v128.load(y + j, 16), zero);
      const y2 = f32x4.gt(v128.load(y + j, 32), zero), y3 = f32x4.gt(v128.load(y + j, 48), zero);
      let from = t + j, to = out + j;
      for (let p = 0; p < per; p++) {
        const v0 = v128.load(from), v1 = v128.load(from, 16), v2 = v128.load(from, 32), v3 = v128.load(from, 48);
        v128.store(to, v128.bitselect(v0, f32x4.mul(v0, slope4), y0));
        v128.store(to, v128.bitselect(v1, f32x4.mul(v1, slope4), y1), 16);
        v128.store(to, v128.bitselect(v2, f32x4.mul(v2, slope4), y2), 32);
        v128.store(to, v128.bitselect(v3, f32x4.mul(v3, slope4), y3), 48);
        from += stride;
        to += stride;
      }
    }
    for (; j + 16 <= stride; j += 16) {
      const y0 = f32x4.gt(v128.load(y + j), zero);
      let from = t + j, to = out + j;
      for (let p = 0; p < per; p++) {
        const v0 = v128.load(from);
        v128.store(to, v128.bitselect(v0, f32x4.mul(v0, slope4), y0));
        from += stride;
        to += stride;
      }
    }
    for (; j < stride; j += 4) {
      const value = load<f32>(y + j);
      let from = t + j, to = out + j;
      for (let p = 0; p < per; p++) {
        store<f32>(to, slopedOne(load<f32>(from), value, slope));
        from += stride;
        to += stride;
      }
    }
    y += stride;
    t += same ? 0 : <usize>per * stride;
    out += <usize>per * stride;
  }
}
