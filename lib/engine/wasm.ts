/**
 * tfjs's WebAssembly engine, started without any permission, and its memory.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { EngineError } from "./engine_error.ts";
import { instantiateSimd, type Simd } from "./simd/simd.ts";

/** The parts of the wasm heap that a kernel touches. */
export interface WasmMemory {
  /** Our own kernels on it. */
  readonly simd: Simd;
  /** The byte offset of a tensor, for them. */
  offset(tensor: tf.TensorInfo): number;
  /** A view that stays valid until the next allocation, which may grow and move the heap. */
  view(tensor: tf.TensorInfo): Float32Array;
  /** A new, unset float32 tensor. */
  allocate(shape: readonly number[]): tf.TensorInfo;
}

let simd: Simd | undefined;

/** Makes the wasm engine current. */
export async function startWasm(): Promise<void> {
  if (!tf.engine().registry["wasm"]) {
    // Only here, so that an engine that does not need it comes without it.
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
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
    const memory = await memoryOf(async () => {
      await tf.setBackend("wasm");
      await tf.ready();
    });
    simd = await instantiateSimd(memory);
    shareOnIdentity();
  }
  await tf.setBackend("wasm");
}

/** The memory of the one module that is instantiated meanwhile; tfjs itself hands out views of it only. */
async function memoryOf(start: () => Promise<void>): Promise<WebAssembly.Memory> {
  const instantiate = WebAssembly.instantiate;
  let memory: WebAssembly.Memory | undefined;
  WebAssembly.instantiate = (async (source: BufferSource, imports?: WebAssembly.Imports) => {
    const result = await instantiate(source, imports);
    memory = Object.values(result.instance.exports).find((e) => e instanceof WebAssembly.Memory);
    return result;
  }) as typeof WebAssembly.instantiate;
  try {
    await start();
  } finally {
    WebAssembly.instantiate = instantiate;
  }
  if (!memory) throw new EngineError("wasm engine: tfjs's module exports no memory");
  return memory;
}

/**
 * Lets `Identity` share memory as `Reshape` does. tfjs's own copies, and its tape clones every tensor that it saves:
 * 9 ms of an exact GRAE step.
 */
function shareOnIdentity(): void {
  const original = tf.getKernel("Identity", "wasm");
  tf.unregisterKernel("Identity", "wasm");
  tf.registerKernel({
    ...original,
    kernelFunc: ({ inputs, backend }) => {
      const x = inputs["x"]!;
      (backend as BackendWasm).incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  });
}

/** The memory of a wasm engine. */
export function wasmMemory(backend: BackendWasm): WasmMemory {
  return {
    simd: simd!,
    offset: (tensor) => backend.getMemoryOffset(tensor.dataId),
    view: (tensor) => backend.typedArrayFromHeap(tensor) as Float32Array,
    allocate: (shape) => backend.makeOutput([...shape], "float32"),
  };
}
