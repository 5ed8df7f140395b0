/**
 * tfjs's WebAssembly engine, started without any permission, and its memory.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { Allocator, MOST_BYTES, undoFailures, type WasmExports } from "./allocator.ts";
import { installElementary } from "../kernels/elementary.ts";
import { installElementwise } from "../kernels/elementwise.ts";
import { EngineError } from "../engine_error.ts";
import { type EngineHeap, heapOf } from "./heap.ts";
import { installProduct } from "../kernels/product.ts";
import { installSharing } from "./alias.ts";

/** The heap, once the wasm engine has started. */
let heap: EngineHeap | undefined;

/** Makes the wasm engine current, and gives its heap. */
export async function startWasm(): Promise<EngineHeap> {
  if (!heap) {
    // Only here, so that an engine that does not need it comes without it.
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    // The binary travels in the module graph: nothing is read or fetched at run time. tfjs's threaded binary needs a worker
    // that Deno cannot start, so that all names lead to the single-threaded SIMD one; threads of our own share its memory.
    const { bytes } = await import("../../embedded/tfjs.ts");
    const url = URL.createObjectURL(
      new Blob([withSharedMemory(await bytes())], { type: "application/wasm" }),
    );
    setWasmPaths({
      "tfjs-backend-wasm.wasm": url,
      "tfjs-backend-wasm-simd.wasm": url,
      "tfjs-backend-wasm-threaded-simd.wasm": url,
    }, true);
    // On a page that may share memory, tfjs would take the JavaScript of its threaded binary.
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    const allocator = new Allocator();
    const exports = await exportsOf(allocator, async () => {
      await tf.setBackend("wasm");
      await tf.ready();
    });
    const backend = tf.backend() as BackendWasm;
    heap = await heapOf(backend, exports, allocator);
    installProduct(heap);
    installElementwise(heap);
    installElementary(heap);
    installSharing();
    undoFailures(backend, allocator, exports.free, heap.renew);
  }
  await tf.setBackend("wasm");
  return heap;
}

/** The most bytes that all tensors of the running engine may hold together; Infinity where it has no limit of its own. */
export const memoryLimit = (): number => tf.getBackend() === "wasm" ? MOST_BYTES : Infinity;

/** The heap of the wasm engine, which has started. */
export const wasmHeap = (): EngineHeap => heap!;

/**
 * The same module with its memory declared as shared, which is one bit of its memory section. Its own code stays
 * single-threaded, and runs on shared memory as on any other; our kernels share it.
 *
 * @throws EngineError if it has no memory with a maximum
 */
export function withSharedMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
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

/** The exports of the one module that is instantiated while `start` runs. tfjs gets them with the allocator's `malloc`. */
async function exportsOf(allocator: Allocator, start: () => Promise<void>): Promise<WasmExports> {
  const instantiate = WebAssembly.instantiate;
  let exports: WasmExports | undefined;
  const checked = async (
    source: BufferSource,
    imports?: WebAssembly.Imports,
  ): Promise<WebAssembly.WebAssemblyInstantiatedSource> => {
    const { module, instance } = await instantiate(
      source,
      allocator.imports(imports!),
    );
    assertAllocates(instance.exports);
    exports = allocator.exports(instance.exports as unknown as WasmExports);
    return { module, instance: { exports: { ...exports } } };
  };
  WebAssembly.instantiate = checked as typeof WebAssembly.instantiate;
  try {
    await start();
  } finally {
    WebAssembly.instantiate = instantiate;
  }
  return exports!;
}

/**
 * Requires the exports that are used.
 *
 * @throws EngineError that names those that are missing
 */
export function assertAllocates(exports: WebAssembly.Exports): void {
  const missing = ["malloc", "free", "stackSave", "stackRestore", "__errno_location"]
    .filter((name) => typeof exports[name] !== "function");
  if (!(exports["memory"] instanceof WebAssembly.Memory)) missing.push("memory");
  if (missing.length > 0) {
    throw new EngineError(`wasm engine: tfjs's module must export ${missing.join(", ")}, but does not`);
  }
}
