import { assertEquals } from "@std/assert";
import { type Heap, integers, read, startEngine, tf } from "../mod.ts";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";
import { guardTests } from "../guarded_tests.ts";
import { promisedEngines } from "../promised_engines.ts";
import { multiply, type Product } from "./product.ts";

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

/** A product of few rows that is mixed where it lies, and one of inner products; and a large one. */
const [MIXED, INNER, LARGE_ONE] = [
  { batch: 2, m: 16, n: 16, k: 16 },
  { batch: 2, m: 16, n: 16, k: 16, transposeB: true },
  { m: 64, n: 64, k: 32 },
] as const;

/** Products, and the jobs that make them where there is a library: at each bound of the choice, and beside it. */
const CHOICES: readonly (readonly [Partial<Product>, string])[] = [
  [MIXED, "mix"],
  [{ ...MIXED, batch: 1 }, "product"],
  [{ m: 16, n: 16, k: 16 }, "product"],
  [{ ...MIXED, m: 17 }, "product"],
  [{ ...MIXED, k: 17 }, "product"],
  [{ ...MIXED, n: 15 }, "product"],
  [{ ...MIXED, transposeA: true }, "product"],
  [{ ...MIXED, sameA: true }, "product"],
  [{ ...MIXED, sameB: true }, "product"],
  [{ ...MIXED, n: 512 }, "mix"],
  [{ ...MIXED, n: 512, batch: 1 }, "blas"],
  [INNER, "innerProducts"],
  [{ ...INNER, batch: 1 }, "product"],
  [{ m: 16, n: 16, k: 16, transposeB: true }, "product"],
  [{ ...INNER, m: 17 }, "product"],
  [{ ...INNER, n: 17 }, "product"],
  [{ ...INNER, k: 15 }, "product"],
  [{ ...INNER, transposeA: true }, "product"],
  [{ ...INNER, sameA: true }, "product"],
  [{ ...INNER, sameB: true }, "product"],
  [{ ...INNER, k: 512 }, "innerProducts"],
  [{ ...INNER, k: 512, batch: 1 }, "blas"],
  [LARGE_ONE, "blas"],
  [{ ...LARGE_ONE, batch: 3 }, "blas, blas, blas"],
  [{ ...LARGE_ONE, k: 31 }, "product"],
  [{ ...LARGE_ONE, k: 31, batch: 3 }, "product"],
  [{ ...LARGE_ONE, k: 0 }, ""],
  ...[MIXED, INNER, LARGE_ONE].flatMap((product) =>
    ["m", "n", "batch"].map((size) => [{ ...product, [size]: 0 }, ""] as const)
  ),
];

Deno.test("large products go to the library, those of few rows are made where they lie, and empty ones not at all", () => {
  for (const [product, jobs] of CHOICES) {
    for (const blas of [{ single: true }, null]) {
      const ran: string[] = [];
      const heap = { blas, team: { run: (name: string) => ran.push(name) }, view: () => new Float32Array(1) };
      multiply(heap as unknown as Heap, { m: 0, n: 0, k: 0, a: 0, b: 0, c: 0, ...product });
      const what = `${JSON.stringify(product)}, ${blas ? "a" : "no"} library`;
      assertEquals(ran.join(", "), blas ? jobs : jobs.replace(/blas.*/, "product"), what);
    }
  }
});

Deno.test("a product of no rows, no columns or no matrices is empty, and is written nowhere", async () => {
  await startEngine("wasm");
  for (const batch of [0, 1, 3]) {
    for (const [m, n, k] of [[0, 20, 4], [20, 0, 4], [0, 3, 20], [3, 0, 20], [0, 0, 4], [0, 0, 0]] as const) {
      for (const transposeB of [false, true]) {
        const a = tf.zeros([batch, m, k]), b = tf.zeros([batch, ...transposeB ? [n, k] : [k, n]]);
        assertEquals(tf.matMul(a, b, false, transposeB).shape, [batch, m, n]);
      }
    }
  }
});
