import { assert, assertAlmostEquals } from "@std/assert";
import { type Blas, BLAS_PATHS, openBlas } from "./blas.ts";
import { key, normal } from "./mod.ts";

/** Every library that is permitted and loads here; none under bare `deno test`. */
const libraries = (BLAS_PATHS[Deno.build.os] ?? []).flatMap((path): Blas[] => {
  try {
    return [openBlas([path])];
  } catch {
    return [];
  }
});

Deno.test({
  name:
    "each library multiplies inside larger matrices, in all four transpositions, and writes nowhere else" +
    (libraries.length > 0 ? "" : " (needs a BLAS and --allow-ffi for it)"),
  ignore: libraries.length === 0,
  fn: () => {
    const [m, n, k, spare] = [37, 21, 50, 3];
    for (const { path, sgemm } of libraries) {
      for (const [ta, tb] of [[false, false], [true, false], [false, true], [true, true]] as const) {
        const leading = [(ta ? m : k) + spare, (tb ? k : n) + spare, n + spare] as const;
        const a = normal(key(1), (ta ? k : m) * leading[0]), b = normal(key(2), (tb ? n : k) * leading[1]);
        const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
        const c = new Float32Array(memory.buffer, 64, m * leading[2]).fill(7);
        sgemm(ta, tb, m, n, k, a, leading[0], b, leading[1], c, leading[2]);
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let sum = 0;
            for (let l = 0; l < k; l++) {
              sum += a[ta ? l * leading[0] + i : i * leading[0] + l]! *
                b[tb ? j * leading[1] + l : l * leading[1] + j]!;
            }
            assertAlmostEquals(c[i * leading[2] + j]!, sum, 1e-4, `${path} ${ta} ${tb} ${[i, j]}`);
          }
          for (let j = n; j < leading[2]; j++) {
            assert(c[i * leading[2] + j] === 7, `${path} wrote beside row ${i}`);
          }
        }
      }
    }
  },
});
