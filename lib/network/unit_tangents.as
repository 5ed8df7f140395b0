// All unit tangents through the first two layers, and their gradients in the weights of both; see `unit_tangents.ts`.

import {
  INNER_BYTE, PushUnitsArguments, SlopesArguments, TransposedSlopesArguments, UnitGradientsArguments,
} from "../engine/kernels/arguments";
import { multiplyWithin, transposed4 } from "../engine/kernels/product";
import { total } from "../engine/kernels/rows";
import { threadOf } from "../engine/kernels/team";
import { slopes } from "./layer_rows";

/** out = t φ′ for `rows` examples; t is `[per, columns]`, the same for all of them, if `same`. */
function timesSlopes(
  rows: i32, per: i32, columns: i32, slope: f32, t: usize, same: bool, y: usize, out: usize, scratch: usize,
): void {
  const args = changetype<SlopesArguments>(scratch + INNER_BYTE);
  args.rows = rows;
  args.columns = columns;
  args.size = rows;
  args.slope = slope;
  args.t = t;
  args.y = y;
  args.out = out;
  args.per = per;
  args.same = i32(same);
  slopes(args, 0, scratch);
}

/**
 * out = ((w ∘ φ′) v) ∘ ψ′, with φ′ from the sign of y `[batch, hidden]` and ψ′ from that of z `[batch, columns]`: w `[tangents,
 * hidden]`, v `[hidden, columns]`, out `[batch, tangents, columns]`; `size` examples to a chunk. `space` has room
 * for their w ∘ φ′, for each thread.
 */
export function pushUnits(args: PushUnitsArguments, chunk: i32, scratch: usize): void {
  const tangents = args.tangents, hidden = args.hidden, columns = args.columns, size = args.size, slope = args.secondSlope;
  const start = chunk * size, count = min(size, args.batch - start), thread = threadOf(changetype<usize>(args), scratch);
  const y = args.y + (<usize>(start * hidden) << 2), z = args.z + (<usize>(start * columns) << 2);
  const out = args.out + (<usize>(start * tangents) * <usize>columns << 2);
  const space = args.space + (<usize>(thread * size * tangents) * <usize>hidden << 2);
  timesSlopes(count, tangents, hidden, args.firstSlope, args.w, true, y, space, scratch);
  multiplyWithin(
    false, false, false, count * tangents, columns, hidden, space, args.v, columns, out, args.path, args.pathBytes, scratch,
  );
  if (slope != 1) timesSlopes(count, tangents, columns, slope, out, false, z, out, scratch);
}

/** out = φ′ with rows and columns exchanged, from the sign of y `[rows, columns]`: `size` columns, a multiple of four, to a chunk. */
export function transposedSlopes(args: TransposedSlopesArguments, chunk: i32, scratch: usize): void {
  const rows = args.rows, columns = args.columns, size = args.size, slope = args.slope, y = args.y, out = args.out;
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

/** One row of n. */
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
 * With N = slopes du: dv_r += Σ_j w_jr N_rj and dw_jr += N_rj · v_r; slopes `[hidden, batch]`, du `[batch, tangents, columns]`,
 * w, dw `[tangents, hidden]`, v, dv `[hidden, columns]`; `size` rows r to a chunk, and of N `group` tangents at
 * a time, which `space` has room for, for each thread.
 */
export function unitGradients(args: UnitGradientsArguments, chunk: i32, scratch: usize): void {
  const batch = args.batch, tangents = args.tangents, hidden = args.hidden, columns = args.columns;
  const size = args.size, group = args.group, path = args.path, pathBytes = args.pathBytes;
  const du = args.du, w = args.w, v = args.v, dw = args.dw, dv = args.dv;
  const bytes = <usize>columns << 2, across = <usize>hidden << 2;
  const space = args.space + <usize>threadOf(changetype<usize>(args), scratch) * <usize>(size * group) * bytes;
  const start = chunk * size, rows = min(size, hidden - start);
  const slopes = args.slopes + (<usize>start * <usize>batch << 2);
  for (let j = 0; j < tangents; j += group) {
    const count = min(group, tangents - j), wide = count * columns;
    multiplyWithin(
      false, false, false, rows, wide, batch, slopes, du + <usize>j * bytes, tangents * columns, space, path, pathBytes, scratch,
    );
    for (let i = 0; i < rows; i++) {
      const r = <usize>(start + i);
      let n = space + <usize>(i * count) * bytes, at = <usize>j * across + (r << 2);
      let rest = count;
      for (; rest >= 4; rest -= 4) {
        contractFour(n, v + r * bytes, dv + r * bytes, bytes, w + at, dw + at, across);
        n += 4 * bytes;
        at += 4 * across;
      }
      for (; rest > 0; rest--) {
        contractOne(n, v + r * bytes, dv + r * bytes, bytes, w + at, dw + at);
        n += bytes;
        at += across;
      }
    }
  }
}
