/**
 * Which kernels an OpenBLAS computes with.
 *
 * Releases before 0.3.25 take those of 2004 ("Prescott") on every Intel processor that is younger than themselves: 40
 * GFLOP/s instead of 205 on two cores of a Xeon of 2023. OpenBLAS looks at `OPENBLAS_CORETYPE` once, when it is loaded.
 *
 * @module
 */

const FALLBACK = "Prescott";
const CPUINFO = "/proc/cpuinfo";
const CORETYPE = "OPENBLAS_CORETYPE";

/** What is called of a library to learn its kernels; absent from other libraries than OpenBLAS. */
export const CORE_SYMBOLS = {
  openblas_get_corename: { parameters: [], result: "pointer", optional: true },
  // Copies floats, and so the name's bytes: reading through a pointer takes the permission for all libraries.
  cblas_scopy: { parameters: ["i32", "pointer", "i32", "buffer", "i32"], result: "void", optional: true },
} as const;

type CoreSymbols = Deno.DynamicLibrary<typeof CORE_SYMBOLS>["symbols"];

/** The first eight letters of the name of the kernels in use; null for another library. */
export function coreOf({ openblas_get_corename: nameOf, cblas_scopy: copy }: CoreSymbols): string | null {
  if (!nameOf || !copy) return null;
  const bytes = new Uint8Array(8);
  copy(2, nameOf(), 1, bytes, 1);
  return new TextDecoder().decode(bytes).split("\0")[0]!;
}

/**
 * The OpenBLAS kernels that a processor can run, of the two that matter, from its flags.
 *
 * @param cpuinfo the text of Linux's `/proc/cpuinfo`
 * @returns null where it is neither, or no such processor
 */
export function coreFor(cpuinfo: string): "SKYLAKEX" | "HASWELL" | null {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.trim().split(/\s+/));
  const has = (...names: string[]): boolean => names.every((name) => flags.has(name));
  if (!has("avx2", "fma")) return null;
  return has("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl") ? "SKYLAKEX" : "HASWELL";
}

/**
 * Whether to load OpenBLAS once more: it has taken its fallback, the processor has better, and the variable that says
 * so could be set.
 */
export function askedForBetter(core: string | null): boolean {
  if (core !== FALLBACK || !granted({ name: "env", variable: CORETYPE })) return false;
  if (Deno.env.get(CORETYPE) || !granted({ name: "read", path: CPUINFO })) return false;
  const better = coreFor(Deno.readTextFileSync(CPUINFO));
  if (better) Deno.env.set(CORETYPE, better);
  return better !== null;
}

/** What a manifest should say of the kernels: nothing where they fit the processor. */
export function coreRemark(core: string | null): string {
  if (core !== FALLBACK) return "";
  return ` (with kernels of 2004, since it does not know this processor: set ${CORETYPE}, or grant ` +
    `--allow-env=${CORETYPE} and --allow-read=${CPUINFO})`;
}

function granted(descriptor: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(descriptor).state === "granted";
}
