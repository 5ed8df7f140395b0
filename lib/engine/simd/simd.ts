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

/** The kernels on a shared memory. */
export async function instantiateSimd(memory: WebAssembly.Memory): Promise<Simd> {
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return instance.exports as unknown as Simd;
}

/** A thread that instantiates the kernels on the same memory and serves. Posts nothing, and never ends by itself. */
export const THREAD = `
  const { workerData: { bytes, memory, job, scratch } } = require("node:worker_threads");
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports.serve(job, scratch);
`;

/** What a thread is told. */
export const threadData = (memory: WebAssembly.Memory, job: number, scratch: number): unknown => ({
  bytes,
  memory,
  job,
  scratch,
});
