// SIMD kernels on the memory of tfjs's wasm engine, in AssemblyScript. `deno task simd` compiles them to kernels.wasm;
// a test compiles them again and compares. All addresses are byte offsets of float32 arrays.

/**
 * Adam's update of n numbers: moments and parameters into new arrays. `stepSize` holds the learning rate and the first
 * moment's bias correction, `correction` is that of the second.
 */
export function adam(
  n: i32, x: usize, first: usize, second: usize, gradient: usize,
  nextX: usize, nextFirst: usize, nextSecond: usize,
  stepSize: f32, correction: f32,
): void {
  const keepFirst = f32x4.splat(0.9), takeFirst = f32x4.splat(<f32>(1 - 0.9));
  const keepSecond = f32x4.splat(0.999), takeSecond = f32x4.splat(<f32>(1 - 0.999));
  const epsilon = f32x4.splat(1e-8), size = f32x4.splat(stepSize), correct = f32x4.splat(correction);
  const whole = <usize>(n & ~3) << 2;
  for (let at: usize = 0; at < whole; at += 16) {
    const g = v128.load(gradient + at);
    const m = f32x4.add(f32x4.mul(keepFirst, v128.load(first + at)), f32x4.mul(takeFirst, g));
    const v = f32x4.add(f32x4.mul(keepSecond, v128.load(second + at)), f32x4.mul(takeSecond, f32x4.mul(g, g)));
    v128.store(nextFirst + at, m);
    v128.store(nextSecond + at, v);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(correct, v)), epsilon);
    v128.store(nextX + at, f32x4.sub(v128.load(x + at), f32x4.div(f32x4.mul(size, m), root)));
  }
  for (let at = whole; at < <usize>n << 2; at += 4) {
    const g = f32.load(gradient + at);
    const m = <f32>0.9 * f32.load(first + at) + <f32>(1 - 0.9) * g;
    const v = <f32>0.999 * f32.load(second + at) + <f32>(1 - 0.999) * g * g;
    f32.store(nextFirst + at, m);
    f32.store(nextSecond + at, v);
    f32.store(nextX + at, f32.load(x + at) - stepSize * m / (sqrt<f32>(correction * v) + <f32>1e-8));
  }
}
