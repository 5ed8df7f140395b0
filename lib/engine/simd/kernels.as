// SIMD kernels on the memory of tfjs's wasm engine, in AssemblyScript. `deno task simd` compiles them to kernels.wasm;
// a test compiles them again and compares. All addresses are byte offsets of float32 arrays.

/** Rows and columns of C that one call of the inner loop holds in registers: 6 × 8 floats, 12 of 16 registers. */
const MR: i32 = 6;
const NR: i32 = 8;
/** Products of this depth, and this many rows of A, are packed at a time, so that they stay in the caches. */
const KC: i32 = 256;
const MC: i32 = 96;

/** Bytes of scratch memory that `gemm` needs for n columns of C. */
export function gemmScratch(n: i32): i32 {
  return (MC * KC + (n + NR) * KC) << 2;
}

/**
 * C ← op(A) op(B), row-major: op(A) is m × k with element (i, p) at a + 4 (i ai + p ap), op(B) is k × n with element
 * (p, j) at b + 4 (p bp + j bj), C is m × n without gaps.
 */
export function gemm(
  m: i32, n: i32, k: i32,
  a: usize, ai: i32, ap: i32,
  b: usize, bp: i32, bj: i32,
  c: usize, scratch: usize,
): void {
  const packedA = scratch;
  const packedB = scratch + ((MC * KC) << 2);
  for (let p0 = 0; p0 < k; p0 += KC) {
    const depth = min(KC, k - p0);
    packB(n, depth, b + ((p0 * bp) << 2), bp, bj, packedB);
    for (let i0 = 0; i0 < m; i0 += MC) {
      const rows = min(MC, m - i0);
      packA(rows, depth, a + ((i0 * ai + p0 * ap) << 2), ai, ap, packedA);
      for (let j = 0; j < n; j += NR) {
        const panelB = packedB + ((j * depth) << 2);
        for (let i = 0; i < rows; i += MR) {
          const at = c + (((i0 + i) * n + j) << 2);
          tile(depth, packedA + ((i * depth) << 2), panelB, at, n, min(MR, rows - i), min(NR, n - j), p0 == 0);
        }
      }
    }
  }
}

/** Panels of MR rows, depth-major, short panels filled with zeros. */
function packA(rows: i32, depth: i32, a: usize, ai: i32, ap: i32, to: usize): void {
  for (let i = 0; i < rows; i += MR) {
    const count = min(MR, rows - i);
    for (let p = 0; p < depth; p++) {
      let from = a + ((i * ai + p * ap) << 2);
      for (let r = 0; r < MR; r++) {
        f32.store(to, r < count ? f32.load(from) : 0);
        to += 4;
        from += ai << 2;
      }
    }
  }
}

/** Panels of NR columns, depth-major, short panels filled with zeros. */
function packB(n: i32, depth: i32, b: usize, bp: i32, bj: i32, to: usize): void {
  for (let j = 0; j < n; j += NR) {
    const count = min(NR, n - j);
    if (count == NR && bj == 1) {
      for (let p = 0; p < depth; p++) {
        const from = b + ((p * bp + j) << 2);
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        to += 32;
      }
    } else {
      for (let p = 0; p < depth; p++) {
        let from = b + ((p * bp + j * bj) << 2);
        for (let r = 0; r < NR; r++) {
          f32.store(to, r < count ? f32.load(from) : 0);
          to += 4;
          from += bj << 2;
        }
      }
    }
  }
}

/** One MR × NR tile of C, `rows` × `columns` of which exist: set if `first`, else added to. */
function tile(depth: i32, a: usize, b: usize, c: usize, n: i32, rows: i32, columns: i32, first: bool): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0), c41 = f32x4.splat(0), c50 = f32x4.splat(0), c51 = f32x4.splat(0);
  for (let p = 0; p < depth; p++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    c00 = f32x4.relaxed_madd(x, b0, c00);
    c01 = f32x4.relaxed_madd(x, b1, c01);
    x = v128.load_splat<f32>(a, 4);
    c10 = f32x4.relaxed_madd(x, b0, c10);
    c11 = f32x4.relaxed_madd(x, b1, c11);
    x = v128.load_splat<f32>(a, 8);
    c20 = f32x4.relaxed_madd(x, b0, c20);
    c21 = f32x4.relaxed_madd(x, b1, c21);
    x = v128.load_splat<f32>(a, 12);
    c30 = f32x4.relaxed_madd(x, b0, c30);
    c31 = f32x4.relaxed_madd(x, b1, c31);
    x = v128.load_splat<f32>(a, 16);
    c40 = f32x4.relaxed_madd(x, b0, c40);
    c41 = f32x4.relaxed_madd(x, b1, c41);
    x = v128.load_splat<f32>(a, 20);
    c50 = f32x4.relaxed_madd(x, b0, c50);
    c51 = f32x4.relaxed_madd(x, b1, c51);
    a += 24;
    b += 32;
  }
  const row = <usize>n << 2;
  put(c, c00, c01, columns, first);
  if (rows > 1) put(c + row, c10, c11, columns, first);
  if (rows > 2) put(c + 2 * row, c20, c21, columns, first);
  if (rows > 3) put(c + 3 * row, c30, c31, columns, first);
  if (rows > 4) put(c + 4 * row, c40, c41, columns, first);
  if (rows > 5) put(c + 5 * row, c50, c51, columns, first);
}

/** One row of a tile into C. */
function put(c: usize, low: v128, high: v128, columns: i32, first: bool): void {
  if (columns == NR) {
    if (!first) {
      low = f32x4.add(low, v128.load(c));
      high = f32x4.add(high, v128.load(c, 16));
    }
    v128.store(c, low);
    v128.store(c, high, 16);
    return;
  }
  for (let j = 0; j < columns; j++) {
    const value = j < 4 ? pick(low, j) : pick(high, j - 4);
    f32.store(c, first ? value : f32.load(c) + value);
    c += 4;
  }
}

function pick(v: v128, lane: i32): f32 {
  if (lane == 0) return f32x4.extract_lane(v, 0);
  if (lane == 1) return f32x4.extract_lane(v, 1);
  if (lane == 2) return f32x4.extract_lane(v, 2);
  return f32x4.extract_lane(v, 3);
}

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
