// Operations number by number, sums of rows, and copies of rows.

/** a + b, a − b, a b, a / b, or −a. */
@inline
function applied(operation: i32, a: v128, b: v128): v128 {
  switch (operation) {
    case 0: return f32x4.add(a, b);
    case 1: return f32x4.sub(a, b);
    case 2: return f32x4.mul(a, b);
    case 3: return f32x4.div(a, b);
    default: return f32x4.neg(a);
  }
}

/** `count` numbers of one row; a and b advance with them, or are one number. */
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
 * out = a ∘ b: out `[outer, middle, inner]`, of which a chunk is `size` of `n` numbers; a and b have strides, in numbers,
 * for the three axes: 0 where they are the same along one.
 */
export function binary(args: usize, chunk: i32): void {
  const operation = load<i32>(args), n = load<i32>(args, 4), size = load<i32>(args, 8);
  const middle = load<i32>(args, 12), inner = load<i32>(args, 16);
  const end = min(n, (chunk + 1) * size);
  for (let at = chunk * size; at < end;) {
    const line = at / inner, column = at - line * inner, i = line / middle, j = line - i * middle;
    const count = min(inner - column, end - at);
    const advanceA = load<i32>(args, 32), advanceB = load<i32>(args, 48);
    const a = <usize>load<u32>(args, 20) + (<usize>(i * load<i32>(args, 24) + j * load<i32>(args, 28) + column * advanceA) << 2);
    const b = <usize>load<u32>(args, 36) + (<usize>(i * load<i32>(args, 40) + j * load<i32>(args, 44) + column * advanceB) << 2);
    const out = <usize>load<u32>(args, 52) + (<usize>at << 2);
    switch (operation) {
      case 0: row(0, a, advanceA != 0, b, advanceB != 0, out, count); break;
      case 1: row(1, a, advanceA != 0, b, advanceB != 0, out, count); break;
      case 2: row(2, a, advanceA != 0, b, advanceB != 0, out, count); break;
      case 3: row(3, a, advanceA != 0, b, advanceB != 0, out, count); break;
      default: row(4, a, advanceA != 0, b, advanceB != 0, out, count);
    }
    at += count;
  }
}

/** out_i = Σ_j a_ij / divisor: a `[rows, columns]`, `size` rows to a chunk, added up one by one as by tfjs. */
export function sums(args: usize, chunk: i32): void {
  const rows = load<i32>(args), columns = load<i32>(args, 4), size = load<i32>(args, 8), divisor = load<f32>(args, 12);
  const out = <usize>load<u32>(args, 20);
  const start = chunk * size, last = min(rows, start + size);
  let a = <usize>load<u32>(args, 16) + (<usize>start * <usize>columns << 2);
  for (let i = start; i < last; i++) {
    let sum: f32 = 0;
    for (let j = 0; j < columns; j++) {
      sum += load<f32>(a);
      a += 4;
    }
    store<f32>(out + (<usize>i << 2), sum / divisor);
  }
}

/** Copies rows of so many numbers, `size` of `n` rows to a chunk, from and to rows that are so many numbers apart. */
export function copyRows(args: usize, chunk: i32): void {
  const n = load<i32>(args), width = <usize>load<i32>(args, 4) << 2, size = load<i32>(args, 8);
  const step = <usize>load<i32>(args, 16) << 2, toStep = <usize>load<i32>(args, 24) << 2;
  const start = chunk * size, last = min(n, start + size);
  let from = <usize>load<u32>(args, 12) + <usize>start * step, to = <usize>load<u32>(args, 20) + <usize>start * toStep;
  for (let i = start; i < last; i++) {
    memory.copy(to, from, width);
    from += step;
    to += toStep;
  }
}
