/**
 * tfjs's WebAssembly engine, started without any permission, and its memory.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { installElementary } from "./elementary.ts";
import { installElementwise } from "./elementwise.ts";
import { EngineError } from "./engine_error.ts";
import { type EngineHeap, heapOf, type WasmExports } from "./heap.ts";
import { countedMemory, HEAP_LIMIT } from "./memory.ts";
import { installProduct } from "./product.ts";
import { installSharing } from "./share.ts";

/** The heap, once the wasm engine has started. */
let heap: EngineHeap | undefined;

/** Makes the wasm engine current, and gives its heap. */
export async function startWasm(): Promise<EngineHeap> {
  if (!heap) {
    // Only here, so that an engine that does not need it comes without it.
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    // The binary travels as bytes in the module graph: nothing is read or fetched at run time. The threaded
    // binary needs a worker that Deno cannot start, so all names lead to the single-threaded SIMD one, whose memory is
    // shared with threads of our own.
    const { default: bytes } = await import(
      "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
      {
        with: { type: "bytes" },
      }
    );
    const url = URL.createObjectURL(new Blob([withSharedMemory(bytes)], { type: "application/wasm" }));
    setWasmPaths({
      "tfjs-backend-wasm.wasm": url,
      "tfjs-backend-wasm-simd.wasm": url,
      "tfjs-backend-wasm-threaded-simd.wasm": url,
    }, true);
    // On a page that may share memory, tfjs would take the glue of its threaded binary.
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    const exports = await exportsOf(async () => {
      await tf.setBackend("wasm");
      await tf.ready();
    });
    heap = await heapOf(tf.backend() as BackendWasm, exports);
    installProduct(heap);
    installElementwise(heap);
    installElementary(heap);
    installSharing();
  }
  await tf.setBackend("wasm");
  return heap;
}

/** Bytes that all tensors of the running engine may hold together: Infinity where the engine has no limit of its own. */
export const memoryLimit = (): number => tf.getBackend() === "wasm" ? HEAP_LIMIT : Infinity;

/** The heap of the wasm engine, which has started. */
export const wasmHeap = (): EngineHeap => heap!;

/**
 * The same module with its memory declared as shared: one bit of its memory section. Single-threaded code runs on a
 * shared memory as on any other; what shares it are our kernels.
 */
function withSharedMemory(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(module);
  const number = (at: number): [value: number, next: number] => {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = bytes[at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return [value, at];
    }
  };
  const [MEMORY, HAS_MAXIMUM, SHARED] = [5, 1, 2];
  for (let at = 8; at < bytes.length;) {
    const section = bytes[at]!;
    const [size, start] = number(at + 1);
    if (section === MEMORY && bytes[start] === 1 && bytes[start + 1] === HAS_MAXIMUM) {
      bytes[start + 1]! |= SHARED;
      return bytes;
    }
    at = start + size;
  }
  throw new EngineError("wasm engine: tfjs's module has no memory with a maximum, so it cannot be shared");
}

/** The exports of the one module that is instantiated meanwhile, whose memory is counted from then on. */
async function exportsOf(start: () => Promise<void>): Promise<WasmExports> {
  const instantiate = WebAssembly.instantiate;
  let exports: WasmExports | undefined;
  WebAssembly.instantiate = (async (source: BufferSource, imports?: WebAssembly.Imports) => {
    const { module, instance } = await instantiate(source, imports);
    const { memory, malloc, free } = instance.exports;
    if (!(memory instanceof WebAssembly.Memory && malloc instanceof Function && free instanceof Function)) {
      return { module, instance };
    }
    exports = { memory, ...countedMemory(malloc as WasmExports["malloc"], free as WasmExports["free"]) };
    return { module, instance: { exports: { ...instance.exports, ...exports } } };
  }) as typeof WebAssembly.instantiate;
  try {
    await start();
  } finally {
    WebAssembly.instantiate = instantiate;
  }
  if (!exports) throw new EngineError("wasm engine: tfjs's module exports no memory, no malloc or no free");
  return exports;
}
