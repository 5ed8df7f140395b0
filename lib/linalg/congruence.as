// Congruences of one matrix by few rows of each example; see `congruence.ts`.

import { FEW, innerProducts } from "../engine/kernels/few_rows";
import { ARGS, multiplyByLibrary } from "../engine/kernels/product";
import { dots } from "../engine/kernels/rows";

/** out_i = a_i · b_i for so many rows. */
function dotsOf(rows: i32, width: i32, a: usize, b: usize, out: usize, scratch: usize): void {
  const args = scratch + ARGS;
  store<i32>(args, rows);
  store<i32>(args, width, 4);
  store<i32>(args, rows, 8);
  store<u32>(args, <u32>a, 12);
  store<u32>(args, <u32>b, 16);
  store<u32>(args, <u32>out, 20);
  dots(args, 0);
}

/** out_b = a_b b_bᵀ for so many examples: a, b `[count, rows, width]`, out `[count, rows, rows]`. */
function productsOf(
  count: i32, rows: i32, width: i32, a: usize, b: usize, out: usize, path: usize, length: i32, scratch: usize,
): void {
  const bytes = <usize>rows * <usize>width << 2, square = <usize>(rows * rows) << 2;
  if (rows > FEW) {
    for (let i: usize = 0; i < <usize>count; i++) {
      const within = i * bytes;
      multiplyByLibrary(
        false, true, rows, rows, width, a + within, width, b + within, width, out + i * square, rows, path, length, scratch,
      );
    }
    return;
  }
  const args = scratch + ARGS;
  store<i32>(args, rows);
  store<i32>(args, rows, 4);
  store<i32>(args, width, 8);
  store<u32>(args, <u32>a, 12);
  store<u32>(args, <u32>b, 16);
  store<u32>(args, <u32>out, 20);
  for (let i = 0; i < count; i++) innerProducts(args, i);
}

/**
 * mapped_b = t_b m, its products with t_b, or with each row of it that row's if `diagonal`, and the squared size of each row:
 * t, mapped `[batch, tangents, width]`, m symmetric; `size` examples to a chunk.
 */
export function congruences(args: usize, chunk: i32, scratch: usize): void {
  const batch = load<i32>(args), tangents = load<i32>(args, 4), width = load<i32>(args, 8), size = load<i32>(args, 12);
  const diagonal = load<i32>(args, 16) != 0, path = <usize>load<u32>(args, 20), length = load<i32>(args, 24);
  const start = chunk * size, count = min(size, batch - start), rows = count * tangents;
  const before = <usize>(start * tangents), within = before * <usize>width << 2;
  const t = <usize>load<u32>(args, 28) + within, m = <usize>load<u32>(args, 32), mapped = <usize>load<u32>(args, 36) + within;
  const products = <usize>load<u32>(args, 40) + ((diagonal ? before : before * <usize>tangents) << 2);
  multiplyByLibrary(false, false, rows, width, width, t, width, m, width, mapped, width, path, length, scratch);
  if (diagonal) dotsOf(rows, width, mapped, t, products, scratch);
  else productsOf(count, tangents, width, mapped, t, products, path, length, scratch);
  dotsOf(rows, width, t, t, <usize>load<u32>(args, 44) + (before << 2), scratch);
}
