/**
 * A chunk of a product by a native library: a job of which each thread calls the library for its share.
 *
 * @module
 */

import type { Sgemm } from "./sgemm.ts";

/** The words of such a job's arguments; matrices by their byte offsets, and where the library's path is. */
export const BLAS_JOB = {
  transposeA: 0,
  transposeB: 1,
  m: 2,
  n: 3,
  k: 4,
  a: 5,
  b: 6,
  c: 7,
  leadingA: 8,
  leadingB: 9,
  leadingC: 10,
  rows: 11,
  columns: 12,
  symmetric: 13,
  path: 14,
  pathBytes: 15,
} as const;

/**
 * What does one chunk: `rows` by `columns` of C, row blocks first; of a symmetric C a strip of `columns`, from the
 * diagonal down.
 *
 * Its text is sent to other threads, so it refers to nothing outside of itself.
 *
 * @param memory the heap
 * @param sgemmOf the library's product, from the job's words
 * @returns called with the byte offset of the arguments and the chunk
 */
export function chunkMultiplier(
  memory: WebAssembly.Memory,
  sgemmOf: (words: Int32Array) => Sgemm,
): (args: number, chunk: number) => void {
  const view = (offset: number, length: number): Float32Array => {
    // Another thread may have let the memory grow, and this one not have heard of it yet.
    while (memory.buffer.byteLength < offset + 4 * length);
    return new Float32Array(memory.buffer, offset, length);
  };
  return (args, chunk) => {
    const words = new Int32Array(memory.buffer, args, 16);
    const [ta, tb, m, n, k, a, b, c, leadingA, leadingB, leadingC, rows, columns, symmetric] =
      words as unknown as readonly [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
    const blocks = Math.ceil(m / rows);
    const column = (symmetric ? chunk : Math.floor(chunk / blocks)) * columns;
    const row = symmetric ? column : (chunk % blocks) * rows;
    const [height, width] = [symmetric ? m - row : Math.min(rows, m - row), Math.min(columns, n - column)];
    const fromA = ta ? row : row * leadingA, fromB = tb ? column * leadingB : column;
    sgemmOf(words)(
      Boolean(ta),
      Boolean(tb),
      height,
      width,
      k,
      view(a + 4 * fromA, ta ? (k - 1) * leadingA + height : (height - 1) * leadingA + k),
      leadingA,
      view(b + 4 * fromB, tb ? (width - 1) * leadingB + k : (k - 1) * leadingB + width),
      leadingB,
      view(c + 4 * (row * leadingC + column), (height - 1) * leadingC + width),
      leadingC,
    );
  };
}
