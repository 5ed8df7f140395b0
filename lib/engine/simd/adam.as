/** 0 where |x| is below `smallest`; NaN stays. */
@inline
function cut(x: v128, smallest: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), smallest));
}

@inline
function cutOne(x: f32, smallest: f32): f32 {
  return abs<f32>(x) < smallest ? 0 : x;
}

/** What is smaller, and what has a smaller square, is taken for 0: see `adam.ts`. */
const SMALLEST: f32 = 7.888609052210118e-31; // 2⁻¹⁰⁰
const SMALLEST_ROOT: f32 = 6.938893903907228e-18; // 2⁻⁵⁷

/**
 * Adam's update: moments and parameters into new arrays. A chunk is `size` of `n` numbers. `stepSize` holds the learning
 * rate and the first moment's bias correction, `correction` is that of the second.
 */
export function adam(args: usize, chunk: i32): void {
  const n = load<i32>(args), size = load<i32>(args, 4);
  const stepSize = load<f32>(args, 36), correction = load<f32>(args, 40);
  const start = <usize>chunk * <usize>size << 2;
  const x = <usize>load<u32>(args, 8), first = <usize>load<u32>(args, 12), second = <usize>load<u32>(args, 16);
  const gradient = <usize>load<u32>(args, 20);
  const nextX = <usize>load<u32>(args, 24), nextFirst = <usize>load<u32>(args, 28), nextSecond = <usize>load<u32>(args, 32);
  const keepFirst = f32x4.splat(0.9), takeFirst = f32x4.splat(<f32>(1 - 0.9));
  const keepSecond = f32x4.splat(0.999), takeSecond = f32x4.splat(<f32>(1 - 0.999));
  const epsilon = f32x4.splat(1e-8), scale = f32x4.splat(stepSize), correct = f32x4.splat(correction);
  const smallest = f32x4.splat(SMALLEST), smallestRoot = f32x4.splat(SMALLEST_ROOT);
  const end = min(start + (<usize>size << 2), <usize>n << 2);
  const whole = start + ((end - start) & ~15);
  for (let at = start; at < whole; at += 16) {
    const g = v128.load(gradient + at);
    const m = cut(f32x4.add(f32x4.mul(keepFirst, v128.load(first + at)), f32x4.mul(takeFirst, g)), smallest);
    const s = cut(g, smallestRoot);
    const v = cut(
      f32x4.add(f32x4.mul(keepSecond, v128.load(second + at)), f32x4.mul(takeSecond, f32x4.mul(s, s))),
      smallest,
    );
    v128.store(nextFirst + at, m);
    v128.store(nextSecond + at, v);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(correct, v)), epsilon);
    v128.store(nextX + at, f32x4.sub(v128.load(x + at), f32x4.div(f32x4.mul(scale, m), root)));
  }
  for (let at = whole; at < end; at += 4) {
    const g = load<f32>(gradient + at);
    const m = cutOne(<f32>0.9 * load<f32>(first + at) + <f32>(1 - 0.9) * g, SMALLEST);
    const s = cutOne(g, SMALLEST_ROOT);
    const v = cutOne(<f32>0.999 * load<f32>(second + at) + <f32>(1 - 0.999) * (s * s), SMALLEST);
    store<f32>(nextFirst + at, m);
    store<f32>(nextSecond + at, v);
    store<f32>(nextX + at, load<f32>(x + at) - stepSize * m / (sqrt<f32>(correction * v) + <f32>1e-8));
  }
}
