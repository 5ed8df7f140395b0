/**
 * tfjs's WebAssembly engine, started without any permission, and its memory.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { type BackendWasm, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

/** The parts of the wasm heap that a kernel touches. */
export interface WasmMemory {
  /** A view that stays valid until the next allocation, which may grow and move the heap. */
  view(tensor: tf.TensorInfo): Float32Array;
  /** A new, unset float32 tensor. */
  allocate(shape: readonly number[]): tf.TensorInfo;
}

/** Makes the wasm engine current. */
export async function startWasm(): Promise<void> {
  if (!tf.engine().registry["wasm"]) {
    // The binary travels as bytes in the module graph: nothing is read or fetched at run time. The threaded
    // binary needs a worker that Deno cannot start, so all names lead to the single-threaded SIMD one.
    const { default: bytes } = await import(
      "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
      {
        with: { type: "bytes" },
      }
    );
    const url = URL.createObjectURL(new Blob([bytes], { type: "application/wasm" }));
    setWasmPaths({
      "tfjs-backend-wasm.wasm": url,
      "tfjs-backend-wasm-simd.wasm": url,
      "tfjs-backend-wasm-threaded-simd.wasm": url,
    }, true);
  }
  await tf.setBackend("wasm");
  await tf.ready();
}

/** The memory of a wasm engine. */
export function wasmMemory(backend: BackendWasm): WasmMemory {
  return {
    view: (tensor) => backend.typedArrayFromHeap(tensor) as Float32Array,
    allocate: (shape) => backend.makeOutput([...shape], "float32"),
  };
}
