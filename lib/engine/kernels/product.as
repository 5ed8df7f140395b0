// C = op(A) op(B), six rows and eight columns at a time: twelve accumulators, eight numbers of B in two registers and one of
// A fill the fifteen registers that V8 uses. A relaxed multiply-add is one instruction where the processor has it: 31 GFLOP/s
// on one core of a 2.3 GHz Xeon, 25 without.

import {
  BlasArguments, INNER_BYTE, MirrorArguments, PRODUCT_COLUMNS, PRODUCT_ROWS, ProductArguments, SymmetricArguments,
} from "./arguments";

/** A chunk of a product by a native library, which is called from here so that threads share it like any other job. */
@external("env", "blas")
export declare function blas(args: BlasArguments, chunk: i32, scratch: usize): void;

/**
 * c = op(a) op(b) by the library at `path`, within a chunk of another kernel: op(a) `[m, k]`, op(b) `[k, n]`. `leadingA` is how
 * many numbers the rows of a are apart, and so on.
 */
export function multiplyByLibrary(
  transposeA: bool, transposeB: bool, m: i32, n: i32, k: i32, a: usize, leadingA: i32, b: usize, leadingB: i32, c: usize,
  leadingC: i32, path: usize, pathBytes: i32, scratch: usize, accumulate: bool = false,
): void {
  const args = changetype<BlasArguments>(scratch + INNER_BYTE);
  args.transposeA = i32(transposeA);
  args.transposeB = i32(transposeB);
  args.m = m;
  args.n = n;
  args.k = k;
  args.a = a;
  args.b = b;
  args.c = c;
  args.leadingA = leadingA;
  args.leadingB = leadingB;
  args.leadingC = leadingC;
  args.rowPieces = 1;
  args.columnPieces = 1;
  args.accumulate = i32(accumulate);
  args.path = path;
  args.pathBytes = pathBytes;
  blas(args, 0, scratch);
}

/**
 * c = op(a) op(b), or c + op(a) op(b), within a chunk of another kernel: by the library at `path` if there is one, else by ours. Of
 * b the rows are `leadingB` numbers apart; a and c have no gaps.
 */
export function multiplyWithin(
  transposeA: bool, transposeB: bool, accumulate: bool, m: i32, n: i32, k: i32, a: usize, b: usize, leadingB: i32, c: usize,
  path: usize, pathBytes: i32, scratch: usize,
): void {
  if (path) {
    multiplyByLibrary(
      transposeA, transposeB, m, n, k, a, transposeA ? m : k, b, leadingB, c, n, path, pathBytes, scratch, accumulate,
    );
    return;
  }
  const args = changetype<ProductArguments>(scratch + INNER_BYTE);
  memory.fill(changetype<usize>(args), 0, offsetof<ProductArguments>());
  args.m = m;
  args.n = n;
  args.k = k;
  args.transposeA = i32(transposeA);
  args.transposeB = i32(transposeB);
  args.accumulate = i32(accumulate);
  args.a = a;
  args.b = b;
  args.c = c;
  args.leadingB = leadingB;
  const chunks = (n + PRODUCT_COLUMNS - 1) / PRODUCT_COLUMNS * ((m + PRODUCT_ROWS - 1) / PRODUCT_ROWS);
  for (let chunk = 0; chunk < chunks; chunk++) product(args, chunk, scratch);
}

/** The most rows of B that are packed at a time: 32 KiB, which leaves room for A in the first cache. */
const DEPTH = 1024;

/** Transposes four by four numbers; rows are `stride` bytes apart, and `toStride` where they go. */
@inline
export function transposed4(from: usize, stride: usize, to: usize, toStride: usize): void {
  const a = v128.load(from), b = v128.load(from + stride), c = v128.load(from + 2 * stride), d = v128.load(from + 3 * stride);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5), cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to + toStride, v128.shuffle<i64>(ab, cd, 1, 3));
  v128.store(to + 2 * toStride, v128.shuffle<i64>(abHigh, cdHigh, 0, 2));
  v128.store(to + 3 * toStride, v128.shuffle<i64>(abHigh, cdHigh, 1, 3));
}

