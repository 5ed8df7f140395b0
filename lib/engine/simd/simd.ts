/**
 * Our own SIMD kernels, running on the memory of tfjs's wasm engine.
 *
 * @module
 */

import bytes from "./kernels.wasm" with { type: "bytes" };

/** The kernels' numbers; see `kernels.as`. */
export const KERNEL = {
  product: 0,
  mirror: 1,
  adam: 2,
  finish: 3,
  slopesAndSums: 4,
  slopes: 5,
  dots: 6,
  scaleRows: 7,
  squaredDistances: 8,
  differences: 9,
  factor: 10,
  blas: 11,
  mix: 12,
} as const;

/** What performs them; every address is a byte offset into the memory. See `team.as`. */
export interface Simd {
  /** Takes part in jobs for ever: what another thread does. */
  serve(job: number, scratch: number): void;
  /** Does a job of so many chunks together with the threads that serve it. */
  perform(job: number, scratch: number, chunks: number): void;
  /** Does it alone. */
  performAlone(job: number, scratch: number, chunks: number): void;
}

/** Atomics.pause, which is younger than TypeScript's types; nothing where there is none. Its text is sent to threads. */
export function pause(): void {
  (Atomics as { pause?: () => void }).pause?.();
}

/** The module of the kernels, for other threads. */
export const SIMD_MODULE: Uint8Array<ArrayBuffer> = bytes;

/**
 * The kernels on a shared memory.
 *
 * @param blas does a chunk of a product by a native library, see `blas_chunk.ts`
 */
export async function instantiateSimd(
  memory: WebAssembly.Memory,
  blas: (args: number, chunk: number) => void,
): Promise<Simd> {
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory, blas, pause } });
  return instance.exports as unknown as Simd;
}
