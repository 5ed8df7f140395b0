// Adam over all parameters, and the sums of the squares of their gradients; see `adam.ts`.

import { AdamArguments, AdamTensor, SumsOfSquaresArguments } from "../engine/kernels/arguments";

/** x, or 0 where |x| is below `smallest`; NaN stays. */
@inline
function cut(x: v128, smallest: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), smallest));
}

@inline
function cutOne(x: f32, smallest: f32): f32 {
  return abs<f32>(x) < smallest ? 0 : x;
}

/** The entry of the tensor to which a chunk belongs, in the upper half, and the chunk's number within the tensor. */
@inline
function locate(table: usize, size: i32, chunk: i32): u64 {
  let n = changetype<AdamTensor>(table).count;
  for (let chunks = (n + size - 1) / size; chunk >= chunks; chunks = (n + size - 1) / size) {
    chunk -= chunks;
    table += offsetof<AdamTensor>();
    n = changetype<AdamTensor>(table).count;
  }
  return (<u64>table << 32) | <u64>chunk;
}

/** The sum of the squares of a chunk of the gradients, in double precision, into `out`: one number for each chunk. */
export function sumsOfSquares(args: SumsOfSquaresArguments, chunk: i32, scratch: usize): void {
  const size = args.size, at = locate(args.table, size, chunk);
  const tensor = changetype<AdamTensor>(<usize>(at >> 32)), gradient = tensor.gradient;
  const start = <usize><u32>at * <usize>size << 2;
  const end = min(start + (<usize>size << 2), <usize>tensor.count << 2);
  const whole = start + ((end - start) & ~15);
  let low = f64x2.splat(0), high = f64x2.splat(0);
  for (let i = start; i < whole; i += 16) {
    const g = v128.load(gradient + i);
    const a = f64x2.promote_low_f32x4(g), b = f64x2.promote_low_f32x4(v128.shuffle<i64>(g, g, 1, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  low = f64x2.add(low, high);
  let sum = f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
  for (let i = whole; i < end; i += 4) {
    const g = <f64>load<f32>(gradient + i);
    sum += g * g;
  }
  store<f64>(args.out + (<usize>chunk << 3), sum);
}

/**
 * Adam's update: moments and parameters into new arrays. `table` has an entry for each tensor; tensors are cut into chunks of
 * `size` numbers one after the other. `stepSize` is the learning rate times the first moment's bias correction, `correction`
 * that of the second. Moments below `smallest`, and gradients below `smallestRoot`, are taken for 0. Gradients are multiplied
 * by `scale`, and `decay` of each parameter is subtracted; 1 and 0 change no bit, and have a loop of their own, which is 8%
 * faster.
 *
 * All numbers are arguments: V8 makes a constant vector anew wherever it is used, which took two thirds of the time.
 */
export function adam(args: AdamArguments, chunk: i32, scratch: usize): void {
  if (args.scale == 1 && args.decay == 0) update<i32>(args, chunk);
  else update<f32>(args, chunk);
}

/** The update. The compiler makes it twice: for i32 without `scale` and `decay`, for f32 with both. */
@inline
function update<T>(args: AdamArguments, chunk: i32): void {
  const size = args.size, found = locate(args.table, size, chunk);
  const tensor = changetype<AdamTensor>(<usize>(found >> 32)), n = tensor.count;
  const x = tensor.x, first = tensor.first, second = tensor.second, gradient = tensor.gradient;
  const nextX = tensor.nextX, nextFirst = tensor.nextFirst, nextSecond = tensor.nextSecond;
  const stepSize = args.stepSize, correction = args.correction;
  const keepFirst = args.keepFirst, takeFirst = args.takeFirst;
  const keepSecond = args.keepSecond, takeSecond = args.takeSecond;
  const epsilon = args.epsilon, smallest = args.smallest, smallestRoot = args.smallestRoot;
  const scale = args.scale, decay = args.decay;
  const scale4 = f32x4.splat(scale), decay4 = f32x4.splat(decay);
  const keepFirst4 = f32x4.splat(keepFirst), takeFirst4 = f32x4.splat(takeFirst);
  const keepSecond4 = f32x4.splat(keepSecond), takeSecond4 = f32x4.splat(takeSecond);
  const smallest4 = f32x4.splat(smallest), smallestRoot4 = f32x4.splat(smallestRoot);
  const epsilon4 = f32x4.splat(epsilon), stepSize4 = f32x4.splat(stepSize), correction4 = f32x4.splat(correction);
  const start = <usize><u32>found * <usize>size << 2;
  const end = min(start + (<usize>size << 2), <usize>n << 2);
  const whole = start + ((end - start) & ~15);
  for (let at = start; at < whole; at += 16) {
    const raw = v128.load(gradient + at), g = isInteger<T>() ? raw : f32x4.mul(scale4, raw);
    const m = cut(f32x4.add(f32x4.mul(keepFirst4, v128.load(first + at)), f32x4.mul(takeFirst4, g)), smallest4);
    v128.store(nextFirst + at, m);
    const s = cut(g, smallestRoot4);
    const sum = f32x4.add(f32x4.mul(keepSecond4, v128.load(second + at)), f32x4.mul(takeSecond4, f32x4.mul(s, s)));
    const v = v128.andnot(sum, f32x4.lt(sum, smallest4));
    v128.store(nextSecond + at, v);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(correction4, v)), epsilon4);
    const from = v128.load(x + at);
    const move = f32x4.div(f32x4.mul(stepSize4, m), root);
    v128.store(nextX + at, f32x4.sub(from, isInteger<T>() ? move : f32x4.add(move, f32x4.mul(decay4, from))));
  }
  for (let at = whole; at < end; at += 4) {
    const g = scale * load<f32>(gradient + at);
    const m = cutOne(keepFirst * load<f32>(first + at) + takeFirst * g, smallest);
    const s = cutOne(g, smallestRoot);
    const v = cutOne(keepSecond * load<f32>(second + at) + takeSecond * (s * s), smallest);
    store<f32>(nextFirst + at, m);
    store<f32>(nextSecond + at, v);
    const from = load<f32>(x + at);
    store<f32>(nextX + at, from - (stepSize * m / (sqrt<f32>(correction * v) + epsilon) + decay * from));
  }
}
