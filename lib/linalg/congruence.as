// Congruences of one matrix by few rows of each example; see `congruence.ts`.

import {
  CongruencesArguments, DotsArguments, FEW_ROWS, INNER_BYTE, InnerProductsArguments,
} from "../engine/kernels/arguments";
import { innerProducts } from "../engine/kernels/few_rows";
import { multiplyByLibrary } from "../engine/kernels/product";
import { dots } from "../engine/kernels/rows";

/** out_i = a_i · b_i for each row: a, b `[rows, width]`. */
function dotsOf(rows: i32, width: i32, a: usize, b: usize, out: usize, scratch: usize): void {
  const args = changetype<DotsArguments>(scratch + INNER_BYTE);
  args.rows = rows;
  args.columns = width;
  args.size = rows;
  args.a = a;
  args.b = b;
  args.out = out;
  dots(args, 0, scratch);
}

/** out_b = a_b b_bᵀ for `count` examples: a, b `[count, rows, width]`, out `[count, rows, rows]`. */
function productsOf(
  count: i32, rows: i32, width: i32, a: usize, b: usize, out: usize, path: usize, pathBytes: i32, scratch: usize,
): void {
  const bytes = <usize>rows * <usize>width << 2, square = <usize>(rows * rows) << 2;
  if (rows > FEW_ROWS) {
    for (let i: usize = 0; i < <usize>count; i++) {
      const within = i * bytes;
      multiplyByLibrary(
        false, true, rows, rows, width, a + within, width, b + within, width, out + i * square, rows, path, pathBytes, scratch,
      );
    }
    return;
  }
  const args = changetype<InnerProductsArguments>(scratch + INNER_BYTE);
  args.m = rows;
  args.n = rows;
  args.k = width;
  args.a = a;
  args.b = b;
  args.c = out;
  for (let i = 0; i < count; i++) innerProducts(args, i, scratch);
}

/**
 * mapped_b = t_b m, its products with t_b, or with each row of it that row's if `diagonal`, and the squared size of each row:
 * t, mapped `[batch, tangents, width]`, m symmetric; `size` examples to a chunk.
 */
export function congruences(args: CongruencesArguments, chunk: i32, scratch: usize): void {
  const tangents = args.tangents, width = args.width, size = args.size;
  const diagonal = args.diagonal != 0, path = args.path, pathBytes = args.pathBytes;
  const start = chunk * size, count = min(size, args.batch - start), rows = count * tangents;
  const before = <usize>(start * tangents), within = before * <usize>width << 2;
  const t = args.t + within, m = args.m, mapped = args.mapped + within;
  const products = args.products + ((diagonal ? before : before * <usize>tangents) << 2);
  multiplyByLibrary(false, false, rows, width, width, t, width, m, width, mapped, width, path, pathBytes, scratch);
  if (diagonal) dotsOf(rows, width, mapped, t, products, scratch);
  else productsOf(count, tangents, width, mapped, t, products, path, pathBytes, scratch);
  dotsOf(rows, width, t, t, args.squares + (before << 2), scratch);
}
