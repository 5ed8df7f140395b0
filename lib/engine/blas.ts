/**
 * The system's BLAS through FFI, working on the wasm heap in place.
 *
 * @module
 */

import { EngineError } from "./engine_error.ts";
import { askedForBetter, CORE_SYMBOLS, coreOf } from "./openblas_core.ts";

/** Where a BLAS with the C interface is usually found, by operating system. */
export const BLAS_PATHS: Readonly<Record<string, readonly string[]>> = {
  linux: [
    "/usr/lib/x86_64-linux-gnu/libopenblas.so.0",
    "/usr/lib/aarch64-linux-gnu/libopenblas.so.0",
    "/usr/lib64/libopenblas.so.0",
    "/usr/lib/libopenblas.so.0",
    "/usr/lib/libopenblas.so",
  ],
  darwin: ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
  windows: ["C:\\OpenBLAS\\bin\\libopenblas.dll", "C:\\Program Files\\OpenBLAS\\bin\\libopenblas.dll"],
};

/** Single-precision matrix products in place. */
export interface Blas {
  readonly path: string;
  /** The kernels that OpenBLAS computes with, by the first letters of their name; null for another library. */
  readonly core: string | null;
  /**
   * C ← op(A) op(B), row-major: op(A) `[m, k]`, op(B) `[k, n]`, C `[m, n]`, each at the start of its view, with the
   * numbers from row to row as leading dimensions.
   */
  sgemm(
    transposeA: boolean,
    transposeB: boolean,
    m: number,
    n: number,
    k: number,
    a: Float32Array,
    leadingA: number,
    b: Float32Array,
    leadingB: number,
    c: Float32Array,
    leadingC: number,
  ): void;
}

const SYMBOLS = {
  ...CORE_SYMBOLS,
  cblas_sgemm: {
    parameters: [
      "i32", // layout
      "i32", // transpose A
      "i32", // transpose B
      "i32", // m
      "i32", // n
      "i32", // k
      "f32", // alpha
      // Views, not addresses: asking for an address takes the permission for all libraries, not for this one.
      "buffer", // A
      "i32", // leading dimension of A
      "buffer", // B
      "i32",
      "f32", // beta
      "buffer", // C
      "i32",
    ],
    result: "void",
  },
} as const;
const ROW_MAJOR = 101;
const PLAIN = 111;
const TRANSPOSED = 112;

/** The library that the variable `GRAE_BLAS` names, if it is set and may be read. */
export function chosenBlas(): string | undefined {
  const mayRead = Deno.permissions.querySync({ name: "env", variable: "GRAE_BLAS" }).state === "granted";
  return (mayRead && Deno.env.get("GRAE_BLAS")) || undefined;
}

/** Paths to try, in order: the chosen one alone, else the well-known ones. */
export function blasCandidates(): readonly string[] {
  const chosen = chosenBlas();
  return chosen ? [chosen] : BLAS_PATHS[Deno.build.os] ?? [];
}

/**
 * Opens the first candidate that is permitted and loads.
 *
 * @throws EngineError that names every path tried and what was wrong with it
 */
export function openBlas(candidates: readonly string[] = blasCandidates()): Blas {
  const tried: string[] = [];
  for (const path of candidates) {
    if (Deno.permissions.querySync({ name: "ffi", path }).state !== "granted") {
      tried.push(`${path}: not permitted (add --allow-ffi=${path})`);
      continue;
    }
    try {
      return bind(path);
    } catch (error) {
      tried.push(`${path}: ${(error as Error).message.split("\n")[0]}`);
    }
  }
  throw new EngineError(
    `native engine: no BLAS could be opened; install OpenBLAS, or set GRAE_BLAS to the path of a library that ` +
      `exports cblas_sgemm. Tried: ${tried.join("; ") || `no path is known for ${Deno.build.os}`}`,
  );
}

function bind(path: string): Blas {
  let library = Deno.dlopen(path, SYMBOLS);
  if (askedForBetter(coreOf(library.symbols))) {
    library.close();
    library = Deno.dlopen(path, SYMBOLS);
  }
  const { symbols } = library;
  // FFI takes views of shared memory too; only its types do not say so.
  const view = (x: Float32Array): Float32Array<ArrayBuffer> => x as Float32Array<ArrayBuffer>;
  return {
    path,
    core: coreOf(symbols),
    sgemm: (transposeA, transposeB, m, n, k, a, leadingA, b, leadingB, c, leadingC) =>
      // deno-fmt-ignore
      symbols.cblas_sgemm(
        ROW_MAJOR, transposeA ? TRANSPOSED : PLAIN, transposeB ? TRANSPOSED : PLAIN,
        m, n, k, 1, view(a), leadingA, view(b), leadingB, 0, view(c), leadingC,
      ),
  };
}
