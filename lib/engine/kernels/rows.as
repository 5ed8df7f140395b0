// Kernels that go over matrices row by row.

import {
  CopyArguments, DifferencesArguments, DotsArguments, ScaleRowsArguments, SquaredDistancesArguments,
} from "./arguments";

/** The sum of four numbers. */
@inline
export function total(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** out_i = Σ_j a_ij b_ij: a, b `[rows, columns]`, `size` rows to a chunk. */
export function dots(args: DotsArguments, chunk: i32, scratch: usize): void {
  const rows = args.rows, columns = args.columns, size = args.size;
  const out = args.out;
  const start = chunk * size, last = min(rows, start + size);
  let a = args.a + (<usize>start * <usize>columns << 2);
  let b = args.b + (<usize>start * <usize>columns << 2);
  for (let i = start; i < last; i++) {
    let s = f32x4.splat(0), t = s;
    let j = 0;
    for (; j + 8 <= columns; j += 8) {
      s = f32x4.add(s, f32x4.mul(v128.load(a), v128.load(b)));
      t = f32x4.add(t, f32x4.mul(v128.load(a, 16), v128.load(b, 16)));
      a += 32;
      b += 32;
    }
    let rest: f32 = 0;
    for (; j < columns; j++) {
      rest += load<f32>(a) * load<f32>(b);
      a += 4;
      b += 4;
    }
    store<f32>(out + (<usize>i << 2), total(f32x4.add(s, t)) + rest);
  }
}

/** out_ij = factor c_i a_ij: a, out `[rows, columns]`, c `[rows]`, `size` rows to a chunk. */
export function scaleRows(args: ScaleRowsArguments, chunk: i32, scratch: usize): void {
  const rows = args.rows, columns = args.columns, size = args.size, factor = args.factor;
  const start = chunk * size, last = min(rows, start + size);
  let a = args.a + (<usize>start * <usize>columns << 2);
  let out = args.out + (<usize>start * <usize>columns << 2);
  for (let i = start; i < last; i++) {
    const c = factor * load<f32>(args.c + (<usize>i << 2)), c4 = f32x4.splat(c);
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      v128.store(out, f32x4.mul(c4, v128.load(a)));
      a += 16;
      out += 16;
    }
    for (; j < columns; j++) {
      store<f32>(out, c * load<f32>(a));
      a += 4;
      out += 4;
    }
  }
}

/** out_i = Σ_j (a_ij − b_ij)²: a, b `[rows, columns]`, `size` rows to a chunk. */
export function squaredDistances(args: SquaredDistancesArguments, chunk: i32, scratch: usize): void {
  const rows = args.rows, columns = args.columns, size = args.size;
  const out = args.out;
  const start = chunk * size, last = min(rows, start + size);
  let a = args.a + (<usize>start * <usize>columns << 2);
  let b = args.b + (<usize>start * <usize>columns << 2);
  for (let i = start; i < last; i++) {
    let s = f32x4.splat(0), t = s;
    let j = 0;
    for (; j + 8 <= columns; j += 8) {
      const d = f32x4.sub(v128.load(a), v128.load(b)), e = f32x4.sub(v128.load(a, 16), v128.load(b, 16));
      s = f32x4.add(s, f32x4.mul(d, d));
      t = f32x4.add(t, f32x4.mul(e, e));
      a += 32;
      b += 32;
    }
    let rest: f32 = 0;
    for (; j < columns; j++) {
      const d = load<f32>(a) - load<f32>(b);
      rest += d * d;
      a += 4;
      b += 4;
    }
    store<f32>(out + (<usize>i << 2), total(f32x4.add(s, t)) + rest);
  }
}

/** out_ij = factor c_i (a_ij − b_ij): a, b, out `[rows, columns]`, c `[rows]`, `size` rows to a chunk. */
export function differences(args: DifferencesArguments, chunk: i32, scratch: usize): void {
  const rows = args.rows, columns = args.columns, size = args.size, factor = args.factor;
  const start = chunk * size, last = min(rows, start + size);
  let a = args.a + (<usize>start * <usize>columns << 2);
  let b = args.b + (<usize>start * <usize>columns << 2);
  let out = args.out + (<usize>start * <usize>columns << 2);
  for (let i = start; i < last; i++) {
    const c = factor * load<f32>(args.c + (<usize>i << 2)), c4 = f32x4.splat(c);
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      v128.store(out, f32x4.mul(c4, f32x4.sub(v128.load(a), v128.load(b))));
      a += 16;
      b += 16;
      out += 16;
    }
    for (; j < columns; j++) {
      store<f32>(out, c * (load<f32>(a) - load<f32>(b)));
      a += 4;
      b += 4;
      out += 4;
    }
  }
}

/** Copies `size` of `count` numbers to a chunk. */
export function copy(args: CopyArguments, chunk: i32, scratch: usize): void {
  const size = args.size, start = chunk * size, from = args.from, to = args.to;
  memory.copy(to + (<usize>start << 2), from + (<usize>start << 2), <usize>min(size, args.count - start) << 2);
}
