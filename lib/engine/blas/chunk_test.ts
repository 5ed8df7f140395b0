import { assertEquals } from "@std/assert";
import { KERNELS, wordsOf } from "../kernels/interface.ts";
import { chunkMultiplier } from "./chunk.ts";

const TRANSPOSITIONS = [[false, false], [true, false], [false, true], [true, true]] as const;

/** Rows, columns and pieces of each: of whole vectors, 16 rows and 48 columns, and of what is left of them. */
const CUTS = [
  ...[[1, 1, 1, 1], [37, 5, 1, 1], [32, 3, 2, 1], [33, 3, 2, 1], [3, 96, 1, 2], [3, 97, 1, 2]] as const,
  ...[[250, 7, 4, 1], [7, 250, 1, 4], [50, 130, 2, 2]] as const,
];

/** The first of some places, and how many there are up to the last. */
const span = (places: readonly number[]): [from: number, length: number] => {
  const from = Math.min(...places);
  return [from, Math.max(...places) - from + 1];
};

Deno.test("the chunks of a product make each of its numbers once, from the numbers that these need and no more", () => {
  const k = 11, spare = 3, memory = new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true });
  const word = wordsOf(KERNELS.blas), at = 1024, [a, b, c] = [4096, 65536, 131072];
  for (const [m, n, rowPieces, columnPieces] of CUTS) {
    for (const [transposeA, transposeB] of TRANSPOSITIONS) {
      const leadingA = (transposeA ? m : k) + spare, leadingB = (transposeB ? k : n) + spare;
      const leadingC = n + spare;
      const args = {
        ...{ transposeA, transposeB, m, n, k, a, b, c, leadingA, leadingB, leadingC },
        ...{ rowPieces, columnPieces, path: 0, pathBytes: 0, accumulate: transposeA },
      };
      const words = new Uint32Array(memory.buffer, at);
      for (const name of Object.keys(KERNELS.blas) as (keyof typeof args)[]) {
        words[word[name]] = Number(args[name]);
      }
      const made = new Uint8Array(m * n);
      const multiply = chunkMultiplier(memory, word, () => (ta, tb, height, width, depth, ...views) => {
        const [viewA, stepA, viewB, stepB, viewC, stepC, accumulate] = views;
        assertEquals([ta, tb, depth, accumulate], [transposeA, transposeB, k, args.accumulate]);
        assertEquals([stepA, stepB, stepC], [leadingA, leadingB, leadingC]);
        const first = (viewC.byteOffset - c) / 4,
          row = Math.floor(first / leadingC),
          column = first % leadingC;
        const rows = Array.from({ length: height }, (_, i) => row + i);
        const columns = Array.from({ length: width }, (_, j) => column + j);
        const depths = Array.from({ length: k }, (_, l) => l);
        for (const i of rows) for (const j of columns) made[i * n + j]!++;
        const ofA = rows.flatMap((i) => depths.map((l) => ta ? l * leadingA + i : i * leadingA + l));
        const ofB = columns.flatMap((j) => depths.map((l) => tb ? j * leadingB + l : l * leadingB + j));
        const ofC = rows.flatMap((i) => columns.map((j) => i * leadingC + j));
        const seen = [[viewA, a], [viewB, b], [viewC, c]] as const;
        assertEquals(
          seen.map(([view, start]) => [(view.byteOffset - start) / 4, view.length]),
          [ofA, ofB, ofC].map(span),
          `${[m, n, rowPieces, columnPieces, ta, tb]}, rows from ${row}, columns from ${column}`,
        );
      });
      for (let chunk = 0; chunk < rowPieces * columnPieces; chunk++) multiply(at, chunk);
      assertEquals(made, new Uint8Array(m * n).fill(1), `${[m, n, rowPieces, columnPieces]}`);
    }
  }
});