/** Packs `count` columns and `depth` rows of op(B) into rows of eight numbers, filled up with 0. */
function pack(b: usize, across: usize, down: usize, count: i32, depth: i32, panel: usize): void {
  let i = 0;
  if (count == PRODUCT_COLUMNS && across == 4) {
    for (; i < depth; i++) {
      v128.store(panel, v128.load(b));
      v128.store(panel, v128.load(b, 16), 16);
      panel += 32;
      b += down;
    }
  } else if (count == PRODUCT_COLUMNS) {
    for (; i + 4 <= depth; i += 4) {
      transposed4(b, across, panel, 32);
      transposed4(b + 4 * across, across, panel + 16, 32);
      panel += 128;
      b += 16;
    }
  }
  for (; i < depth; i++) {
    for (let j = 0; j < PRODUCT_COLUMNS; j++) {
      store<f32>(panel + (<usize>j << 2), j < count ? load<f32>(b + <usize>j * across) : 0);
    }
    panel += 32;
    b += down;
  }
}

@inline
function add(c: usize, low: v128, high: v128, first: bool): void {
  v128.store(c, first ? low : f32x4.add(v128.load(c), low));
  v128.store(c, first ? high : f32x4.add(v128.load(c, 16), high), 16);
}

/** Six rows: `down` bytes from row to row of A, `across` from column to column. */
function six(a: usize, down: usize, across: usize, depth: i32, panel: usize, c: usize, stride: usize, first: bool): void {
  let a0 = a, a1 = a0 + down, a2 = a1 + down, a3 = a2 + down, a4 = a3 + down, a5 = a4 + down;
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
  let d0 = c0, d1 = c0, d2 = c0, d3 = c0, d4 = c0, d5 = c0;
  for (let i = 0; i < depth; i++) {
    const low = v128.load(panel), high = v128.load(panel, 16);
    let x = v128.load_splat<f32>(a0);
    c0 = f32x4.relaxed_madd(x, low, c0);
    d0 = f32x4.relaxed_madd(x, high, d0);
    x = v128.load_splat<f32>(a1);
    c1 = f32x4.relaxed_madd(x, low, c1);
    d1 = f32x4.relaxed_madd(x, high, d1);
    x = v128.load_splat<f32>(a2);
    c2 = f32x4.relaxed_madd(x, low, c2);
    d2 = f32x4.relaxed_madd(x, high, d2);
    x = v128.load_splat<f32>(a3);
    c3 = f32x4.relaxed_madd(x, low, c3);
    d3 = f32x4.relaxed_madd(x, high, d3);
    x = v128.load_splat<f32>(a4);
    c4 = f32x4.relaxed_madd(x, low, c4);
    d4 = f32x4.relaxed_madd(x, high, d4);
    x = v128.load_splat<f32>(a5);
    c5 = f32x4.relaxed_madd(x, low, c5);
    d5 = f32x4.relaxed_madd(x, high, d5);
    panel += 32;
    a0 += across;
    a1 += across;
    a2 += across;
    a3 += across;
    a4 += across;
    a5 += across;
  }
  add(c, c0, d0, first);
  add(c += stride, c1, d1, first);
  add(c += stride, c2, d2, first);
  add(c += stride, c3, d3, first);
  add(c += stride, c4, d4, first);
  add(c += stride, c5, d5, first);
}

/** One row, in the same order of additions. */
function one(a: usize, across: usize, depth: i32, panel: usize, c: usize, first: bool): void {
  let low = f32x4.splat(0), high = low;
  for (let i = 0; i < depth; i++) {
    const x = v128.load_splat<f32>(a);
    low = f32x4.relaxed_madd(x, v128.load(panel), low);
    high = f32x4.relaxed_madd(x, v128.load(panel, 16), high);
    panel += 32;
    a += across;
  }
  add(c, low, high, first);
}

/**
 * One chunk of C `[batch, m, n]` = op(A) `[batch, m, k]` op(B) `[batch, k, n]`; `stepA` and `stepB` are the bytes from one
 * matrix of A and B to the next, 0 for the same one; rows of B are `leadingB` numbers apart. Of a symmetric C only the
 * lower triangle is computed: chunks leave out rows above their first column. C is added to if `accumulate`. `scratch` holds a packed panel, and eight by eight numbers more.
 */
