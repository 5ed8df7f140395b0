// −log p of Bernoulli and its derivative in the logit, with nothing near 1 subtracted from 1; see `bernoulli.ts`.

import { BernoulliEnergiesArguments, BernoulliSlopesArguments } from "../engine/kernels/arguments";
import { decay, logOnePlus, splat, where } from "../engine/kernels/elementary";

/** −log p(x; g) = log(1 + exp(−|g|)) + g (1 − x) for g > 0, − g x elsewhere: both at least 0 for x from 0 to 1. */
@inline
function energy(x: v128, g: v128): v128 {
  const target = where(f32x4.gt(g, splat(0)), splat(1), splat(0));
  return f32x4.add(logOnePlus(decay(g)), f32x4.mul(g, f32x4.sub(target, x)));
}

/** Its derivative in g: σ(g) − x, and (1 − x) − σ(−g) for g > 0. */
@inline
function slope(x: v128, g: v128): v128 {
  const positive = f32x4.gt(g, splat(0)), e = decay(g), small = f32x4.div(e, f32x4.add(splat(1), e));
  return where(positive, f32x4.sub(f32x4.sub(splat(1), x), small), f32x4.sub(small, x));
}

/** out_i = Σ_j −log p(x_ij; g_ij): x, g `[rows, columns]`, `size` rows to a chunk. */
export function bernoulliEnergies(args: BernoulliEnergiesArguments, chunk: i32, scratch: usize): void {
  const rows = args.rows, columns = args.columns, size = args.size;
  const start = chunk * size, last = min(rows, start + size), at = <usize>start * <usize>columns << 2;
  let x = args.x + at, g = args.g + at;
  const out = args.out;
  for (let i = start; i < last; i++) {
    let sums = splat(0), j = 0;
    for (; j + 4 <= columns; j += 4) {
      sums = f32x4.add(sums, energy(v128.load(x), v128.load(g)));
      x += 16;
      g += 16;
    }
    let sum = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1) + f32x4.extract_lane(sums, 2) +
      f32x4.extract_lane(sums, 3);
    for (; j < columns; j++) {
      sum += f32x4.extract_lane(energy(v128.load_splat<f32>(x), v128.load_splat<f32>(g)), 0);
      x += 4;
      g += 4;
    }
    store<f32>(out + (<usize>i << 2), sum);
  }
}

/** out_ij = c_i ∂/∂g_ij of that: x, g, out `[rows, columns]`, c `[rows]`, `size` rows to a chunk. */
export function bernoulliSlopes(args: BernoulliSlopesArguments, chunk: i32, scratch: usize): void {
  const rows = args.rows, columns = args.columns, size = args.size;
  const start = chunk * size, last = min(rows, start + size), at = <usize>start * <usize>columns << 2;
  let x = args.x + at, g = args.g + at, out = args.out + at;
  const factors = args.c;
  for (let i = start; i < last; i++) {
    const c = v128.load_splat<f32>(factors + (<usize>i << 2));
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      v128.store(out, f32x4.mul(c, slope(v128.load(x), v128.load(g))));
      x += 16;
      g += 16;
      out += 16;
    }
    for (; j < columns; j++) {
      v128.store_lane<f32>(out, f32x4.mul(c, slope(v128.load_splat<f32>(x), v128.load_splat<f32>(g))), 0);
      x += 4;
      g += 4;
      out += 4;
    }
  }
}
