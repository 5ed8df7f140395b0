/**
 * Our own SIMD kernels, running on the memory of tfjs's wasm engine.
 *
 * @module
 */

import bytes from "./kernels.wasm" with { type: "bytes" };

/** The kernels; every address is a byte offset into the memory. See `kernels.as`. */
export interface Simd {
  /** Adam's update of n numbers. */
  adam(
    n: number,
    x: number,
    first: number,
    second: number,
    gradient: number,
    nextX: number,
    nextFirst: number,
    nextSecond: number,
    stepSize: number,
    correction: number,
  ): void;
}

/** The kernels on a memory. */
export async function instantiateSimd(memory: WebAssembly.Memory): Promise<Simd> {
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return instance.exports as unknown as Simd;
}
