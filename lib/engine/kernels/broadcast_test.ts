import { assert, assertEquals, assertThrows } from "@std/assert";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";
import { normalTensor, read, tf } from "../mod.ts";
import { promisedEngines } from "../promised_engines.ts";
import { startEngine } from "../start.ts";

const ENGINES = await promisedEngines("wasm", "native", "cpu");
const WEBGPU = await promisedEngines("webgpu");

/** Sizes for each way to multiply: rows that are mixed where they lie, inner products, and packed panels. */
const SIZES = [[3, 20, 4], [5, 7, 33], [2, 3, 2], [17, 18, 19]] as const;
/** Batches, which broadcast to those of the other side, or to what is in neither. */
const BATCHES: readonly (readonly [number[], number[]])[] = [
  [[], []],
  [[3], [3]],
  [[3], [1]],
  [[1], [3]],
  [[3], []],
  [[], [3]],
  [[2, 3], [2, 3]],
  [[2, 3], [3]],
  [[2, 3], [1, 3]],
  [[2, 2, 3], [2, 3]],
  [[1, 1, 3], [2, 2, 3]],
];

Deno.test("products are those of loops for every way in which batches broadcast, in all four transpositions, on every engine", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const [m, n, k] of SIZES) {
      for (const [batchA, batchB] of BATCHES) {
        for (const [ta, tb] of [[false, false], [true, false], [false, true], [true, true]] as const) {
          const scope = tf.openScope();
          try {
            const a = normalTensor(key(1), [...batchA, ...(ta ? [k, m] : [m, k])]);
            const b = normalTensor(key(2), [...batchB, ...(tb ? [n, k] : [k, n])]);
            const product = tf.matMul(a, b, ta, tb);
            const [numbers, left, right] = [await read(product), await read(a), await read(b)];
            const rank = Math.max(batchA.length, batchB.length);
            const sizeAt = (batch: number[], axis: number): number => batch[batch.length - rank + axis] ?? 1;
            const batch = Array.from(
              { length: rank },
              (_, i) => Math.max(sizeAt(batchA, i), sizeAt(batchB, i)),
            );
            assertEquals(product.shape, [...batch, m, n]);
            /** The matrix of one side that belongs to the matrix number `at` of the product. */
            const matrixOf = (own: number[], at: number): number => {
              let [index, rest, step] = [0, at, 1];
              for (let axis = rank - 1; axis >= 0; axis--) {
                const place = rest % batch[axis]!;
                rest = Math.floor(rest / batch[axis]!);
                if (sizeAt(own, axis) > 1) index += step * place;
                step *= sizeAt(own, axis);
              }
              return index;
            };
            numbers.forEach((found, at) => {
              const [matrix, i, j] = [Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n];
              const [fromA, fromB] = [m * k * matrixOf(batchA, matrix), k * n * matrixOf(batchB, matrix)];
              let sum = 0, size = 0;
              for (let l = 0; l < k; l++) {
                const term = left[fromA + (ta ? l * m + i : i * k + l)]! *
                  right[fromB + (tb ? j * k + l : l * n + j)]!;
                sum += term;
                size += Math.abs(term);
              }
              assert(
                Math.abs(found - sum) <= k * 2 ** -23 * size,
                `${engine} ${[m, n, k]} [${batchA}] [${batchB}] ${ta} ${tb} ${at}: ${found}, expected ${sum}`,
              );
            });
          } finally {
            scope.close();
          }
        }
      }
    }
  }
});

Deno.test("batches that tfjs would pair wrongly are refused on every engine, with what to do", async () => {
  for (const engine of [...ENGINES, ...WEBGPU]) {
    await startEngine(engine);
    for (
      const [a, b] of [[[2, 3], [2, 1]], [[2, 1], [1, 2]], [[1, 2], [2, 1]], [[2, 1], [3]], [[2, 1, 3], [
        2,
        3,
      ]]]
    ) {
      const call = (): unknown => tf.tidy(() => tf.matMul(tf.zeros([...a!, 4, 5]), tf.zeros([...b!, 5, 6])));
      const error = assertThrows(call, TypeError);
      assertEquals(
        error.message,
        `matMul: the batch of each side must be the last axes of the other's, or one matrix, but they are [${a}] and [${b}]; ` +
          "tile the smaller one",
      );
    }
  }
});
