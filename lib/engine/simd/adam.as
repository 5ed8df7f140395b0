/** 0 where |x| is below `smallest`; NaN stays. */
@inline
function cut(x: v128, smallest: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), smallest));
}

@inline
function cutOne(x: f32, smallest: f32): f32 {
  return abs<f32>(x) < smallest ? 0 : x;
}

/** What the kernel is told of a tensor: its size, and where x, m, v, their gradient, and the next x, m, v are. */
const ENTRY: usize = 32;

/**
 * Adam's update: moments and parameters into new arrays. `table` has an entry for each of the tensors, which are cut into
 * chunks of `size` numbers one after the other. `stepSize` holds the learning
 * rate and the first moment's bias correction, `correction` is that of the second; what is below `smallest`, and what has a
 * square below it, is taken for 0.
 *
 * All numbers are arguments: V8 makes a constant vector anew wherever it is used, which took two thirds of the time.
 */
export function adam(args: usize, chunk: i32): void {
  const size = load<i32>(args, 4);
  let entry = <usize>load<u32>(args), n = load<i32>(entry);
  for (let chunks = (n + size - 1) / size; chunk >= chunks; chunks = (n + size - 1) / size) {
    chunk -= chunks;
    entry += ENTRY;
    n = load<i32>(entry);
  }
  const x = <usize>load<u32>(entry, 4), first = <usize>load<u32>(entry, 8), second = <usize>load<u32>(entry, 12);
  const gradient = <usize>load<u32>(entry, 16);
  const nextX = <usize>load<u32>(entry, 20), nextFirst = <usize>load<u32>(entry, 24), nextSecond = <usize>load<u32>(entry, 28);
  const stepSize = load<f32>(args, 8), correction = load<f32>(args, 12);
  const keepFirst = load<f32>(args, 16), takeFirst = load<f32>(args, 20);
  const keepSecond = load<f32>(args, 24), takeSecond = load<f32>(args, 28);
  const epsilon = load<f32>(args, 32), smallest = load<f32>(args, 36), smallestRoot = load<f32>(args, 40);
  const keepFirst4 = f32x4.splat(keepFirst), takeFirst4 = f32x4.splat(takeFirst);
  const keepSecond4 = f32x4.splat(keepSecond), takeSecond4 = f32x4.splat(takeSecond);
  const smallest4 = f32x4.splat(smallest), smallestRoot4 = f32x4.splat(smallestRoot);
  const epsilon4 = f32x4.splat(epsilon), stepSize4 = f32x4.splat(stepSize), correction4 = f32x4.splat(correction);
  const start = <usize>chunk * <usize>size << 2;
  const end = min(start + (<usize>size << 2), <usize>n << 2);
  const whole = start + ((end - start) & ~15);
  for (let at = start; at < whole; at += 16) {
    const g = v128.load(gradient + at);
    const m = cut(f32x4.add(f32x4.mul(keepFirst4, v128.load(first + at)), f32x4.mul(takeFirst4, g)), smallest4);
    v128.store(nextFirst + at, m);
    const s = cut(g, smallestRoot4);
    const sum = f32x4.add(f32x4.mul(keepSecond4, v128.load(second + at)), f32x4.mul(takeSecond4, f32x4.mul(s, s)));
    const v = v128.andnot(sum, f32x4.lt(sum, smallest4));
    v128.store(nextSecond + at, v);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(correction4, v)), epsilon4);
    v128.store(nextX + at, f32x4.sub(v128.load(x + at), f32x4.div(f32x4.mul(stepSize4, m), root)));
  }
  for (let at = whole; at < end; at += 4) {
    const g = load<f32>(gradient + at);
    const m = cutOne(keepFirst * load<f32>(first + at) + takeFirst * g, smallest);
    const s = cutOne(g, smallestRoot);
    const v = cutOne(keepSecond * load<f32>(second + at) + takeSecond * (s * s), smallest);
    store<f32>(nextFirst + at, m);
    store<f32>(nextSecond + at, v);
    store<f32>(nextX + at, load<f32>(x + at) - stepSize * m / (sqrt<f32>(correction * v) + epsilon));
  }
}
