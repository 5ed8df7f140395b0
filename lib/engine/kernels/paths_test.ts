import { assertEquals } from "@std/assert";
import { copyNumbers, rowsPerChunk } from "./elementwise.ts";
import { assertJobs, idleLibrary, jobsOf, type Wanted } from "../../../fixtures/jobs.ts";
import { multiply, multiplySymmetric, type Product } from "./product.ts";
import { type Arguments, KERNELS } from "./interface.ts";
import { CORES, Team } from "./team.ts";

/** No more pieces than cores, but the machine has them. */
const two = Math.min(2, CORES);
/** A power of two of pieces that is above the cores, and the one below it, which is not below them. */
const MANY = 2 ** (1 + Math.ceil(Math.log2(CORES)));

/** Sizes m, n, k on both sides of each that decides about a product by a library, and the job that it is. */
const PRODUCTS: readonly (readonly [Partial<Product>, Wanted])[] = [
  // From 2¹⁷ multiply-adds on.
  [{ m: 64, n: 64, k: 31 }, ["product", 8]],
  [{ m: 64, n: 64, k: 32 }, ["blas", 1, { rowPieces: 1, columnPieces: 1 }]],
  // Of a batch: few rows, at most 16, and columns from 16 on.
  [{ m: 16, n: 16, k: 16, batch: 3 }, ["mix", 3]],
  [{ m: 16, n: 16, k: 16 }, ["product", 2]],
  [{ m: 17, n: 16, k: 16, batch: 3 }, ["product", 6]],
  [{ m: 16, n: 16, k: 17, batch: 3 }, ["product", 6]],
  [{ m: 16, n: 15, k: 16, batch: 3 }, ["product", 6]],
  [{ m: 16, n: 16, k: 16, batch: 3, transposeB: true }, ["innerProducts", 3]],
  [{ m: 16, n: 16, k: 16, transposeB: true }, ["product", 2]],
  [{ m: 17, n: 16, k: 16, batch: 3, transposeB: true }, ["product", 6]],
  [{ m: 16, n: 17, k: 16, batch: 3, transposeB: true }, ["product", 9]],
  [{ m: 16, n: 16, k: 15, batch: 3, transposeB: true }, ["product", 6]],
  [{ m: 16, n: 16, k: 16, batch: 3, transposeA: true }, ["product", 6]],
  [{ m: 16, n: 16, k: 16, batch: 3, sameA: true }, ["product", 6]],
  [{ m: 16, n: 16, k: 16, batch: 3, sameB: true }, ["product", 6]],
  [{ m: 16, n: 16, k: 16, batch: 3, sameB: true, transposeB: true }, ["product", 6]],
  // Two pieces from 5·10⁵ multiply-adds on, of the longer side.
  [{ m: 1000, n: 100, k: 4 }, ["blas", 1]],
  [{ m: 1000, n: 100, k: 5 }, ["blas", two, { rowPieces: two, columnPieces: 1 }]],
  [{ m: 100, n: 1000, k: 5 }, ["blas", two, { rowPieces: 1, columnPieces: two }]],
  [{ m: 1000, n: 1000, k: 1 }, ["blas", Math.min(4, 2 ** Math.floor(Math.log2(CORES))), { columnPieces: 1 }]],
  // Of 60 rows, or of 96 columns, at least.
  [{ m: 119, n: 100, k: 1e5 }, ["blas", 1]],
  [{ m: 120, n: 100, k: 1e5 }, ["blas", 2, { rowPieces: 2 }]],
  [{ m: 100, n: 191, k: 1e5 }, ["blas", 1]],
  [{ m: 100, n: 192, k: 1e5 }, ["blas", 2, { columnPieces: 2 }]],
  // More than the cores where each has 16·10⁶ multiply-adds.
  [{ m: 1000 * MANY, n: 160, k: 99 }, ["blas", MANY / 2]],
  [{ m: 1000 * MANY, n: 160, k: 100 }, ["blas", MANY]],
];

