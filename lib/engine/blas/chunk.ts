/**
 * A chunk of a product by a native library: a job of which each thread calls the library for its share.
 *
 * @module
 */

import type { KERNELS } from "../kernels/interface.ts";
import type { Sgemm } from "./sgemm.ts";

/** The word of each argument of a job. */
export type BlasWords = Readonly<Record<keyof typeof KERNELS.blas, number>>;

/**
 * Does one chunk of a job of the kernel `blas`. C's rows and columns are cut into pieces of whole vectors, and a chunk is one
 * piece by one, those of rows first.
 *
 * Its text is sent to other threads, so it refers to nothing outside of itself.
 *
 * @param memory the heap
 * @param word which word of a job each argument is
 * @param sgemmOf the library's product, from the job's words
 * @returns called with the byte offset of the arguments and the chunk
 */
export function chunkMultiplier(
  memory: WebAssembly.Memory,
  word: BlasWords,
  sgemmOf: (words: Uint32Array) => Sgemm,
): (args: number, chunk: number) => void {
  const view = (offset: number, length: number): Float32Array => {
    // Another thread may have let the memory grow, and this one hears of it when it asks for memory itself.
    if (memory.buffer.byteLength < offset + 4 * length) memory.grow(0);
    return new Float32Array(memory.buffer, offset, length);
  };
  /** Where a piece starts, in steps of so many: oneDNN makes 48 columns at a time. */
  const startOf = (piece: number, whole: number, pieces: number, step: number): number =>
    Math.min(whole, step * Math.floor(piece * Math.ceil(whole / step) / pieces));
  return (args, chunk) => {
    const words = new Uint32Array(memory.buffer, args >>> 0, 16);
    // One by one: an iterator over them takes as long as a small product.
    const ta = words[word.transposeA]!, tb = words[word.transposeB]!;
    const m = words[word.m]!, n = words[word.n]!, k = words[word.k]!;
    const a = words[word.a]!, b = words[word.b]!, c = words[word.c]!;
    const leadingA = words[word.leadingA]!,
      leadingB = words[word.leadingB]!,
      leadingC = words[word.leadingC]!;
    const rows = words[word.rowPieces]!, columns = words[word.columnPieces]!;
    const across = Math.floor(chunk / rows), down = chunk % rows;
    const column = startOf(across, n, columns, 48), width = startOf(across + 1, n, columns, 48) - column;
    const row = startOf(down, m, rows, 16), height = startOf(down + 1, m, rows, 16) - row;
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
      words[word.accumulate] !== 0,
    );
  };
}
