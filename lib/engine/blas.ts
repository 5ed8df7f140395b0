/**
 * The system's BLAS through FFI, working on the wasm heap in place.
 *
 * @module
 */

import { EngineError } from "./engine_error.ts";

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

/** Single-precision matrix products on raw addresses. */
export interface Blas {
  readonly path: string;
  /**
   * C ← op(A) op(B) + `accumulate` C, row-major, op(A) `[m, k]`, op(B) `[k, n]`. Addresses are absolute.
   */
  sgemm(
    transposeA: boolean,
    transposeB: boolean,
    m: number,
    n: number,
    k: number,
    a: number,
    b: number,
    accumulate: 0 | 1,
    c: number,
  ): void;
  /** The absolute address of byte 0 of a buffer. */
  address(buffer: ArrayBufferLike): number;
}

const SYMBOLS = {
  cblas_sgemm: {
    parameters: [
      "i32", // layout
      "i32", // transpose A
      "i32", // transpose B
      "i32", // m
      "i32", // n
      "i32", // k
      "f32", // alpha
      "usize", // A
      "i32", // leading dimension of A
      "usize", // B
      "i32",
      "f32", // beta
      "usize", // C
      "i32",
    ],
    result: "void",
  },
} as const;
const ROW_MAJOR = 101;
const PLAIN = 111;
const TRANSPOSED = 112;

/** Paths to try, in order: `GRAE_BLAS` alone if it is set and may be read, else the well-known ones. */
export function blasCandidates(): readonly string[] {
  const mayReadVariable =
    Deno.permissions.querySync({ name: "env", variable: "GRAE_BLAS" }).state === "granted";
  const chosen = mayReadVariable ? Deno.env.get("GRAE_BLAS") : undefined;
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
  const { symbols } = Deno.dlopen(path, SYMBOLS);
  const addresses = new WeakMap<ArrayBufferLike, number>();
  return {
    path,
    sgemm: (transposeA, transposeB, m, n, k, a, b, accumulate, c) =>
      // deno-fmt-ignore
      symbols.cblas_sgemm(
        ROW_MAJOR, transposeA ? TRANSPOSED : PLAIN, transposeB ? TRANSPOSED : PLAIN,
        m, n, k, 1, a as unknown as bigint, transposeA ? m : k, b as unknown as bigint, transposeB ? k : n,
        accumulate, c as unknown as bigint, n,
      ),
    address(buffer): number {
      // A grown heap is a new buffer object, so this cache cannot go stale.
      const known = addresses.get(buffer);
      if (known !== undefined) return known;
      const pointer = Deno.UnsafePointer.of(new Uint8Array(buffer as ArrayBuffer));
      const address = Number(Deno.UnsafePointer.value(pointer));
      addresses.set(buffer, address);
      return address;
    },
  };
}
