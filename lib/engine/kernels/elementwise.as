// Elementwise operations, sums of rows, and copies of rows.

import {
  BINARY_ADD, BINARY_MULTIPLY, BINARY_NEG, BINARY_REALDIV, BINARY_SUB, BinaryArguments, CopyRowsArguments, SumsArguments,
} from "./arguments";

/** a + b, a − b, a b, a / b, or −a. */
@inline
function applied(operation: i32, a: v128, b: v128): v128 {
  switch (operation) {
    case BINARY_ADD: return f32x4.add(a, b);
    case BINARY_SUB: return f32x4.sub(a, b);
    case BINARY_MULTIPLY: return f32x4.mul(a, b);
    case BINARY_REALDIV: return f32x4.div(a, b);
    default: return f32x4.neg(a);
  }
}

/** `count` numbers of one row; a and b advance along it, or are one number. */
@inline
function row(operation: i32, a: usize, advanceA: bool, b: usize, advanceB: bool, out: usize, count: i32): void {
  const oneA = v128.load_splat<f32>(a), oneB = v128.load_splat<f32>(b);
  let i = 0;
  if (advanceA && advanceB) {
    for (; i + 16 <= count; i += 16) {
      v128.store(out, applied(operation, v128.load(a), v128.load(b)));
      v128.store(out, applied(operation, v128.load(a, 16), v128.load(b, 16)), 16);
      v128.store(out, applied(operation, v128.load(a, 32), v128.load(b, 32)), 32);
      v128.store(out, applied(operation, v128.load(a, 48), v128.load(b, 48)), 48);
      a += 64;
      b += 64;
      out += 64;
    }
  }
  for (; i + 4 <= count; i += 4) {
    v128.store(out, applied(operation, advanceA ? v128.load(a) : oneA, advanceB ? v128.load(b) : oneB));
    a += advanceA ? 16 : 0;
    b += advanceB ? 16 : 0;
    out += 16;
  }
  for (; i < count; i++) {
    v128.store_lane<f32>(out, applied(operation, v128.load_splat<f32>(a), v128.load_splat<f32>(b)), 0);
    a += advanceA ? 4 : 0;
    b += advanceB ? 4 : 0;
    out += 4;
  }
}

/**
 * out = a ∘ b: out `[outer, middle, inner]`, of which a chunk is `size` of `count` numbers; a and b have strides, in numbers,
 * for the three axes: 0 where they are the same along one.
 */
export function binary(args: BinaryArguments, chunk: i32, scratch: usize): void {
  const size = args.size, middle = args.middle, inner = args.inner;
  const end = min(args.count, (chunk + 1) * size);
  for (let at = chunk * size; at < end;) {
    const line = at / inner, column = at - line * inner, i = line / middle, j = line - i * middle;
    const count = min(inner - column, end - at);
    const advanceA = args.innerA, advanceB = args.innerB;
    const a = args.a + (<usize>(i * args.outerA + j * args.middleA + column * advanceA) << 2);
    const b = args.b + (<usize>(i * args.outerB + j * args.middleB + column * advanceB) << 2);
    const out = args.out + (<usize>at << 2);
    switch (args.operation) {
      case BINARY_ADD: row(BINARY_ADD, a, advanceA != 0, b, advanceB != 0, out, count); break;
      case BINARY_SUB: row(BINARY_SUB, a, advanceA != 0, b, advanceB != 0, out, count); break;
      case BINARY_MULTIPLY: row(BINARY_MULTIPLY, a, advanceA != 0, b, advanceB != 0, out, count); break;
      case BINARY_REALDIV: row(BINARY_REALDIV, a, advanceA != 0, b, advanceB != 0, out, count); break;
      default: row(BINARY_NEG, a, advanceA != 0, b, advanceB != 0, out, count);
    }
    at += count;
  }
}

/** out_i = Σ_j a_ij / divisor: a `[rows, columns]`, `size` rows to a chunk, added up in tfjs's order. */
export function sums(args: SumsArguments, chunk: i32, scratch: usize): void {
  const rows = args.rows, columns = args.columns, size = args.size, divisor = args.divisor;
  const out = args.out;
  const start = chunk * size, last = min(rows, start + size);
  let a = args.a + (<usize>start * <usize>columns << 2);
  for (let i = start; i < last; i++) {
    let sum: f32 = 0;
    for (let j = 0; j < columns; j++) {
      sum += load<f32>(a);
      a += 4;
    }
    store<f32>(out + (<usize>i << 2), sum / divisor);
  }
}

/** Copies rows of `width` numbers, `size` rows to a chunk; rows are `step` numbers apart, and `toStep` where they go. */
export function copyRows(args: CopyRowsArguments, chunk: i32, scratch: usize): void {
  const width = <usize>args.width << 2, size = args.size;
  const step = <usize>args.step << 2, toStep = <usize>args.toStep << 2;
  const start = chunk * size, last = min(args.rows, start + size);
  let from = args.from + <usize>start * step, to = args.to + <usize>start * toStep;
  for (let i = start; i < last; i++) {
    memory.copy(to, from, width);
    from += step;
    to += toStep;
  }
}
