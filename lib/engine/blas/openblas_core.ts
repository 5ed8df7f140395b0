/**
 * Which kernels an OpenBLAS computes with.
 *
 * Releases before 0.3.25 take those of 2004 ("Prescott") on every Intel processor that is younger than themselves: 40
 * GFLOP/s instead of 205 on two cores of a Xeon of 2023. OpenBLAS looks at `OPENBLAS_CORETYPE` once, when it is loaded.
 *
 * @module
 */

const FALLBACK = "Prescott";
const CORETYPE = "OPENBLAS_CORETYPE";

/** What is called of a library, and of the C library beneath it, to learn of kernels; each may be absent. */
export const CORE_SYMBOLS = {
  openblas_get_corename: { parameters: [], result: "pointer", optional: true },
  // Copies floats, and so any bytes: reading through a pointer takes the permission for all libraries. Its integers are passed
  // in registers of 64 bits, of which a library with 32-bit integers reads the lower half.
  cblas_scopy: { parameters: ["i64", "pointer", "i64", "buffer", "i64"], result: "void", optional: true },
  // glibc's <sys/platform/x86.h>: four words of what the processor has, and four of what may be used of it.
  __x86_get_cpuid_feature_leaf: { parameters: ["u32"], result: "pointer", optional: true },
} as const;

/** Those symbols of an open library. */
export type CoreSymbols = Deno.DynamicLibrary<typeof CORE_SYMBOLS>["symbols"];

/** The first eight letters of the name of the kernels in use; null for another library. */
export function coreOf({ openblas_get_corename: nameOf, cblas_scopy: copy }: CoreSymbols): string | null {
  if (!nameOf || !copy) return null;
  const bytes = new Uint8Array(8);
  copy(2n, nameOf(), 1n, bytes, 1n);
  return new TextDecoder().decode(bytes).split("\0")[0]!;
}

/** Usable features of an x86 processor, as CPUID names them: ECX of leaf 1, EBX of leaf 7. */
export interface Features {
  readonly leaf1: number;
  readonly leaf7: number;
}

/** The features of this processor; null where the C library does not say. */
function featuresHere(symbols: CoreSymbols): Features | null {
  const { cblas_scopy: copy, __x86_get_cpuid_feature_leaf: leafOf } = symbols;
  if (!copy || !leafOf) return null;
  const usable = (leaf: number, register: number): number => {
    const words = new Uint32Array(8);
    copy(8n, leafOf(leaf), 1n, new Uint8Array(words.buffer), 1n);
    return words[4 + register]!;
  };
  return { leaf1: usable(0, 2), leaf7: usable(1, 1) };
}

/** The OpenBLAS kernels that a processor can run, of the two that matter; null where it is neither. */
export function coreFor({ leaf1, leaf7 }: Features): "SKYLAKEX" | "HASWELL" | null {
  const has = (word: number, ...bits: number[]): boolean => bits.every((bit) => (word >>> bit) % 2 === 1);
  const [fma, avx2, avx512] = [12, 5, [16, 17, 28, 30, 31]] as const; // F, DQ, CD, BW, VL
  if (!has(leaf1, fma) || !has(leaf7, avx2)) return null;
  return has(leaf7, ...avx512) ? "SKYLAKEX" : "HASWELL";
}

/**
 * Whether to load OpenBLAS once more: it has taken its fallback, the processor has better, and the variable that says
 * so could be set.
 */
export function askedForBetter(symbols: CoreSymbols): boolean {
  if (coreOf(symbols) !== FALLBACK) return false;
  if (Deno.permissions.querySync({ name: "env", variable: CORETYPE }).state !== "granted") return false;
  if (Deno.env.get(CORETYPE)) return false;
  const features = featuresHere(symbols);
  const better = features && coreFor(features);
  if (better) Deno.env.set(CORETYPE, better);
  return better !== null;
}

/** What a manifest should say of the kernels: nothing where they fit the processor. */
export function coreRemark(core: string | null): string {
  return core === FALLBACK
    ? ` (with kernels of 2004, since it does not know this processor: set ${CORETYPE}, or grant --allow-env=${CORETYPE})`
    : "";
}