Deno.test("a product is done by the kernel, and in the pieces, that its sizes ask for, on both sides of each bound", () => {
  for (const [given, wanted] of PRODUCTS) {
    const product = { ...{ m: 1, n: 1, k: 1, a: 0, b: 0, c: 0 }, ...given };
    const what = JSON.stringify(given);
    assertJobs(what, jobsOf((heap) => multiply(heap, product), idleLibrary()), [wanted]);
    if (wanted[0] !== "blas") assertJobs(what, jobsOf((heap) => multiply(heap, product)), [wanted]);
    else {
      const alone = jobsOf((heap) => multiply(heap, product), idleLibrary({ single: false }));
      assertJobs(`${what}, threads of its own`, alone, [["blas", 1, { rowPieces: 1, columnPieces: 1 }]]);
    }
  }
});

Deno.test("a symmetric product is done in strips from the size on from which a library is worth its call", () => {
  const shared = idleLibrary(), locked = idleLibrary({ shared: false });
  for (
    const [k, library, transposeA, wanted] of [
      [31, shared, false, [["product", 8, { symmetric: true }], ["mirror", 2, { size: 32 }]]],
      [32, null, false, [["product", 8, { symmetric: true }], ["mirror", 2, { size: 32 }]]],
      [32, locked, false, [["blas", 1], ["mirror", 2, { size: 32 }]]],
      [32, shared, false, [["symmetric", 2, { size: 48 }]]],
      [32, shared, true, [["symmetric", 1, { size: 96 }]]],
    ] as const
  ) {
    const product = { m: 64, n: 64, k, a: 0, b: 0, c: 0, transposeA, transposeB: !transposeA };
    assertJobs(`${k}`, jobsOf((heap) => multiplySymmetric(heap, product), library), wanted);
  }
});

Deno.test("chunks have 2¹⁴ numbers, or the whole rows that these hold, and one at least", () => {
  const chunk = 2 ** 14;
  for (const [count, chunks] of [[0, 0], [1, 1], [chunk, 1], [chunk + 1, 2]] as const) {
    assertJobs(`${count}`, jobsOf((heap) => copyNumbers(heap, 0, 0, count)), [["copy", chunks, {
      size: chunk,
    }]]);
  }
  const rows = [0, 1, 3, chunk / 2, chunk / 2 + 1, chunk, chunk + 1].map(rowsPerChunk);
  assertEquals(rows, [chunk, chunk, Math.floor(chunk / 3), 2, 1, 1, 1]);
});

Deno.test("jobs are shared from 2¹⁵ multiply-adds and two chunks on, and start threads from 2²² on", async () => {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true });
  const names = Object.keys(KERNELS.copy) as (keyof Arguments<"copy">)[];
  const args = Object.fromEntries(names.map((name) => [name, 0])) as unknown as Arguments<"copy">;
  const { getBuiltinModule } = process;
  let started = 0;
  process.getBuiltinModule = (() => ({
    Worker: class {
      constructor() {
        started++;
      }
      unref(): void {}
    },
  })) as unknown as typeof getBuiltinModule;
  try {
    for (
      const [chunks, work, shared, starts] of [
        [2, 2 ** 15 - 1, 0, 0],
        [2, 2 ** 15, 1, 0],
        [1, 2 ** 22, 0, 0],
        [2, 2 ** 22 - 1, 1, 0],
        [2, 2 ** 22, 1, 1],
      ] as const
    ) {
      const team = await Team.on(memory, () => 1024, 2, () => {}), at = 2 ** 19;
      const program = team.write(at, [["copy", chunks, args, work]]);
      assertEquals(new Int32Array(memory.buffer, at, 2)[1], shared, `${chunks} chunks of ${work}`);
      started = 0;
      team.perform(program);
      await Promise.resolve();
      assertEquals(started, starts, `${chunks} chunks of ${work} start threads`);
      team.run("copy", chunks, args, work);
      await Promise.resolve();
      assertEquals(started, starts, "and once");
    }
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
});
