/**
 * The system's BLAS, or oneDNN, called through FFI. It works on the wasm heap in place.
 *
 * oneDNN comes first where both are installed: it generates kernels for the processor that it finds, where OpenBLAS knows the
 * processors of its time. The products of a step take 5.1 ms instead of 6.2 (two cores of a 2.3 GHz Xeon).
 *
 * @module
 */

import { EngineError } from "../engine_error.ts";
import { askedForBetter, CORE_SYMBOLS, coreOf } from "./openblas_core.ts";
import { bindSgemm, type BoundSgemm, SGEMM_SYMBOLS } from "./sgemm.ts";

/** The usual paths of such libraries, by operating system. */
export const BLAS_PATHS: Readonly<Record<string, readonly string[]>> = {
  linux: [
    "/usr/lib/x86_64-linux-gnu/libdnnl.so.3",
    "/usr/lib/x86_64-linux-gnu/libdnnl.so.2",
    "/usr/lib64/libdnnl.so.3",
    "/usr/lib64/libdnnl.so.2",
    "/usr/lib/x86_64-linux-gnu/libopenblas.so.0",
    "/usr/lib/aarch64-linux-gnu/libopenblas.so.0",
    "/usr/lib64/libopenblas.so.0",
    "/usr/lib/libopenblas.so.0",
    "/usr/lib/libopenblas.so",
  ],
  darwin: ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
  windows: ["C:\\OpenBLAS\\bin\\libopenblas.dll", "C:\\Program Files\\OpenBLAS\\bin\\libopenblas.dll"],
};

/** A library that is not used. */
export interface Unusable {
  /** The file. */
  readonly path: string;
  /** Why. */
  readonly reason: string;
}

/** No library can be used. */
export class NoBlasError extends EngineError {
  /** @param tried all that were looked for */
  constructor(readonly tried: readonly Unusable[]) {
    const list = tried.map(({ path, reason }) => `${path}: ${reason}`).join("; ");
    super(
      `native engine: no BLAS can be used; install oneDNN or OpenBLAS, or set GRAE_BLAS to the path of a library that ` +
        `exports dnnl_sgemm or cblas_sgemm. Tried: ${list || `no path is known for ${Deno.build.os}`}`,
    );
  }
}

/** What is called to learn how wide a BLAS's integers are. */
const WIDTH_SYMBOLS = {
  copy_buffer: {
    name: "cblas_scopy",
    parameters: ["i64", "buffer", "i64", "buffer", "i64"],
    result: "void",
    optional: true,
  },
} as const;
type WidthSymbols = Deno.DynamicLibrary<typeof WIDTH_SYMBOLS>["symbols"];

/** What is called to learn a library's name and version, and of the C library beneath it to read them. */
const VERSION_SYMBOLS = {
  openblas_get_config: { parameters: [], result: "pointer", optional: true },
  dnnl_version: { parameters: [], result: "pointer", optional: true },
  // Reading through a pointer by Deno takes the permission for all libraries.
  memcpy: { parameters: ["buffer", "pointer", "usize"], result: "pointer", optional: true },
} as const;
type VersionSymbols = Deno.DynamicLibrary<typeof VERSION_SYMBOLS>["symbols"];

/** "OpenBLAS 0.3.21" or "oneDNN 2.6.0"; null for a library that does not say. */
function versionOf({ openblas_get_config, dnnl_version, memcpy }: VersionSymbols): string | null {
  const bytes = new Uint8Array(24);
  if (!memcpy) return null;
  if (dnnl_version) {
    memcpy(bytes, dnnl_version(), 12n);
    return `oneDNN ${new Int32Array(bytes.buffer, 0, 3).join(".")}`;
  }
  if (!openblas_get_config) return null;
  memcpy(bytes, openblas_get_config(), 24n);
  return /^OpenBLAS \d+(\.\d+)*/.exec(new TextDecoder().decode(bytes))?.[0] ?? null;
}

/** A library that makes single-precision matrix products in place. */
export interface Blas extends BoundSgemm {
  /** The file that was opened. */
  readonly path: string;
  /** The kernels that OpenBLAS computes with, by the first letters of their name; null for another library. */
  readonly core: string | null;
  /** Its name and version, where it says them. */
  readonly version: string | null;
  /** Candidates before it that are not used. */
  readonly passedOver: readonly Unusable[];
}

