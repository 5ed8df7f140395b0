/**
 * Our own SIMD kernels, running on the memory of tfjs's wasm engine.
 *
 * @module
 */

/** The exports of the module; every address is a byte offset into the memory. See `team.as`. */
export interface Simd {
  /** Takes part in jobs for ever: what another thread does. */
  serve(job: number, scratch: number): void;
  /** Does a job of so many chunks together with the threads that serve it. */
  perform(job: number, scratch: number, chunks: number): void;
  /** Does it alone. */
  performAlone(job: number, scratch: number, chunks: number): void;
  /** Does so many jobs of a program, which lie one after the other; by the caller alone if so told. */
  performAll(job: number, scratch: number, program: number, jobs: number, alone: boolean): void;
}

/** Atomics.pause, which is younger than TypeScript's types; nothing where there is none. Its text is sent to threads. */
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
 * @param blas does a chunk of a product by a native library, see `blas_chunk.ts`
 */
export async function instantiateSimd(
  memory: WebAssembly.Memory,
  blas: (args: number, chunk: number) => void,
): Promise<InstantiatedSimd> {
  // Only here, so that an engine that does not need them comes without them.
  const { default: bytes } = await import("./kernels.wasm", { with: { type: "bytes" } });
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory, blas, pause } });
  return { simd: instance.exports as unknown as Simd, bytes };
}