export function product(args: ProductArguments, chunk: i32, scratch: usize): void {
  const m = args.m, n = args.n, k = args.k;
  const transposeA = args.transposeA != 0, transposeB = args.transposeB != 0, symmetric = args.symmetric != 0;
  const accumulate = args.accumulate != 0;
  const panels = (n + PRODUCT_COLUMNS - 1) / PRODUCT_COLUMNS, blocks = (m + PRODUCT_ROWS - 1) / PRODUCT_ROWS;
  const matrix = chunk / (panels * blocks), within = chunk % (panels * blocks);
  // The longest columns of a triangle come first, so that the last chunk is a short one.
  const column = within / blocks * PRODUCT_COLUMNS;
  const block = within % blocks;
  let row = block * PRODUCT_ROWS;
  const lastRow = min(m, row + PRODUCT_ROWS);
  if (symmetric && row < column) row += (column - row) / 6 * 6;
  if (row >= lastRow) return;

  const a = args.a + <usize>matrix * <usize>args.stepA;
  const b = args.b + <usize>matrix * <usize>args.stepB;
  const c = args.c + ((<usize>matrix * <usize>m * <usize>n) << 2);
  const aDown: usize = transposeA ? 4 : <usize>k << 2, aAcross: usize = transposeA ? <usize>m << 2 : 4;
  const leadingB = <usize>args.leadingB << 2;
  const bDown: usize = transposeB ? 4 : leadingB, bAcross: usize = transposeB ? leadingB : 4;
  const count = min(PRODUCT_COLUMNS, n - column), stride = <usize>n << 2;
  const parts = (k + DEPTH - 1) / DEPTH, depth = (k + parts - 1) / parts;
  const edge = scratch + DEPTH * PRODUCT_COLUMNS * 4;

  for (let at = 0; at < k; at += depth) {
    const size = min(depth, k - at), first = at == 0 && !accumulate;
    pack(b + <usize>column * bAcross + <usize>at * bDown, bAcross, bDown, count, size, scratch);
    let i = row;
    while (i < lastRow) {
      const rows = i + 6 <= lastRow ? 6 : 1;
      const from = a + <usize>i * aDown + <usize>at * aAcross;
      const to = c + (<usize>i * <usize>n + <usize>column << 2);
      const whole = count == PRODUCT_COLUMNS;
      if (rows == 6) six(from, aDown, aAcross, size, scratch, whole ? to : edge, whole ? stride : 32, first || !whole);
      else one(from, aAcross, size, scratch, whole ? to : edge, first || !whole);
      if (!whole) {
        for (let r = 0; r < rows; r++) {
          for (let j = 0; j < count; j++) {
            const place = to + <usize>r * stride + (<usize>j << 2), value = load<f32>(edge + (<usize>(r * PRODUCT_COLUMNS + j) << 2));
            store<f32>(place, first ? value : load<f32>(place) + value);
          }
        }
      }
      i += rows;
    }
  }
}

/** Copies the lower triangle of C `[n, n]` onto the upper one, `size` rows to a chunk; `size` is a multiple of four. */
export function mirror(args: MirrorArguments, chunk: i32, scratch: usize): void {
  const n = args.n, size = args.size, c = args.c;
  const stride = <usize>n << 2;
  const start = chunk * size, last = min(n, start + size);
  for (let j = start; j < n; j += 4) {
    for (let i = start; i < min(last, j + 4); i += 4) {
      const from = c + (<usize>(j * n + i) << 2), to = c + (<usize>(i * n + j) << 2);
      if (i + 4 <= last && i + 4 <= j && j + 4 <= n) transposed4(from, stride, to, stride);
      else {
        for (let r = i; r < min(i + 4, last); r++) {
          for (let s = max(j, r + 1); s < min(j + 4, n); s++) {
            store<f32>(c + (<usize>(r * n + s) << 2), load<f32>(c + (<usize>(s * n + r) << 2)));
          }
        }
      }
    }
  }
}

/**
 * c = op(a) op(b) by a library, where that is symmetric: aᵀ b, with a, b `[k, n]`, if `transposed`, else a bᵀ, with a, b `[n, k]`.
 * `size` columns to a chunk, a multiple of four: the library computes them from the diagonal down, and they are mirrored while they are in the cache.
 */
export function symmetric(args: SymmetricArguments, chunk: i32, scratch: usize): void {
  const transposed = args.transposed != 0, n = args.n, k = args.k, size = args.size, a = args.a, b = args.b, c = args.c;
  const start = chunk * size, leading = transposed ? n : k;
  const from = <usize>start * (transposed ? 4 : <usize>k << 2), to = c + (<usize>(start * n + start) << 2);
  multiplyByLibrary(
    transposed, !transposed, n - start, min(size, n - start), k, a + from, leading, b + from, leading, to, n, args.path,
    args.pathBytes, scratch,
  );
  const mirroring = changetype<MirrorArguments>(scratch + INNER_BYTE);
  mirroring.n = n;
  mirroring.size = size;
  mirroring.c = c;
  mirror(mirroring, chunk, scratch);
}