/**
 * The library that the variable `GRAE_BLAS` names, if it is set and may be read.
 *
 * @throws EngineError if it is not the path of one file
 */
export function chosenBlas(): string | undefined {
  const mayRead = Deno.permissions.querySync({ name: "env", variable: "GRAE_BLAS" }).state === "granted";
  const text = mayRead ? Deno.env.get("GRAE_BLAS") : undefined;
  return text ? libraryPath(text) : undefined;
}

/**
 * The path in a value of `GRAE_BLAS`, for which --allow-ffi permits this file and nothing else: a comma would begin another
 * path, and a folder would permit all in it.
 *
 * @throws EngineError if it is not the absolute path of one file
 */
export function libraryPath(text: string): string {
  const absolute = Deno.build.os === "windows" ? /^(?:[a-z]:)?[\\/]/i : /^\//;
  const more = /[,\p{Cc}]|(?:^|[\\/])\.{0,2}$/u;
  if (absolute.test(text) && !more.test(text)) return text;
  throw new EngineError(
    `GRAE_BLAS must be the absolute path of one library, without commas and control characters, but it is ` +
      `${JSON.stringify(text)}: set it to a file such as ${BLAS_PATHS[Deno.build.os]?.[0]}, or leave it out`,
  );
}

/** Paths to try, in order: the chosen one alone, else the well-known ones. */
export function blasCandidates(): readonly string[] {
  const chosen = chosenBlas();
  return chosen ? [chosen] : BLAS_PATHS[Deno.build.os] ?? [];
}

/**
 * Opens the first candidate that is permitted, loads, and is found right.
 *
 * @param check throws an error that says what is wrong with a library; see `check.ts`
 * @throws NoBlasError, an EngineError that names every path tried and what was wrong with it
 */
export function openBlas(
  candidates: readonly string[] = blasCandidates(),
  check: (blas: Blas) => void = () => {},
): Blas {
  const tried: Unusable[] = [];
  for (const path of candidates) {
    if (Deno.permissions.querySync({ name: "ffi", path }).state !== "granted") {
      tried.push({ path, reason: `not permitted (add --allow-ffi=${path})` });
      continue;
    }
    try {
      const blas = { ...bind(path), passedOver: [...tried] };
      check(blas);
      return blas;
    } catch (error) {
      tried.push({ path, reason: reasonOf(path, error as Error) });
    }
  }
  throw new NoBlasError(tried);
}

/** The first line of an error's message; Deno and the system say several times what they were doing, and to which library. */
function reasonOf(path: string, { message }: Error): string {
  const [first] = message.split("\n") as [string];
  return first.replace(/^(?:Could not open library: )+/, "could not open: ").replace(`${path}: `, "")
    .replace("cannot open shared object file: ", "");
}

/**
 * Whether a BLAS takes 64-bit integers: it would read each of our 32-bit arguments together with its neighbour.
 *
 * It copies n = 1 − 2³² numbers. The lower half of that is 1, so a library with 32-bit integers copies one number; for one
 * with 64-bit integers it is negative, and it copies none. Neither touches anything else.
 */
function takes64Bits({ copy_buffer: copy }: WidthSymbols): boolean {
  if (!copy) return false;
  const from = Float32Array.of(1), to = new Float32Array(1);
  copy(1n - 2n ** 32n, from, 1n, to, 1n);
  return to[0] === 0;
}

function bind(path: string): Omit<Blas, "passedOver"> {
  const symbols = { ...WIDTH_SYMBOLS, ...CORE_SYMBOLS, ...VERSION_SYMBOLS, ...SGEMM_SYMBOLS };
  let library = Deno.dlopen(path, symbols);
  if (takes64Bits(library.symbols)) {
    library.close();
    throw new EngineError(
      "it takes 64-bit integers (ILP64), where 32-bit ones (LP64) are required; give the library of that kind",
    );
  }
  if (askedForBetter(library.symbols)) {
    library.close();
    library = Deno.dlopen(path, symbols);
  }
  const bound = bindSgemm(library.symbols);
  if (!bound) {
    library.close();
    throw new EngineError("it exports neither dnnl_sgemm nor cblas_sgemm");
  }
  return { path, core: coreOf(library.symbols), version: versionOf(library.symbols), ...bound };
}
