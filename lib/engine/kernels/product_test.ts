import { assertEquals } from "@std/assert";
import { integers, read, startEngine, tf } from "../mod.ts";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";
import { guardTests } from "../guarded_tests.ts";
import { promisedEngines } from "../promised_engines.ts";

guardTests();

/** Whole numbers from −3 to 3: products of up to 10⁵ of them are exact in float32, whatever their order. */
const wholes = (index: number, shape: readonly number[]): tf.Tensor =>
  tf.tensor(
    Float32Array.from(integers(key(index), shape.reduce((a, b) => a * b, 1), 7), (v) => v - 3),
    [...shape],
  );

/** The matrices of a batch as they are multiplied, `rows` × `columns` each. */
function entry(
  values: Float32Array,
  rows: number,
  columns: number,
  transposed: boolean,
  example: number,
  same: boolean,
) {
  const base = same ? 0 : example * rows * columns;
  return (i: number, j: number): number => values[base + (transposed ? j * rows + i : i * columns + j)]!;
}

/** Sizes of rows, columns and depths around whole vectors of 4, pairs of them, six and four rows, and few rows, which are 16. */
const SMALL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 16, 17, 19, 23];
/** Those around rows of a chunk, 240, and numbers of a depth, 1024. */
const LARGE = [[239, 9, 3], [240, 7, 5], [241, 8, 2], [5, 9, 1023], [7, 3, 1024], [6, 5, 1025], [
  3,
  7,
  1027,
]] as const;

for (const engine of await promisedEngines("wasm", "native")) {
  Deno.test(`products of whole numbers are exact for all sizes around the kernels' own, on either side transposed (${engine})`, async () => {
    await startEngine(engine);
    const sizes = SMALL.flatMap((m, i) =>
      SMALL.map((n, j) => [m, n, SMALL[(i * 4 + j * 7) % SMALL.length]!] as const)
    );
    for (const [m, n, k] of [...sizes, ...LARGE]) {
      for (const [ta, tb] of [[false, false], [false, true], [true, false], [true, true]] as const) {
        for (const [batchA, batchB] of [[1, 1], [3, 3], [3, 1], [1, 3]] as const) {
          if (batchA * batchB > 1 && m * n * k > 5000) continue;
          const a = wholes(1, [batchA, ...ta ? [k, m] : [m, k]]);
          const b = wholes(2, [batchB, ...tb ? [n, k] : [k, n]]);
          const product = tf.matMul(a, b, ta, tb);
          const [left, right, found] = await Promise.all([a, b, product].map(read));
          const batch = Math.max(batchA, batchB);
          const expected = new Float32Array(batch * m * n);
          for (let example = 0; example < batch; example++) {
            const x = entry(left!, m, k, ta, example, batchA === 1),
              y = entry(right!, k, n, tb, example, batchB === 1);
            for (let i = 0; i < m; i++) {
              for (let j = 0; j < n; j++) {
                let sum = 0;
                for (let l = 0; l < k; l++) sum += x(i, l) * y(l, j);
                expected[(example * m + i) * n + j] = sum;
              }
            }
          }
          assertEquals(found, expected, `${m} × ${k} × ${n}, batches ${batchA} and ${batchB}, ${ta} ${tb}`);
          tf.dispose([a, b, product]);
        }
      }
    }
  });
}
