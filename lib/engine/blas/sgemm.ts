/**
 * The single-precision matrix products of native libraries, as one function.
 *
 * @module
 */

/** C ← op(A) op(B), or C + op(A) op(B), row-major: op(A) `[m, k]`, op(B) `[k, n]`, each at the start of its view. */
export type Sgemm = (
  transposeA: boolean,
  transposeB: boolean,
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  /** Numbers from row to row of A as it lies in memory. */
  leadingA: number,
  b: Float32Array,
  leadingB: number,
  c: Float32Array,
  leadingC: number,
  /** Whether C is added to. */
  accumulate: boolean,
) => void;

/** The functions of a library that are called: one of the products, and those that keep it to the calling thread. */
export const SGEMM_SYMBOLS = {
  cblas_sgemm: {
    parameters: [
      "i32", // layout
      "i32", // transpose A
      "i32", // transpose B
      "i32", // m
      "i32", // n
      "i32", // k
      "f32", // alpha
      "buffer", // A; a view, since asking for its address takes the permission for all libraries, not for this one
      "i32", // leading dimension of A
      "buffer", // B
      "i32",
      "f32", // beta
      "buffer", // C
      "i32",
    ],
    result: "void",
    optional: true,
  },
  dnnl_sgemm: {
    parameters: [
      "u8", // transpose A
      "u8", // transpose B
      "i64", // m
      "i64", // n
      "i64", // k
      "f32", // alpha
      "buffer", // A
      "i64", // leading dimension of A
      "buffer", // B
      "i64",
      "f32", // beta
      "buffer", // C
      "i64",
    ],
    result: "i32",
    optional: true,
  },
  openblas_set_num_threads: { parameters: ["i32"], result: "void", optional: true },
  openblas_get_parallel: { parameters: [], result: "i32", optional: true }, // 0 for a serial OpenBLAS
  omp_set_num_threads: { parameters: ["i32"], result: "void", optional: true },
} as const;

/** Those symbols of an open library. */
export type SgemmSymbols = Deno.DynamicLibrary<typeof SGEMM_SYMBOLS>["symbols"];

/** FFI takes numbers for 64-bit integers, which are faster; only its types do not say so. */
type I64 = number & bigint;

/** What {@link bindSgemm} returns. */
export interface BoundSgemm {
  /** The product. */
  readonly sgemm: Sgemm;
  /** Whether several threads may call it at once. */
  readonly shared: boolean;
  /** Whether it also works on the calling thread alone, so that threads of ours may share a product. */
  readonly single: boolean;
}

/**
 * The library's product, kept to the calling thread where the library can be told. Null if it has none.
 *
 * Its text is sent to other threads, so it refers to nothing outside of itself.
 */
export function bindSgemm(symbols: SgemmSymbols): BoundSgemm | null {
  const {
    cblas_sgemm: cblas,
    dnnl_sgemm: dnnl,
    openblas_set_num_threads: ofBlas,
    openblas_get_parallel: parallel,
    omp_set_num_threads: ofOmp,
  } = symbols;
  const keep = dnnl ? ofOmp : ofBlas ?? null;
  if (keep) keep(1);
  // A serial OpenBLAS has no locks: of 4,000 products that two threads made at once, 6 were wrong by up to 13.
  const shared = parallel?.() !== 0;
  const single = shared && Boolean(keep);
  // FFI takes views of shared memory too; only its types do not say so.
  const view = (x: Float32Array): Float32Array<ArrayBuffer> => x as Float32Array<ArrayBuffer>;
  if (dnnl) {
    const [no, yes] = [78, 84]; // N, T
    return {
      shared,
      single,
      sgemm: (transposeA, transposeB, m, n, k, a, leadingA, b, leadingB, c, leadingC, accumulate) => {
        const ta = transposeA ? yes : no, tb = transposeB ? yes : no;
        // deno-fmt-ignore
        const status = dnnl(
          ta, tb, m as I64, n as I64, k as I64, 1, view(a), leadingA as I64, view(b), leadingB as I64, Number(accumulate),
          view(c), leadingC as I64,
        );
        if (status !== 0) throw new Error(`dnnl_sgemm gave the status ${status}`);
      },
    };
  }
  if (!cblas) return null;
  const [rowMajor, plain, transposed] = [101, 111, 112];
  return {
    shared,
    single,
    sgemm: (transposeA, transposeB, m, n, k, a, leadingA, b, leadingB, c, leadingC, accumulate) => {
      const ta = transposeA ? transposed : plain, tb = transposeB ? transposed : plain;
      const kept = Number(accumulate);
      cblas(rowMajor, ta, tb, m, n, k, 1, view(a), leadingA, view(b), leadingB, kept, view(c), leadingC);
    },
  };
}
