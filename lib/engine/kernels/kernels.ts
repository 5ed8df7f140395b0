/**
 * Our own SIMD kernels, running on the memory of tfjs's wasm engine.
 *
 * @module
 */

/** The exports of the module; every address is a byte offset into the memory. See `team.as`. */
export interface Simd {
  /** Takes part in jobs for ever, as each other thread does. */
  serve(job: number, scratch: number): void;
  /** Does a job of so many chunks together with the other threads. */
  perform(job: number, scratch: number, chunks: number): void;
  /** Does it alone. */
  performAlone(job: number, scratch: number, chunks: number): void;
  /** Does the jobs of a program, which lie in memory one after the other; by the caller alone if `alone`. */
  performAll(job: number, scratch: number, program: number, jobs: number, alone: boolean): void;
}

/** Atomics.pause, which TypeScript's types do not have yet, where it exists. Its text is sent to threads. */
export function pause(): void {
  (Atomics as { pause?: () => void }).pause?.();
}

/** The kernels on a shared memory, and their module, for other threads. */
export interface InstantiatedSimd {
  readonly simd: Simd;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The kernels on a shared memory.
 *
 * @param blas does a chunk of a product by a native library, see `chunk.ts` of blas/
 */
export async function instantiateSimd(
  memory: WebAssembly.Memory,
  blas: (args: number, chunk: number) => void,
): Promise<InstantiatedSimd> {
  // Imported here, so that other engines start without them.
  const embedded = await import("../../embedded/kernels.ts");
  const bytes = await embedded.bytes();
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory, blas, pause } });
  return { simd: instance.exports as unknown as Simd, bytes };
}
